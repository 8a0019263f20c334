from celery import shared_task

from approvals.acts import operations
from approvals.items.operations import record_all_breaches
from approvals.items.operations.type_versions import follow_versions
from huadu_portal.clock import now
from huadu_portal.notifications.models import Sweep


# The schedule, the queues and messages under way know it by this name.
@shared_task(name="approvals.tasks.record_silences")
def record_silences():
    """What time alone decides: types that say something else from today on; items accepted by
    silence, limits passed, opinions missing."""
    follow_versions(now())
    operations.deem_lapsed(now())
    record_all_breaches(now())
    operations.record_silences(now())
    Sweep.record(Sweep.Kind.SILENCE, now())
