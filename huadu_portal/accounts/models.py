import hashlib
from datetime import time
from typing import ClassVar, Self

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

# Django finds models in this module alone.
from huadu_portal.accounts.session_store import Session  # noqa: F401
from huadu_portal.accounts.tokens import Token  # noqa: F401
from huadu_portal.ui.choices import ColoredText

# Mainland mobile numbers; spaces and +86 are stripped before.
is_mobile = RegexValidator(
    r"^1[3-9]\d{9}$", _("A mobile number has eleven digits, such as 13800138000.")
)
# Put into a gateway's address: nothing that means something there.
is_gateway_id = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9@._-]*$",
    _("A gateway account consists of letters, digits and @ . _ - only."),
)


FROM_THE_ROLE = {"is_staff", "is_superuser"}


def without_password(user: str = "") -> Q:
    """Whoever has not set a password yet; `user` leads to the person: "user__"."""
    return Q(**{f"{user}password__startswith": UNUSABLE_PASSWORD_PREFIX})


def guide_field(label):
    """What the guides say of a department; it comes empty and is entered at the desk."""
    return models.CharField(label, max_length=200, blank=True, default="", db_default="")


class Department(models.Model):
    """An authority, a utility or the centre itself: whoever handles approval items."""

    class Kind(models.TextChoices):
        AUTHORITY = "authority", _("authority")
        UTILITY = "utility", _("public utility")
        INTERMEDIARY = "intermediary", _("intermediary")
        CENTRE = "centre", _("service center")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True)
    short_name = models.CharField(_("short name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.AUTHORITY)
    # For the guides to its approvals. Empty: not shown.
    place = guide_field(_("place of its window"))
    place_en = guide_field(_("place of its window in English"))
    hours = guide_field(_("opening hours"))
    hours_en = guide_field(_("opening hours in English"))
    telephone = guide_field(_("telephone for questions"))
    complaints = guide_field(_("where to complain"))
    complaints_en = guide_field(_("where to complain in English"))

    class Meta:
        verbose_name, verbose_name_plural = _("department"), _("departments")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind="centre"),
                name="department_one_centre",
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name

    @property
    def in_short(self):
        """For lists. English knows no shorter name."""
        return self.name_en if get_language() == "en" else self.short_name


class UserManager(DjangoUserManager):
    def _create_user_object(self, username, email, password, **fields):
        # Django's own create_user sets both; here they follow from the role.
        fields = {k: v for k, v in fields.items() if k not in FROM_THE_ROLE}
        # The stubs know nothing of it.
        return super()._create_user_object(username, email, password, **fields)  # type: ignore[misc]

    def create_superuser(self, username, email=None, password=None, **fields):
        """The first administrator. Rights come from the role alone."""
        fields.setdefault("role", User.Role.SYSTEM_ADMIN)
        return self.create_user(username, email, password, **fields)


class User(AbstractUser):
    """Anyone who signs in: of a firm, of a department or of the centre."""

    class Role(models.TextChoices):
        ENTERPRISE = "enterprise", _("enterprise")
        WINDOW = "window", _("comprehensive window")
        AGENT = "agent", _("service agent")
        CHIEF_OFFICER = "chief_officer", _("chief project service officer")
        OFFICER = "officer", _("department officer")
        DEPARTMENT_HEAD = "department_head", _("department head")
        CENTRE_HEAD = "centre_head", _("center head")
        LEADER = "leader", _("district leader")
        # System, security and audit administration are three people (等保三级).
        SYSTEM_ADMIN = "system_admin", _("system administrator")
        SECURITY_ADMIN = "security_admin", _("security administrator")
        AUDITOR = "auditor", _("auditor")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # One field each for a name: Chinese names are not split.
    first_name = last_name = None  # type: ignore[assignment]  # Django's way to leave out a field
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60, blank=True)
    mobile = models.CharField(_("mobile"), max_length=11, blank=True, validators=[is_mobile])
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.ENTERPRISE)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("department"),
    )
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    # Between the two nothing is sent, on the district's clock; equal: no quiet hours.
    quiet_from = models.TimeField(_("quiet from"), default=time(22), db_default=time(22))
    quiet_until = models.TimeField(_("quiet until"), default=time(7), db_default=time(7))
    # Under which the gateways know the person; set by the security administrator.
    wecom_id = models.CharField(
        _("WeCom account"),
        max_length=64,
        blank=True,
        default="",
        db_default="",
        validators=[is_gateway_id],
    )
    dingtalk_id = models.CharField(
        _("DingTalk account"),
        max_length=64,
        blank=True,
        default="",
        db_default="",
        validators=[is_gateway_id],
    )
    # The address that a mail server has refused for good, since when and why.
    bounced_email = models.EmailField(
        _("refused address"), blank=True, default="", db_default=""
    )
    bounced_at = models.DateTimeField(_("refused since"), null=True, editable=False)
    bounce_reason = models.CharField(
        _("reason of the refusal"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    consented_at = models.DateTimeField(_("consented"), null=True, editable=False)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    # Of those that the list of accounts shows (accounts/admin.py).
    has_second_factor: bool

    objects: ClassVar[UserManager] = UserManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            # A firm's people belong to no department, a department's people to one.
            models.CheckConstraint(
                condition=Q(role="enterprise", department__isnull=True)
                | Q(
                    role__in=[
                        "window",
                        "agent",
                        "officer",
                        "department_head",
                        "centre_head",
                    ],
                    department__isnull=False,
                )
                | Q(
                    role__in=[
                        "chief_officer",
                        "leader",
                        "system_admin",
                        "security_admin",
                        "auditor",
                    ]
                ),
                name="user_department_fits_role",
                violation_error_message=_("This role does not match the department."),
            ),
            models.CheckConstraint(
                condition=Q(bounced_email="", bounced_at__isnull=True)
                | ~Q(bounced_email="") & Q(bounced_at__isnull=False),
                name="user_bounced_since",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)

    def get_session_auth_hash(self):
        """The seal of sessions, tokens and known devices: of the password, as Django's own, and
        of the second factors. With another one of either, none of them fits any more."""
        return self._with_factors(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self):
        for sealed in super().get_session_auth_fallback_hash():
            yield self._with_factors(sealed)

    def seals(self):
        """The present one, and those of earlier secret keys (`SECRET_KEY_FALLBACKS`)."""
        yield self.get_session_auth_hash()
        yield from self.get_session_auth_fallback_hash()

    def _with_factors(self, sealed):
        # Of a session the keys come along with the person (accounts/backends.py).
        keys = self.__dict__.get("factor_keys")
        if keys is None:
            factors = self.authenticator_set  # type: ignore[attr-defined]  # of allauth, which is untyped
            keys = factors.order_by("pk").values_list("pk", flat=True)
        text = ":".join([sealed, *map(str, keys)])
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def is_staff(self) -> bool:  # type: ignore[override]  # no column, as Django has it
        """May open the staff desk; what is seen there depends on the role."""
        return self.is_active and self.role != self.Role.ENTERPRISE

    @property
    def is_superuser(self) -> bool:  # type: ignore[override]  # likewise
        """Nobody is above the role table (huadu_portal/accounts/roles.py)."""
        return False

    @property
    def reads_everything(self) -> bool:
        """The centre's people and those who oversee all of its work."""
        return self.role in {
            self.Role.WINDOW,
            self.Role.AGENT,
            self.Role.CHIEF_OFFICER,
            self.Role.CENTRE_HEAD,
            self.Role.LEADER,
            self.Role.AUDITOR,
        }

    @property
    def awaits_password(self) -> bool:
        """Switched on, but nobody can sign in: no password has been set yet."""
        return self.is_active and not self.has_usable_password()

    @property
    def is_unreachable(self) -> bool:
        """Mail to the present address comes back."""
        return bool(self.bounced_email) and self.bounced_email == self.email

    @property
    def is_of_department(self) -> bool:
        return self.role in {self.Role.OFFICER, self.Role.DEPARTMENT_HEAD}


class ErasureRequestQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Still to be answered."""
        return self.filter(answered_at=None)


class ErasureRequest(models.Model):
    """注销与删除申请: that a person wants their account and personal data erased (个人信息保护法第47条).

    Answered with a reason, by the day on which it is due (第50条).
    """

    class Answer(ColoredText):
        OPEN = "open", "yellow", _("waiting for an answer")
        ERASED = "erased", "green", _("erased")
        DECLINED = "declined", "red", _("not erased")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        User, models.PROTECT, related_name="erasure_requests", verbose_name=_("person")
    )
    reason = models.CharField(_("grounds"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("requested"))
    due_on = models.DateField(_("answer due"))
    # When the next sweep of reminders has to look at it; null once nobody waits any more.
    next_rung_at = models.DateTimeField(null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=Answer, default=Answer.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("erasure request"), _("erasure requests")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                name="erasure_one_open_per_person",
                condition=Q(state="open"),
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | ~Q(state="open") & ~Q(answer="") & Q(answered_at__isnull=False),
                name="erasure_answered_with_a_reason",
            ),
        ]
        # Of two columns each, by which the sweep and the worklist find them.
        indexes = [
            models.Index(
                fields=["next_rung_at"],
                name="erasure_rung",
                condition=Q(next_rung_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.asked_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.state == self.Answer.OPEN

    @property
    def is_erased(self) -> bool:
        return self.state == self.Answer.ERASED
