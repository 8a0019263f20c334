"""What a process of its own costs for files and papers, and our own waiting for the database."""

import json
from collections.abc import Callable, Iterator
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from pypdf import PdfWriter

from bench.jobs import Times, timed
from huadu_portal import sandbox
from huadu_portal.database_waits import uninstalled
from huadu_portal.papers.letters import SampleForm
from huadu_portal.sandbox.jobs import typesetting, uploads
from projects.files import LIMITS

PDF = "application/pdf"
PAGES, STATEMENTS = 100, 1_000
PAPER = SampleForm(
    title="基准测试",
    sections=[("基本信息", ["申请单位", "统一社会信用代码", "联系人"])],
    declaration="以上内容属实。",
    signatory="申请单位（盖章）",
)


def all_jobs(rounds: int) -> Iterator[tuple[str, Times]]:
    """Each beside the same done in our own process, or by the driver's own waiting."""
    upload = SimpleUploadedFile("图纸.pdf", blank_pages(), PDF)
    yield (
        f"check a PDF of {PAGES} pages",
        alternating(rounds, lambda: checked(upload), lambda: checked_here(upload)),
    )
    yield "set a paper", alternating(rounds, PAPER.pdf, set_here)
    yield f"{STATEMENTS:,} statements", alternating(rounds, statements, unattended)


def alternating(rounds: int, ours: Callable, theirs: Callable) -> Times:
    times: Times = ([], [])
    # The first round starts the process and reads the fonts.
    for count in range(rounds + 1):
        for job, found in zip((ours, theirs), times, strict=True):
            seconds = timed(job)
            found += [seconds] if count else []
    return times


def blank_pages() -> bytes:
    file, writer = BytesIO(), PdfWriter()
    for _ in range(PAGES):
        writer.add_blank_page(width=595, height=842)
    writer.write(file)
    return file.getvalue()


def checked(upload: SimpleUploadedFile) -> None:
    with sandbox.readable(upload) as file:
        sandbox.run("uploads.check_upload", PDF, file=file, limits=LIMITS)


def checked_here(upload: SimpleUploadedFile) -> None:
    with sandbox.readable(upload) as file:
        uploads.check_upload(file, PDF)


def set_here() -> None:
    typesetting.render("sample", json.dumps(PAPER.data(), ensure_ascii=False))


def statements() -> None:
    with connection.cursor() as cursor:
        for _ in range(STATEMENTS):
            cursor.execute("SELECT 1")


def unattended() -> None:
    with uninstalled():
        statements()
