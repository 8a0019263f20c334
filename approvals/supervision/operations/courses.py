"""What items, and what is owed for them, can wait for."""

from django.utils.translation import gettext_lazy as _

from approvals.items.models import Status
from huadu_portal.escalation.subjects import Course

# What the texts about an item may name; those about what is owed for it besides.
OF_ITEM = frozenset({"item", "project", "due"})

RECEIPT = Course("receipt", _("answer to the submission"), OF_ITEM, is_of_department=True)
PRE_REVIEW = Course("pre_review", _("opinion in pre-review"), OF_ITEM, is_of_department=True)
REVIEW = Course(
    "review",
    _("decision of an accepted item"),
    OF_ITEM | {"statutory"},
    is_of_department=True,
)
SUSPENSION = Course(
    "suspension", _("end of a special procedure"), OF_ITEM, is_of_department=True
)
DELIVERY = Course("delivery", _("delivery of a result"), OF_ITEM, is_of_department=True)
CONSULTATION = Course(
    "consultation",
    _("opinion of a consulted department"),
    OF_ITEM | {"asker"},
    is_of_department=True,
)
CORRECTION = Course("correction", _("the firm's answer to a correction notice"), OF_ITEM)
COMMITMENT = Course("commitment", _("commitment of an enterprise"), OF_ITEM | {"promised"})
CERTIFICATE = Course("certificate", _("validity of a certificate"), OF_ITEM | {"number"})
ORDER = Course(
    "order",
    _("reply to a supervision order"),
    OF_ITEM | {"number"},
    is_of_department=True,
    is_staff_only=True,
)
PROPOSAL = Course(
    "proposal", _("decision on a proposed supervision order"), OF_ITEM, is_staff_only=True
)
HELP = Course("help", _("answer to a request for coordination"), OF_ITEM, is_staff_only=True)
EXPLANATION = Course("explanation", _("explanation of a delay"), OF_ITEM, is_staff_only=True)
REVISION = Course(
    "revision",
    _("the firm's answer to an opinion in pre-review"),
    frozenset({"item", "project", "asked"}),
)

# What an item waits for in which status.
COURSES = {
    Status.SUBMITTED: RECEIPT,
    Status.PRE_REVIEW: PRE_REVIEW,
    Status.ACCEPTED: REVIEW,
    Status.SUSPENDED: SUSPENSION,
    Status.GRANTED: DELIVERY,
}
