"""Certificates: written down at delivery, and watched until they end."""

from datetime import date, datetime

from django.db import transaction

from approvals.models import ApprovalItem, Certificate, ExpiryStage
from approvals.operations.watching import BATCH, in_office_hours
from approvals.validity import months_after
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import Message, notify_all
from projects.models import Document
from projects.operations import people_of, shown, window


def certify(
    item: ApprovalItem,
    *,
    number: str,
    issued_on: date,
    valid_until: date | None = None,
    document: Document | None = None,
) -> Certificate:
    """Write down the certificate of an item that is being delivered; the caller holds it.

    Without a date of its own it holds as long as the catalogue says of its type. Raises
    ValidationError when it would end before it is issued.
    """
    months = item.approval_type.valid_months
    if valid_until is None and months:
        valid_until = months_after(issued_on, months)
    certificate = Certificate(
        item=item,
        number=number,
        issuer=item.department,
        issued_on=issued_on,
        valid_until=valid_until,
        document=document,
    )
    certificate.full_clean()
    certificate.save(force_insert=True)
    return certificate


def watch_certificates(at: datetime) -> int:
    """Tell of every certificate whose end has come nearer; how many were told of.

    Like a reminder: late or parallel runs tell once, and nobody is disturbed out of office
    hours. Of several stages that were missed only the nearest to the end is told.
    """
    return in_office_hours(_watch_batch, at)


@transaction.atomic
def _watch_batch(at: datetime) -> int:
    today = civil_day(at)
    certificates = _claim(today)
    notify_all([_message(each, each.stage_on(today)) for each in certificates], at=at)
    for certificate in certificates:
        certificate.stage_told = certificate.stage_on(today)
    Certificate.objects.bulk_update(certificates, ["stage_told"])
    return len(certificates)


def _claim(today: date) -> list[Certificate]:
    due = Certificate.objects.in_force().to_be_told(today).order_by("valid_until", "pk")
    return list(
        due.select_related(
            "item__approval_type", "item__project__agent", "item__project__enterprise"
        ).select_for_update(of=["self"], no_key=True, skip_locked=True)[:BATCH]
    )


def _message(certificate: Certificate, stage: ExpiryStage) -> Message:
    item = certificate.item
    expired = stage == ExpiryStage.EXPIRED
    return Message(
        _audience(item, expired),
        Kind.CERTIFICATE_EXPIRED if expired else Kind.CERTIFICATE_EXPIRING,
        params={
            "item": item.approval_type.name,
            "item_en": item.approval_type.name_en,
            "project": item.project.name,
            "number": certificate.number,
            "due": shown(certificate.valid_until),
        },
        url=item.get_absolute_url(),
        event_key=f"certificate:{certificate.pk}:{certificate.valid_until:%F}:{stage.value}",
        subject=item.pk,
        note=item.approval_type.valid_note,
    )


def _audience(item: ApprovalItem, expired: bool) -> list[User]:
    """The firm and its agent; once it has ended, the window too."""
    agent = item.project.agent
    people = people_of(item.project.enterprise)
    if agent and agent.is_active:
        people = [*people, agent]
    return [*people, *window()] if expired else people
