"""Which requests come in while the database is slow or away (docs/decisions/0032)."""

import threading
import time

from django.conf import settings
from django.http import JsonResponse
from django.utils.translation import gettext as _
from prometheus_client import Counter

from huadu_portal.accounts.middleware import is_api
from huadu_portal.database_waits import BREAK, MONITOR, requests_under_way
from huadu_portal.failures import pages
from huadu_portal.monitoring import views
from huadu_portal.rest.problems import CONTENT_TYPE, problem_document

# Seconds a request may wait for its place while those before it are being served, and
# between two looks whether they still are.
QUEUE, LOOK = 30, 0.05
# They say of themselves that the database is away.
TELLING = {"/readyz", "/metrics"}
REFUSED = Counter("portal_requests_refused_total", "Not let in", ["reason"])


class AdmissionMiddleware:
    """Keeps a quarter of the threads free of the database, and all of them while it is away.

    /healthz asks nothing of it, and is answered here, before anything does.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.places = max(1, settings.WEB_THREADS * 3 // 4)
        self.free = threading.Semaphore(self.places)
        # Held by the one that is let in next.
        self.turn = threading.Lock()

    def __call__(self, request):
        if request.path_info == "/healthz":
            return views.healthz(request)
        if MONITOR.is_away:
            if request.path_info in TELLING:
                return self.get_response(request)
            return refused(request, "away")
        if not self._has_place():
            return refused(request, "busy")
        try:
            with requests_under_way.begun():
                return self.get_response(request)
        finally:
            self.free.release()

    def _has_place(self):
        """At once if there is one; else as soon as one of those before us is done, unless they
        are stuck. Who comes first is let in first."""
        until = time.monotonic() + QUEUE
        if not self.turn.acquire(timeout=QUEUE):
            return False
        try:
            while not self.free.acquire(timeout=LOOK):
                if MONITOR.is_away or MONITOR.is_jammed(self.places):
                    return False
                if time.monotonic() > until:
                    return False
            return True
        finally:
            self.turn.release()


def refused(request, reason):
    REFUSED.labels(reason).inc()
    if not is_api(request):
        return pages.unavailable(request, BREAK)
    sentence = _("The system cannot complete this at the moment. Please try again shortly.")
    headers = {"Retry-After": str(BREAK)}
    return JsonResponse(
        problem_document(503, sentence), status=503, content_type=CONTENT_TYPE, headers=headers
    )
