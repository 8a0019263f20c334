"""A type is changed by versions, each with a reason and a day; what was received keeps its own."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command

from approvals.acts import operations as acts
from approvals.acts.tasks import record_silences
from approvals.catalogue.operations import versions
from approvals.models import ApprovalItem, ApprovalType, TypeVersion
from approvals.packaged import load_catalogue
from approvals.vault.needs import needs_of_item
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed
from huadu_portal.monitoring.reconcile import histories
from huadu_portal.workdays.published import calendar
from projects.models import MaterialKind
from tests.conftest import DAY, FRIDAY, HOUR, MONDAY, stock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

NEW_MATERIAL = {
    "name": "海绵城市专项设计",
    "name_en": "Sponge city design",
    "is_tolerable": False,
}


def publish(entry, by, at=MONDAY, effective_on=None, **changed):
    """A version with these fields, materials or prerequisites changed."""
    entry = ApprovalType.objects.get(pk=entry.pk)
    content = versions.content_of(entry)
    for name in ("materials", "prerequisites"):
        content[name] = changed.pop(name, content[name])
    content["fields"] |= changed
    return versions.publish_version(
        entry,
        content,
        by=by,
        at=at,
        effective_on=effective_on or civil_day(at),
        note="省政府令第300号",
        replaces=entry.version,
    )


def submit(item, by, at=MONDAY):
    stock(item, by)
    return acts.submit(item, by=by, at=at, version=item.version)


def accept(item, by, at):
    item.refresh_from_db()
    return acts.accept(item, by=by, at=at, version=item.version)


@pytest.fixture
def entry(item):
    """Ten working days promised, twenty by law."""
    ApprovalType.objects.filter(pk=item.approval_type_id).update(
        promised_days=10, statutory_days=20, notice_days=5
    )
    return ApprovalType.objects.get(pk=item.approval_type_id)


class TestPublishing:
    def test_a_version_of_today_is_in_force_and_the_old_one_stays_to_be_read(self, entry, chen):
        publish(entry, chen, promised_days=7)

        entry.refresh_from_db()
        assert (entry.promised_days, entry.version, entry.in_force_from) == (
            7,
            2,
            civil_day(MONDAY),
        )
        old, new = entry.versions.all()
        assert (old.content["fields"]["promised_days"], old.published_by) == (10, None)
        assert (new.note, new.published_by, new.published_at) == (
            "省政府令第300号",
            chen,
            MONDAY,
        )

    def test_a_version_of_a_later_day_waits_for_it(self, entry, chen, time_machine):
        publish(entry, chen, promised_days=7, effective_on=civil_day(MONDAY + DAY))
        entry.refresh_from_db()
        assert (entry.promised_days, entry.changes_on) == (10, civil_day(MONDAY + DAY))

        time_machine.move_to(MONDAY + DAY)
        record_silences()

        entry.refresh_from_db()
        assert (entry.promised_days, entry.changes_on, entry.version) == (7, None, 2)

    def test_one_that_waits_can_be_called_off(self, entry, chen):
        publish(entry, chen, promised_days=7, effective_on=civil_day(MONDAY + DAY))

        versions.cancel_version(entry, by=chen, at=MONDAY + HOUR)
        publish(entry, chen, at=MONDAY + DAY, promised_days=8)

        entry.refresh_from_db()
        assert (entry.promised_days, entry.version) == (8, 3)

    def test_another_one_meanwhile_is_refused(self, entry, chen, tom):
        content = versions.content_of(entry)
        content["fields"]["promised_days"] = 6
        publish(entry, chen, promised_days=7)

        with pytest.raises(NotAllowed):
            versions.publish_version(
                entry,
                content,
                by=tom,
                at=MONDAY,
                effective_on=civil_day(MONDAY),
                note="另",
                replaces=1,
            )

    def test_the_same_twice_is_one_version(self, entry, chen):
        content = versions.content_of(entry)
        content["fields"]["promised_days"] = 7
        sent = {"effective_on": civil_day(MONDAY), "note": "提速", "replaces": 1}

        first, again = (
            versions.publish_version(entry, content, by=chen, at=MONDAY, **sent)
            for _ in range(2)
        )

        assert first == again

    @pytest.mark.parametrize(
        "changed",
        [
            {},
            {"promised_days": 21},
            {"prerequisites": ["HD-GC-01"]},
            {"name": ""},
            {"effective_on": civil_day(MONDAY - DAY), "promised_days": 7},
        ],
        ids=["nothing", "a promise above the law", "itself", "no name", "a day in the past"],
    )
    def test_what_makes_no_sense_is_refused(self, chen, changed):
        entry = ApprovalType.objects.get(code="HD-GC-01")
        ApprovalType.objects.filter(pk=entry.pk).update(promised_days=10, statutory_days=20)

        with pytest.raises(ValidationError):
            publish(entry, chen, **changed)

        assert not TypeVersion.objects.exists()

    def test_a_circle_of_prerequisites_is_refused(self, chen):
        first = ApprovalType.objects.exclude(dependants=None).first()
        last = first.dependants.first()

        with pytest.raises(ValidationError):
            publish(first, chen, prerequisites=[last.code])

    def test_an_officer_may_not(self, entry, omar):
        with pytest.raises(PermissionDenied):
            publish(entry, omar, promised_days=7)

    def test_a_new_material_is_made_with_its_english_name(self, entry, chen):
        content = versions.content_of(entry)

        publish(entry, chen, materials=[*content["materials"], NEW_MATERIAL])

        kind = entry.requirements.last().kind
        assert (kind.name, kind.name_in("en")) == ("海绵城市专项设计", "Sponge city design")
        assert MaterialKind.objects.filter(code=kind.code).count() == 1


class TestWhatAnItemKeeps:
    """A received item keeps what was promised when it was received."""

    def test_one_under_review_keeps_its_dates(self, item, entry, alice, omar, chen):
        submit(item, alice)
        accepted = accept(item, omar, MONDAY + HOUR)
        due = accepted.due_on, accepted.statutory_due_on

        publish(entry, chen, at=MONDAY + DAY, promised_days=15, notice_days=3)

        accepted.refresh_from_db()
        assert (accepted.due_on, accepted.statutory_due_on) == due
        assert list(histories.of_item(accepted)) == []

    def test_a_shorter_promise_binds_for_what_is_accepted_from_its_day_on(
        self, item, entry, alice, omar, chen
    ):
        submit(item, alice)
        publish(entry, chen, at=MONDAY + DAY, promised_days=4)

        assert accept(item, omar, MONDAY + DAY + HOUR).promised_days == 4

    def test_a_longer_one_does_not_bind_for_what_was_received_before(
        self, item, entry, alice, omar, chen
    ):
        submit(item, alice)
        publish(entry, chen, at=MONDAY + DAY, promised_days=15)

        assert accept(item, omar, MONDAY + DAY + HOUR).promised_days == 10

    def test_the_limit_that_ends_first_is_the_shorter_one(self, item, entry, alice, omar, chen):
        submit(item, alice)
        publish(entry, chen, at=MONDAY + DAY, promised_days=12, promised_unit="calendar")

        accepted = accept(item, omar, MONDAY + DAY + HOUR)

        assert (accepted.promised_days, accepted.promised_unit) == (12, "calendar")

    def test_it_binds_from_its_day_on_though_no_sweep_has_come(
        self, item, entry, alice, omar, chen
    ):
        submit(item, alice)
        publish(entry, chen, promised_days=4, effective_on=civil_day(MONDAY + DAY))

        assert accept(item, omar, MONDAY + DAY).promised_days == 4

    def test_what_is_deemed_accepted_has_the_limit_of_its_receipt(
        self, item, entry, alice, chen, time_machine
    ):
        submit(item, alice)
        publish(entry, chen, at=MONDAY + DAY, promised_days=4)
        time_machine.move_to(MONDAY + 14 * DAY)

        record_silences()

        item.refresh_from_db()
        assert (item.is_deemed, item.promised_days) == (True, 10)

    def test_the_notice_limit_of_the_receipt_stays(self, item, entry, alice, chen):
        submitted = submit(item, alice)
        due = submitted.notice_due_on

        publish(entry, chen, at=MONDAY + DAY, notice_days=2)

        submitted.refresh_from_db()
        submitted.approval_type.refresh_from_db()
        assert (submitted.notice_due_on, submitted.days_for_notice) == (due, 5)
        assert list(histories.of_item(submitted)) == []

    def test_one_from_before_types_had_versions_keeps_them_too(self, item, entry, alice, chen):
        submitted = submit(item, alice)
        ApprovalItem.objects.filter(pk=item.pk).update(type_version=None, notice_days=None)

        publish(entry, chen, at=MONDAY + DAY, notice_days=2)

        submitted.refresh_from_db()
        assert (submitted.type_version, submitted.notice_days) == (1, 5)

    def test_no_material_is_asked_for_after_the_receipt(self, item, entry, alice, chen):
        submitted = submit(item, alice)
        asked = [need.kind.name for need in self.needs(submitted)]
        materials = versions.content_of(entry)["materials"]

        publish(entry, chen, at=MONDAY + DAY, materials=[*materials[1:], NEW_MATERIAL])

        assert [need.kind.name for need in self.needs(submitted)] == asked

    def test_before_the_receipt_the_new_version_says_what_is_asked_for(self, item, entry, chen):
        materials = versions.content_of(entry)["materials"]

        publish(entry, chen, materials=[*materials, NEW_MATERIAL])

        assert self.needs(item)[-1].kind.name == NEW_MATERIAL["name"]

    def needs(self, item):
        item = ApprovalItem.objects.select_related("approval_type", "project").get(pk=item.pk)
        return needs_of_item(item, civil_day(FRIDAY), calendar())


class TestPrerequisites:
    def planned(self, item):
        """An item of the project that waits, and its type."""
        waiting = item.project.items.filter(status="planned").first()
        return waiting, waiting.approval_type

    def test_one_that_is_taken_away_lets_begin_what_waited_for_it(
        self, item, chen, time_machine
    ):
        waiting, entry = self.planned(item)
        publish(entry, chen, at=FRIDAY, prerequisites=[])
        time_machine.move_to(FRIDAY + HOUR)

        record_silences()

        waiting.refresh_from_db()
        assert waiting.status == "ready"
        assert not TypeVersion.objects.filter(followed_up_at=None).exists()

    def test_one_that_the_project_never_planned_holds_up_nothing(
        self, item, chen, time_machine
    ):
        waiting, entry = self.planned(item)
        strange = ApprovalType.objects.get(code="HD-GC-09")
        assert not item.project.items.filter(approval_type=strange).exists()
        publish(entry, chen, at=FRIDAY, prerequisites=[strange.code])
        time_machine.move_to(FRIDAY + HOUR)

        record_silences()

        waiting.refresh_from_db()
        assert waiting.status == "ready"


class TestLoading:
    """The packaged catalogue never undoes what the desk has published."""

    def test_leaves_a_changed_type_alone(self, entry, chen):
        materials = versions.content_of(entry)["materials"]
        publish(
            entry, chen, materials=materials[1:], prerequisites=[], promised_days=7, aliases=""
        )
        before = versions.content_of(ApprovalType.objects.get(pk=entry.pk))

        load_catalogue(at=MONDAY + HOUR)

        assert versions.content_of(ApprovalType.objects.get(pk=entry.pk)) == before

    def test_its_command_says_what_the_package_has_that_differs(self, entry, chen, capsys):
        materials = versions.content_of(entry)["materials"]
        publish(entry, chen, materials=materials[1:], promised_days=7)

        call_command("load_catalogue")

        said = capsys.readouterr().out
        assert f"{entry.code} promised_days: 7, packaged" in said
        assert f"{entry.code} materials: {materials[0]['name']} only packaged" in said


class TestDesk:
    @pytest.fixture
    def address(self, entry):
        return f"/admin/approvals/approvaltype/{entry.pk}/"

    def typed_from(self, page):
        """What the page would send back as it is shown."""
        sent = {"note": "优化营商环境", "effective_on": civil_day(FRIDAY).isoformat()}
        lines = page.context["lines"]
        for form in [page.context["form"], lines.management_form, *lines.forms]:
            for field in form:
                value = field.value()
                if value not in (None, False) and field.html_name not in sent:
                    sent[field.html_name] = value
        return sent

    def test_editing_shows_what_changes_and_then_does_it(
        self, item, entry, alice, chen, client, address
    ):
        submit(item, alice)
        client.force_login(chen)
        sent = self.typed_from(client.get(f"{address}edit/")) | {"promised_days": 4}

        shown = client.post(f"{address}edit/", sent | {"preview": "1"})
        assert [(each.old, each.new) for each in shown.context["changes"]] == [
            ("10个工作日", "4个工作日")
        ]
        assert [count for _label, count in shown.context["effects"]] == [0, 1, 0, 0]
        assert not TypeVersion.objects.exists()

        done = client.post(
            f"{address}edit/", sent | {"seen": shown.context["seen"], "publish": "1"}
        )
        assert done["Location"] == f"{address}change/"
        entry.refresh_from_db()
        assert (entry.promised_days, entry.version) == (4, 2)

    def test_what_was_typed_since_is_shown_first(self, entry, chen, client, address):
        client.force_login(chen)
        sent = self.typed_from(client.get(f"{address}edit/")) | {"promised_days": 4}
        shown = client.post(f"{address}edit/", sent | {"preview": "1"})
        sent |= {"seen": shown.context["seen"], "publish": "1", "promised_days": 3}

        again = client.post(f"{address}edit/", sent)

        assert [each.new for each in again.context["changes"]] == ["3个工作日"]
        assert not TypeVersion.objects.exists()

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("note", ""),
            ("effective_on", "2025-03-01"),
            ("promised_days", "八"),
            ("materials-0-name", "没有的材料"),
        ],
    )
    def test_what_is_wrong_is_said_and_loses_nothing(
        self, entry, chen, client, address, field, typed
    ):
        client.force_login(chen)
        sent = self.typed_from(client.get(f"{address}edit/")) | {"valid_note": "三年内开工"}

        page = client.post(f"{address}edit/", sent | {field: typed, "preview": "1"})

        assert "seen" not in page.context or not page.context["seen"]
        assert "desk-error" in page.content.decode()
        assert "三年内开工" in page.content.decode()

    def test_the_page_shows_who_changed_what_when_and_why(
        self, entry, chen, omar, client, address
    ):
        publish(entry, chen, promised_days=7)
        client.force_login(omar)

        page = client.get(f"{address}change/").content.decode()

        assert "省政府令第300号" in page
        assert str(chen) in page
        assert "/edit/" not in page

    def test_a_planned_one_is_called_off_at_the_desk(self, entry, chen, client, address):
        publish(entry, chen, at=FRIDAY, effective_on=date(2025, 4, 1), promised_days=7)
        client.force_login(chen)

        client.post(f"{address}acts/cancel_version/", {"confirmed": "1"})

        entry.refresh_from_db()
        assert entry.changes_on is None

    @pytest.mark.parametrize("who", ["omar", "wei", "ada"])
    def test_others_may_not_edit(self, request, client, address, who):
        client.force_login(request.getfixturevalue(who))

        assert client.get(f"{address}edit/").status_code == 403


class TestApi:
    def test_says_the_version_in_force(self, entry, chen, client):
        publish(entry, chen, promised_days=7)

        said = client.get(f"/api/v1/approval-types/?code={entry.code}").json()["results"][0]

        assert (said["version"], said["in_force_from"], said["promised_days"]) == (
            2,
            civil_day(MONDAY).isoformat(),
            7,
        )
