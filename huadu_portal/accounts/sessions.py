"""Sessions are kept once the page has been made, when what it did has been committed.

So a session that cannot be kept must not take the answer along (docs/decisions/0033).
"""

import logging

from django.conf import settings
from django.contrib.sessions import middleware
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DatabaseError

from huadu_portal.clock import now

logger = logging.getLogger(__name__)

# Seconds between two times that a session's last use is written; so much sooner than after
# SESSION_COOKIE_AGE, and never later, somebody idle is signed out.
BETWEEN = 60
SEEN = "seen"


class SessionMiddleware(middleware.SessionMiddleware):
    """Django's own, which answers 400 or 503 for work that is done."""

    def process_response(self, request, response):
        try:
            # A page that a browser asks for by itself has taken it away.
            if hasattr(request, "session"):
                self._note_use(request.session)
            return super().process_response(request, response)
        except SessionInterrupted:
            logger.warning("signed out meanwhile, by another page or a sweep")
            return self._without_session(response)
        except DatabaseError:
            if self._is_new(request):
                # Nobody is signed in who was told so.
                raise
            logger.warning("a session could not be kept", exc_info=True)
            return response

    def _note_use(self, session):
        """Not with every request: pages of one person would wait for each other's writing."""
        at, seen = now().timestamp(), session.get(SEEN, 0)
        # An empty one belongs to somebody who has just left, or never came.
        if not session.is_empty() and not 0 <= at - seen < BETWEEN:
            session[SEEN] = at

    def _is_new(self, request):
        return request.session.session_key != request.COOKIES.get(settings.SESSION_COOKIE_NAME)

    def _without_session(self, response):
        response.delete_cookie(
            settings.SESSION_COOKIE_NAME,
            path=settings.SESSION_COOKIE_PATH,
            domain=settings.SESSION_COOKIE_DOMAIN,
            samesite=settings.SESSION_COOKIE_SAMESITE,
        )
        return response
