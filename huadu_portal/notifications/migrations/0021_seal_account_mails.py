"""Of account mails that were written in plain: what may still go out is encrypted, the rest erased."""

from django.db import migrations
from django.utils import timezone

from huadu_portal.notifications.sealed import links_end, seal


def seal_account_mails(apps, schema_editor):
    Delivery = apps.get_model("notifications", "Delivery")
    plain = Delivery.objects.filter(notification=None, recipient=None).exclude(body="")
    plain.filter(created_at__lte=timezone.now() - links_end()).update(body="")
    plain.filter(state__in=["sent", "delivered"]).update(body="")
    for mail in plain.iterator():
        # Unless it has gone out meanwhile, and been erased.
        plain.filter(pk=mail.pk).update(sealed_body=seal(mail.body), body="")


class Migration(migrations.Migration):
    dependencies = [("notifications", "0020_sealed_body_index")]

    # Backwards the texts stay sealed: people ask for a new link.
    operations = [migrations.RunPython(seal_account_mails, migrations.RunPython.noop)]
