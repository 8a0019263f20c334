"""What the fault tests begin from: mails that wait, and items that are overdue."""

from collections import Counter
from datetime import datetime
from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from huadu_portal.notifications.models import Delivery
from huadu_portal.notifications.operations import send_account_mail
from projects.models import Document
from projects.operations import start_application, submit_application
from tests.conftest import DESCRIPTION, MONDAY, PDF

DELIVER = "huadu_portal.notifications.tasks.deliver_due"
REMIND = "approvals.tasks.remind"


def write_mails(count: int, at: datetime, *, name: str = "person") -> set[str]:
    """Account mails, which go at once at any hour; their addresses."""
    addresses = [f"{name}{n}@example.com" for n in range(count)]
    for address in addresses:
        send_account_mail(address, "确认邮箱", "请点击链接。", at=at)
    return set(addresses)


def all_sent() -> bool:
    """Nothing is on its way; what waits for a morning digest is not due."""
    under_way = [Delivery.State.PENDING, Delivery.State.LEASED]
    return not Delivery.objects.filter(state__in=under_way).exists()


def arrived(sink) -> set[str]:
    return {mail.to for mail in sink.mails}


def repeated(sink) -> list[str]:
    """Message-IDs that came more than once."""
    return [id for id, times in Counter(sink.ids).items() if times > 1]


def ask(sql: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def hand_in(firm, *, by, count: int) -> None:
    """Applications of MONDAY that nobody has answered since: long overdue."""
    for n in range(count):
        draft = start_application(firm, by=by, at=MONDAY)
        fields = DESCRIPTION | {"name": f"第{n}个项目"}
        submit_application(draft, by=by, at=MONDAY, fields=fields)


def with_files() -> None:
    """Rows that the cast has made without a file get one."""
    bare = Document.objects.filter(file="")
    if bare.exists():
        name = default_storage.save("documents/shared.pdf", ContentFile(PDF))
        digest = sha256(PDF).hexdigest()
        bare.update(file=name, sha256=digest, size=len(PDF))
