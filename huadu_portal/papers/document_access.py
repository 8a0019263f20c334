"""An official paper's PDF, once its row has been found through `visible_to()`."""

from django.http import FileResponse

from huadu_portal import downloads
from huadu_portal.papers.models import Paper
from huadu_portal.papers.operations import once_set


def paper_response(paper: Paper, *, inline: bool) -> FileResponse:
    """The PDF, set now if it has not been; `inline`: the browser shows it."""
    paper = once_set(paper)
    return downloads.stored(
        paper.file,
        sha256=paper.sha256,
        name=f"{paper.number} {paper.title}.pdf",
        content_type=downloads.PDF,
        inline=inline,
    )
