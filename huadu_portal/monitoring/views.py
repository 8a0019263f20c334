"""Whether the process runs and can serve, and its figures, for those who watch over it."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_prometheus.exports import ExportToDjangoView

from huadu_portal.clock import now
from huadu_portal.monitoring import health
from huadu_portal.monitoring.metrics import metrics_text as of_sweeps


@login_not_required
@require_GET
def healthz(request):
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_GET
@never_cache
def readyz(request):
    """The process can serve; if not, 503 and why."""
    problems = health.problems()
    said = {"ready": not problems, "problems": problems, "version": settings.VERSION}
    return JsonResponse(said, status=503 if problems else 200)


@login_not_required
@require_GET
@never_cache
def metrics(request):
    """For the monitoring system only; never through the public proxy."""
    if not _may_see_metrics(request):
        return HttpResponseForbidden()
    response = ExportToDjangoView(request)
    response.write(of_sweeps(now()))
    return response


def _may_see_metrics(request):
    # Behind the proxy every visitor's request comes from the loopback address.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    networks = ["127.0.0.0/8", "::1/128", *settings.METRICS_ALLOWED]
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in ip_network(network) for network in networks)
