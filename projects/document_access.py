"""Who may have a document's file, once its row has been found through `visible_to()`."""

from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from huadu_portal import downloads
from huadu_portal.accounts.models import User
from projects.models import Document


class Infected(downloads.NotHandedOut):
    """Nobody gets it, neither its sender."""

    status_code = 403
    title = _("A virus was found in this file")

    def __init__(self):
        super().__init__(
            _(
                "The file is no longer available to anyone. The sender should scan and clean "
                "the computer it was sent from, then upload the file again."
            )
        )


class Unscanned(downloads.NotHandedOut):
    """Its sender gets it; others once the scanner has passed it."""

    retry_after = 60  # seconds
    title = _("This file is still being checked for viruses")

    def __init__(self):
        super().__init__(
            _("No problem has been found so far. Please try again in a few minutes.")
        )


def document_response(document: Document, *, to: User) -> FileResponse:
    """The file under its sender's name. Raises NotHandedOut when it is kept back."""
    if document.is_infected:
        raise Infected
    if not document.is_released and not _is_its_sender(to, document):
        raise Unscanned
    return downloads.stored(
        document.file,
        sha256=document.sha256,
        name=document.filename,
        content_type=document.content_type,
    )


def _is_its_sender(user: User, document: Document) -> bool:
    """The person, or for what a firm has put in, anybody who acts for the firm."""
    if user.pk == document.uploaded_by_id:
        return True
    is_firms = not user.is_staff and document.is_of_the_firm
    return is_firms and document.enterprise.is_visible_to(user)
