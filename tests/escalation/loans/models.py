from django.db import models

from huadu_portal.accounts.models import Department, User
from huadu_portal.escalation.models import Waiting, due_index


class LoanQuerySet(models.QuerySet):
    def out(self):
        return self.filter(returned_at=None)


class Loan(Waiting):
    """A seal, lent to a department until a day."""

    number = models.CharField(max_length=20)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    borrower = models.ForeignKey(User, models.PROTECT, related_name="+")
    lent_at = models.DateTimeField()
    due_on = models.DateField()
    returned_at = models.DateTimeField(null=True)
    # How often somebody has telephoned for it.
    calls = models.PositiveIntegerField(default=0)
    called_off_until = models.DateTimeField(null=True)

    objects = LoanQuerySet.as_manager()

    class Meta:
        app_label = "loans"
        indexes = [due_index("loan_due")]

    def __str__(self):
        return f"印章 {self.number}"
