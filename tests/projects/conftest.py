import io
import zipfile

import pytest
from django.core.files.base import ContentFile

from projects import operations
from projects.models import MaterialKind
from tests.conftest import DESCRIPTION, MONDAY, PDF
from tests.projects.scanner import OLD, SOMEWHERE, has_signatures

# What the three typed steps post when nothing is wrong.
TYPED = {name: str(value) for name, value in DESCRIPTION.items()} | {
    "platform": "",
    "with_design_scheme": "",
    "area_assessed": "on",
    "energy_tce": "1,200",
    "starts_on": "2095-06-01",
    "completes_on": "2096-12-31",
    "produces_on": "2097-03-01",
}


@pytest.fixture
def draft(firm, alice, catalogue):
    """Begun, and nothing typed."""
    return operations.start_application(firm, by=alice, at=MONDAY)


@pytest.fixture
def ready(draft, alice):
    """Everything typed, every required material there."""
    operations.save_draft(draft, by=alice, at=MONDAY, typed=TYPED)
    for kind in MaterialKind.objects.filter(is_required=True):
        add(draft, alice, kind=kind)
    draft.refresh_from_db()
    return draft


def add(application, user, *, kind=None, name="材料.pdf", content=PDF):
    return operations.add_document(
        application.enterprise,
        by=user,
        at=MONDAY,
        kind=kind or MaterialKind.objects.get(name="营业执照"),
        upload=ContentFile(content, name=name),
        application=application,
    )


@pytest.fixture
def a_return(application, wei):
    """Given back with two things missing."""
    return operations.return_application(
        application,
        by=wei,
        at=MONDAY,
        version=application.version,
        missing=["缺少投资协议。", "用地面积有误。"],
    )


RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KNOWN = {
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
    "xml": "application/xml",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "emf": "image/x-emf",
    "vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def office_file(
    parts=None, *, main="word/document.xml", text="<document/>", types=(), endings="", **how
):
    """A minimal DOCX, with further parts by name; `types`: of parts, over those by ending.

    `endings`: further elements Default, as they stand.
    """
    kind = "wordprocessingml.document" if main.startswith("word/") else "spreadsheetml.sheet"
    kind = f"application/vnd.openxmlformats-officedocument.{kind}.main+xml"
    endings += "".join(
        f'<Default Extension="{ending}" ContentType="{said}"/>'
        for ending, said in KNOWN.items()
    )
    named = "".join(
        f'<Override PartName="/{name}" ContentType="{said}"/>'
        for name, said in {main: kind, **dict(types)}.items()
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, **how) as archive:
        archive.writestr(
            "[Content_Types].xml", f'<?xml version="1.0"?><Types>{endings}{named}</Types>'
        )
        archive.writestr("_rels/.rels", relationships(f'Type="{RELATIONSHIPS}/officeDocument"'))
        archive.writestr(main, text)
        for name, part in (parts or {}).items():
            archive.writestr(name, part)
    return content.getvalue()


def relationships(*said: str) -> str:
    rows = "".join(f'<Relationship Id="r" Target="x.xml" {each}/>' for each in said)
    return f"<Relationships>{rows}</Relationships>"


@pytest.fixture
def document(ready, alice):
    """Handed in with the application."""
    document = ready.documents.first()
    operations.submit_application(ready, by=alice, at=MONDAY, fields=DESCRIPTION)
    return document


@pytest.fixture
def configured(settings, monkeypatch):
    settings.CLAMD_URL = SOMEWHERE
    has_signatures(monkeypatch, OLD)
