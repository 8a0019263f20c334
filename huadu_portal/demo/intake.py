"""Firms, their papers and applications, through the same operations as pages and API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from django.core.files.base import ContentFile

from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.demo.people import People, demo_person
from huadu_portal.papers.letters import SampleForm
from projects import operations
from projects.choices import Town
from projects.models import (
    Application,
    Document,
    Enterprise,
    MaterialKind,
    Membership,
    Platform,
)

WAN_PER_YI = 10_000
SQM_PER_MU = Decimal("666.67")
# Of a counted project's investment, so much lies in buildings and machines.
FIXED_SHARE = Decimal("0.86")
CENT = Decimal("0.01")
PAPERS = ("营业执照", "投资协议或意向书", "项目简介（投资额、产值、用地、建设周期）")


def wan_of(yi: str) -> Decimal:
    return Decimal(yi) * WAN_PER_YI


def split(investment_wan: Decimal) -> tuple[Decimal, Decimal]:
    """Fixed assets and working capital; together exactly the investment."""
    fixed = (investment_wan * FIXED_SHARE).quantize(CENT, ROUND_HALF_UP)
    return fixed, investment_wan - fixed


@dataclass
class Intake:
    """Brings firms and applications in, and remembers the firms."""

    story: dict
    people: People
    rng: Random
    platforms: Mapping[str, Platform]
    kinds: Mapping[str, MaterialKind]
    papers: Mapping[str, bytes]
    firms: dict[str, Enterprise] = field(default_factory=dict)
    owners: dict[object, User] = field(default_factory=dict)

    def firm(
        self, name: str, credit_code: str, *, owner: User | None, at: datetime
    ) -> Enterprise:
        """The firm of this code, with a person who acts for it."""
        if credit_code in self.firms:
            return self.firms[credit_code]
        contact = self.rng.choice(self.story["contacts"])
        firm = Enterprise.objects.create(
            name=name,
            credit_code=credit_code,
            legal_representative=contact,
            address="广州市花都区（演示数据）",
            is_demo=True,
            created_at=at - timedelta(days=1),
        )
        if owner is None:
            owner = demo_person(f"firm{len(self.firms) + 1:02}", contact, User.Role.ENTERPRISE)
            owner.save()
        Membership.objects.create(
            enterprise=firm,
            user=owner,
            role=Membership.Role.OWNER,
            state=Membership.State.ACTIVE,
            asked_at=firm.created_at,
            decided_at=firm.created_at,
        )
        self.firms[credit_code], self.owners[firm.pk] = firm, owner
        return firm

    def described(self, row: dict, starts_on: date, construction: timedelta) -> dict:
        """The fields of an application, checked as a form would hand them over."""
        land_mu = Decimal(row.get("land_mu") or self.rng.randint(1800, 7200)) / (
            1 if "land_mu" in row else 100
        )
        floor_area = (land_mu * SQM_PER_MU * Decimal("1.65")).quantize(CENT)
        completes_on = starts_on + construction
        return {
            "name": row["name"],
            "summary": f"{row['name']}：新建厂房、配套用房及生产线。（演示数据）",
            "industry": row["industry"],
            "nature": "new",
            "fund_source": "own",
            "fixed_assets_wan": row["fixed_wan"],
            "working_capital_wan": row["working_wan"],
            "annual_output_wan": row["output_wan"],
            "town": row["town"],
            "platform": self.platforms.get(row["town"]),
            "site": f"{Town(row['town']).value[-3:]}号示范地块（演示数据）",
            "land_acquisition": "listing",
            "land_mu": land_mu,
            "floor_area_sqm": floor_area,
            "environmental_form": "form",
            "energy_tce": row.get("energy_tce") or self.rng.randint(120, 900),
            "starts_on": starts_on,
            "completes_on": completes_on,
            "produces_on": completes_on + timedelta(days=60),
            "contact_name": self.rng.choice(self.story["contacts"]),
            "contact_mobile": f"1380000{self.rng.randint(1000, 9999)}",
        }

    def apply(self, firm: Enterprise, fields: dict, *, at: datetime) -> Application:
        """Handed in at that moment, with its papers."""
        owner = self.owners[firm.pk]
        begun = at - timedelta(minutes=50)
        draft = operations.start_application(firm, by=owner, at=begun)
        kept = operations.reused_by_application(draft, civil_day(at))
        for name in PAPERS:
            if self.kinds[name].pk not in kept:
                self.paper(firm, name, application=draft, at=at - timedelta(minutes=20))
        return operations.submit_application(draft, by=owner, at=at, fields=fields)

    def paper(
        self,
        firm: Enterprise,
        name: str,
        *,
        at: datetime,
        application: Application | None = None,
    ) -> Document:
        title = name.split("（")[0]
        return operations.add_document(
            firm,
            by=self.owners[firm.pk],
            at=at,
            kind=self.kinds[name],
            upload=ContentFile(self.papers[name], name=f"{title}（演示）.pdf"),
            application=application,
        )


def print_papers() -> dict[str, bytes]:
    """One PDF of each kind; what it says is that it is a demonstration."""
    return {
        name: SampleForm(
            title=name.split("（")[0],
            sections=[("演示数据", ["材料名称", "说明"])],
            declaration="本文件为演示数据，仅用于系统演示，不具有任何法律效力。",
            signatory="演示企业（盖章）",
        ).pdf()
        for name in PAPERS
    }
