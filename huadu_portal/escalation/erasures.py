"""Requests to erase an account, for the reminders: the accounts stand below them and know none."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.models import ErasureRequest
from huadu_portal.escalation.schedule import Timing
from huadu_portal.escalation.subjects import Course, Responsibility, SubjectType
from huadu_portal.routes import address

ERASURE = Course("erasure", _("answer to an erasure request"), words={"person", "due"})


class ErasureSubject(SubjectType[ErasureRequest]):
    """Waits for a security administrator's answer (个人信息保护法第50条)."""

    kind, model = "erasure", ErasureRequest
    courses = [ERASURE]
    related = ["user"]
    search_fields = ["user__name", "user__username"]

    def waiting(self) -> QuerySet[ErasureRequest]:
        return ErasureRequest.objects.open()

    def course_of(self, request: ErasureRequest) -> Course | None:
        return ERASURE if request.is_open else None

    def timing_of(self, request: ErasureRequest) -> Timing:
        return Timing(request.asked_at, due_on=request.due_on)

    def responsibility_of(self, request: ErasureRequest) -> Responsibility:
        """Nobody's in particular: all security administrators are told."""
        return Responsibility()

    def words_of(self, request: ErasureRequest) -> dict[str, str]:
        return {"person": str(request.user), "due": request.due_on.isoformat()}

    def url_of(self, request: ErasureRequest) -> str:
        return address("admin:accounts_erasurerequest_change", request.pk)
