"""Sessions that know whose they are, so that people can see and end their own.

Django's row says neither whose it is nor from where. It is written while somebody works
anyway (sessions.py says how often); what they want to know of it goes along in the same
statement.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

# What the session notes of its request, beside what Django keeps in it.
BEGUN, ADDRESS, AGENT = "begun", "address", "agent"
AGENT_LENGTH = 300


class Session(AbstractBaseSession):
    """A browser that is signed in, or on the way there."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        editable=False,
        related_name="sessions",
    )
    begun_at = models.DateTimeField(_("since"), null=True, editable=False)
    address = models.GenericIPAddressField(_("address"), null=True, editable=False)
    agent = models.CharField(_("browser"), max_length=AGENT_LENGTH, editable=False)

    # Of those that their owner is shown (accounts/views.py).
    browser: str
    is_this: bool

    class Meta:
        verbose_name, verbose_name_plural = _("session"), _("sessions")

    @classmethod
    def get_session_store_class(cls):
        return SessionStore

    @property
    def seen_at(self) -> datetime:
        """When it was last written, which puts the end off: a minute ago at most while used."""
        return self.expire_date - timedelta(seconds=settings.SESSION_COOKIE_AGE)

    @property
    def handle(self) -> str:
        """By which a page names it: whoever else reads the page has no key."""
        return salted_hmac(__name__, self.session_key).hexdigest()[:24]


class SessionStore(DatabaseStore):
    """The engine; Django makes the rows by it (`SESSION_ENGINE`)."""

    @classmethod
    def get_model_class(cls):
        return Session

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        row.user_id = data.get(SESSION_KEY)
        row.begun_at = data.get(BEGUN) and datetime.fromtimestamp(data[BEGUN], UTC)
        row.address = data.get(ADDRESS)
        row.agent = data.get(AGENT, "")
        return row
