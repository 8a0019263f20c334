"""Firms, and the people who act for them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from huadu_portal.accounts.models import User
from huadu_portal.escalation.models import Waiting, due_index
from huadu_portal.prepared import Prepared
from huadu_portal.ui.choices import ColoredText
from projects.models.columns import person_field


class EnterpriseQuerySet(models.QuerySet):
    def proved(self) -> Self:
        """Whose licence the window has checked; one for each code."""
        return self.filter(proved_at__isnull=False)

    def visible_to(self, user: User) -> Self:
        """All for the centre, their own for a firm's people."""
        if user.reads_everything:
            return self
        if not user.is_authenticated or user.is_staff:
            return self.none()
        return self.filter(pk__in=Membership.objects.active_of(user))


class Enterprise(models.Model):
    """A firm that invests. Its people belong to it through Membership.

    Anybody who knows a code may register it: until the window has checked the licence, it is the
    word of that person alone, and others may say the same of the code beside it
    (docs/decisions/0045).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("enterprise name"), max_length=200)
    credit_code = models.CharField(_("unified social credit code"), max_length=18)
    # Set when staff let a code through whose check character does not fit.
    credit_code_reason = models.CharField(
        _("reason for accepting the code"), max_length=300, blank=True
    )
    legal_representative = models.CharField(
        _("legal representative"), max_length=60, blank=True
    )
    address = models.CharField(_("registered address"), max_length=300, blank=True)
    is_fortune_500 = models.BooleanField(_("Fortune 500"), default=False)
    # When the window had checked the licence: with the first application that it took on, or
    # by itself, with what was shown.
    proved_at = models.DateTimeField(_("licence checked"), null=True, editable=False)
    proved_by = person_field(_("licence checked by"))
    proved_note = models.CharField(
        _("what was shown"), max_length=500, blank=True, default="", db_default=""
    )
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    created_at = models.DateTimeField(_("registered"), db_default=Now(), editable=False)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="Membership",
        through_fields=("enterprise", "user"),
        related_name="enterprises",
    )

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("enterprise"), _("enterprises")
        permissions = [("override_credit_code", "Can accept an unusual credit code")]
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_code__regex=r"^[0-9A-HJ-NP-RTUWXY]{18}$"),
                name="enterprise_credit_code_well_formed",
                violation_error_message=_("This is not a unified social credit code."),
            ),
            models.UniqueConstraint(
                fields=["credit_code"],
                name="enterprise_proved_once_per_code",
                condition=Q(proved_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["credit_code"], name="enterprise_by_code")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_proved(self) -> bool:
        return self.proved_at is not None

    def is_visible_to(self, user: User) -> bool:
        """Whether a person may know of it; `visible_to()` says the same in SQL."""
        if user.reads_everything:
            return True
        is_firms = user.is_authenticated and not user.is_staff
        return is_firms and bool(ACTIVE_MEMBERSHIP(user.pk, self.pk))


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """One's own, and those of the enterprises one may see."""
        visible = Enterprise.objects.visible_to(user)
        return self.filter(Q(user=user) | Q(enterprise__in=visible))

    def decidable_by(self, user: User) -> Self:
        """Requests to join that this person may answer; claims are the window's."""
        asked = self.filter(state=Membership.State.ASKED, claimed_at=None)
        if user.has_perm("projects.agree_membership"):
            return asked
        owned = self.active_of(user).filter(role=Membership.Role.OWNER)
        return asked.filter(enterprise__in=owned.filter(enterprise__proved_at__isnull=False))

    def claiming(self) -> Self:
        """Who says that the firm is theirs to answer for, and has no answer yet."""
        return self.filter(claimed_at__isnull=False)

    def active_of(self, user: User) -> models.QuerySet:
        """Keys of the enterprises this person acts for."""
        return self.filter(user=user, state=Membership.State.ACTIVE).values("enterprise")


class Membership(Waiting):
    """A person acting for an enterprise, once its owner or the window has agreed.

    While it is claimed, the window is reminded of the day by which it decides.
    """

    class Role(ColoredText):
        OWNER = "owner", "blue", _("owner")
        FILER = "filer", "neutral", _("filer")

    class State(ColoredText):
        ASKED = "asked", "yellow", _("requested to join")
        ACTIVE = "active", "green", _("active")
        REFUSED = "refused", "red", _("not agreed to")
        LEFT = "left", "neutral", _("no longer acts")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enterprise = models.ForeignKey(
        Enterprise,
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("enterprise"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.FILER)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked"))
    decided_at = models.DateTimeField(_("decided on"), null=True, editable=False)
    decided_by = person_field(_("decided by"))
    # While somebody says that they, and not the present owner, answer for the firm.
    claimed_at = models.DateTimeField(_("claimed"), null=True, editable=False)
    claim_reason = models.CharField(
        _("grounds of the claim"), max_length=500, blank=True, default="", db_default=""
    )
    # By when the window decides on it; kept with the last claim once it is decided.
    claim_due_on = models.DateField(_("decision due"), null=True, editable=False)
    # How often the person has claimed the firm: after each, the window is reminded anew.
    claims = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("membership"), _("memberships")
        permissions = [("agree_membership", "Can agree to a membership")]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "user"], name="membership_once"),
        ]
        indexes = [
            due_index("membership_rung"),
            models.Index(
                fields=["claim_due_on", "id"],
                name="membership_claimed",
                condition=Q(claimed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.enterprise}"

    @classmethod
    def waiting(cls) -> models.QuerySet:
        return cls.objects.claiming()

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def is_owner(self) -> bool:
        return self.is_active and self.role == self.Role.OWNER

    @property
    def is_claim(self) -> bool:
        return self.claimed_at is not None


class MembershipEvent(models.Model):
    """What happened to a membership, and why. Append-only."""

    class Act(models.TextChoices):
        ASKED = "asked", _("requested to join")
        AGREED = "agreed", _("agreed to")
        REFUSED = "refused", _("not agreed to")
        CLAIMED = "claimed", _("claimed the enterprise")
        GRANTED = "granted", _("claim granted")
        DISMISSED = "dismissed", _("claim not granted")
        HANDED_OVER = "handed_over", _("made the owner")
        STEPPED_DOWN = "stepped_down", _("no longer the owner")
        REMOVED = "removed", _("removed from the enterprise")
        LEFT = "left", _("left the enterprise")

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="events")
    at = models.DateTimeField(_("at"))
    by = person_field(_("by"), null=False)
    act = models.CharField(_("act"), max_length=20, choices=Act)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("event"), _("events")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d}"


# Asked in every act of a firm.
ACTIVE_MEMBERSHIP = Prepared[tuple](
    lambda user, enterprise: (
        Membership.objects.active_of(user).filter(enterprise=enterprise).values_list("pk")
    )
)
