"""The vaults of the firms with an account: something in each state that a vault knows."""

from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile

from huadu_portal.accounts.models import User
from huadu_portal.demo.intake import Intake
from huadu_portal.demo.people import People
from projects import operations
from projects.models import Document, Enterprise

# Kind, and the days from today until it expires; None: without end.
PUT_IN = [
    ("授权代表身份证明", 75),
    ("用电主体身份证明", 18),
    ("消纳场地证明", -12),
    ("水质检测报告或承诺书", 140),
    ("总平面图", None),
]
SHARED = "申请人身份证明"
RENEWED = "设计方案文本"


def fill_vaults(intake: Intake, people: People, horizon: datetime) -> None:
    for name in ("enterprise", "enterprise2"):
        owner = people[name]
        firm = Enterprise.objects.filter(members=owner).order_by("created_at").first()
        if firm:
            _fill(firm, owner, intake, people["window"], horizon)


def _fill(
    firm: Enterprise, owner: User, intake: Intake, window: User, horizon: datetime
) -> None:
    today = horizon.date()
    for n, (name, days) in enumerate(PUT_IN):
        # Nobody puts in what has expired: it was good when it came.
        at = _ago(horizon, 40 + n, hour=10)
        valid_until = None if days is None else today + timedelta(days=days)
        _put(firm, name, intake, owner, at, valid_until)
    first = _put(firm, RENEWED, intake, owner, _ago(horizon, 60, hour=9), None)
    _renew(first, intake, owner, _ago(horizon, 25, hour=15))
    operations.share_document(
        firm,
        by=window,
        at=_ago(horizon, 9, hour=11),
        kind=intake.kinds[SHARED],
        upload=_file(intake, SHARED),
        valid_until=today + timedelta(days=1900),
    )


def _put(
    firm: Enterprise,
    name: str,
    intake: Intake,
    by: User,
    at: datetime,
    valid_until: date | None,
) -> Document:
    return operations.add_document(
        firm,
        by=by,
        at=at,
        kind=intake.kinds[name],
        upload=_file(intake, name),
        project=firm.projects.order_by("-created_at").first(),
        valid_until=valid_until,
    )


def _renew(document: Document, intake: Intake, by: User, at: datetime) -> None:
    upload = _file(intake, f"{RENEWED}-修订")
    operations.add_version(document, by=by, at=at, upload=upload)


def _ago(horizon: datetime, days: int, *, hour: int) -> datetime:
    return horizon - timedelta(days=days) + timedelta(hours=hour)


def _file(intake: Intake, name: str) -> ContentFile:
    return ContentFile(intake.papers["营业执照"], name=f"{name}（扫描件）.pdf")
