"""Whose an address is, and whether mail reaches a person by it."""

from datetime import datetime

from django.db.models import Q

from huadu_portal.accounts.models import User


def is_taken(address: str, *, but: User | None = None) -> bool:
    """By anybody else, also as a further address."""
    theirs = Q(email__iexact=address) | Q(emailaddress__email__iexact=address)
    others = User.objects.exclude(pk=but.pk) if but else User.objects.all()
    return others.filter(theirs).exists()


def flag_bounced(address: str, *, reason: str, at: datetime) -> None:
    """Mail to this address comes back; the first time and its reason are kept."""
    people = User.objects.filter(email__iexact=address).exclude(bounced_email__iexact=address)
    for user in people:
        fields = {"bounced_email": user.email, "bounced_at": at, "bounce_reason": reason[:300]}
        User.objects.filter(pk=user.pk, email=user.email).update(**fields)


def clear_bounced(user: User) -> None:
    """The person has an address that is confirmed."""
    User.objects.filter(pk=user.pk).exclude(bounced_email="").update(
        bounced_email="", bounced_at=None, bounce_reason=""
    )
