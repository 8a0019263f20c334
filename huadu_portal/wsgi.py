import os

import django

from huadu_portal.charset import Handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huadu_portal.settings")

# As django.core.wsgi does it, with a handler of our own.
django.setup(set_prefix=False)
application = Handler()
