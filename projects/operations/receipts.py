"""收件回执: the numbered paper of every submission."""

from datetime import datetime

from django.utils import timezone, translation

from huadu_portal.papers.models import PaperKind
from huadu_portal.papers.operations import issue
from projects.models import Application, ApplicationPaper
from projects.wording import FileReceived, Submission, receipt_of_application


def issue_receipt(application: Application, *, at: datetime) -> ApplicationPaper:
    """Number and freeze the receipt of a submission, in its transaction and after its event."""
    documents = application.documents.as_handed_in().select_related("kind")
    kept = application.relied_on.select_related("kind").order_by("kind__code")
    # Names of choices are lazy: a paper is Chinese, whoever hands in.
    with translation.override("zh-hans"):
        draft = receipt_of_application(
            _submission(application),
            [
                FileReceived(each.kind.name, each.filename, each.size, each.sha256)
                for each in documents.order_by("uploaded_at", "pk")
            ]
            + [
                FileReceived(f"{each.kind.name}（沿用）", each.filename, each.size, each.sha256)
                for each in kept
            ],
        )
    paper = issue(PaperKind.APPLICATION_RECEIPT, draft, at=at)
    return ApplicationPaper.objects.create(
        application=application, paper=paper, event_number=application.version
    )


def _submission(application: Application) -> Submission:
    enterprise, received = application.enterprise, application.submitted_at
    return Submission(
        number=application.number or "",
        received_at=timezone.localtime(received, timezone.get_default_timezone()),
        enterprise=enterprise.name,
        credit_code=enterprise.credit_code,
        project=application.name,
        town=application.get_town_display(),
        investment_wan=application.investment_wan,
        answer_by=application.due_on,
        filed_by=str(application.assisted_by) if application.is_assisted else "",
    )
