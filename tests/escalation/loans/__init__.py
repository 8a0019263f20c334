"""An app that exists in the tests alone: seals of the centre, lent to departments.

It shows all that an app has to bring so that what waits in it is reminded of. It cannot be put
into INSTALLED_APPS for a test: Django would run `ready()` of every app a second time. So the
fixture `loans` does what migration and `ready()` would do.
"""
