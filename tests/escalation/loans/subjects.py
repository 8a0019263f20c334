from django.db.models import F

from huadu_portal.escalation.schedule import Timing
from huadu_portal.escalation.subjects import Course, Responsibility, SubjectType
from tests.escalation.loans.models import Loan

RETURN = Course("loan", "return of a seal", {"number", "due"}, is_of_department=True)


class LoanSubject(SubjectType[Loan]):
    kind, model = "loan", Loan
    courses = [RETURN]
    search_fields = ["number"]

    def waiting(self):
        return Loan.objects.out()

    def course_of(self, loan):
        return None if loan.returned_at else RETURN

    def timing_of(self, loan):
        return Timing(loan.lent_at, due_on=loan.due_on)

    def paused(self, loans, today):
        return {loan.pk: loan.called_off_until for loan in loans if loan.called_off_until}

    def responsibility_of(self, loan):
        return Responsibility(loan.department_id, loan.borrower_id)

    def words_of(self, loan):
        return {"number": loan.number, "due": loan.due_on.isoformat()}

    def url_of(self, loan):
        return f"/loans/{loan.pk}/"

    def on_told(self, told, *, at):
        keys = [each.subject.pk for each in told]
        Loan.objects.filter(pk__in=keys).update(calls=F("calls") + 1)
