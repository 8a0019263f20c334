"""The calendar at the staff desk: looking at a year, proposing, confirming, looking back."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from approvals.acts import operations
from approvals.models import ApprovalItem
from huadu_portal.workdays import files, libraries
from huadu_portal.workdays.models import CalendarChange, PublishedYear, SpecialDay
from huadu_portal.workdays.notices import packaged
from tests.conftest import MONDAY, stock
from tests.workdays.notices import of_2027, with_days_off

EXTRA = date(2025, 3, 10)
LIST = reverse("admin:workdays_publishedyear_changelist")
CHANGES = reverse("admin:workdays_calendarchange_changelist")


def page(name, year=2025):
    return reverse(f"admin:workdays_publishedyear_{name}", args=[year])


@pytest.fixture(autouse=True)
def in_english(catalogue, client):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def desk(client, tom):
    client.force_login(tom)
    return client


def rows():
    models = [ApprovalItem, SpecialDay, PublishedYear, CalendarChange]
    return [list(model.objects.order_by("pk").values()) for model in models]


def proposal(response):
    """What the preview's form would send."""
    return {
        "notice": response.context["content"],
        "seen": response.context["found"].fingerprint,
    }


def from_file(client, notice, year=2025, name="notice.csv"):
    upload = SimpleUploadedFile(name, files.as_csv(notice).encode())
    return client.post(page("edit", year), {"way": "file", "file": upload})


def table(response, **changes):
    """The table of the edit page as a browser sends it back, some cells typed anew."""
    typed = response.context["typed"]
    forms = [typed.source, typed.lines.management_form, *typed.lines]
    sent = {
        form.add_prefix(name): form[name].value() or ""
        for form in forms
        for name in form.fields
        if name != "DELETE"
    }
    return {"way": "table"} | sent | changes


class TestYear:
    def test_shows_what_every_day_is(self, desk):
        shown = desk.get(LIST, {"year": "2025"})

        cells = {
            cell.day: cell
            for month in shown.context["months"]
            for week in month.weeks
            for cell in week
            if cell
        }
        assert len(cells) == 365
        assert (cells[date(2025, 10, 8)].kind, cells[date(2025, 10, 11)].kind) == (
            "holiday",
            "worked",
        )
        assert shown.context["workdays"] == 248

    def test_without_a_notice_says_it_is_provisional(self, desk):
        shown = desk.get(LIST, {"year": "2027"})

        assert "has not been loaded" in shown.content.decode()

    @pytest.mark.parametrize("year", ["", "x", "1", "99999999999", "2027\0"])
    def test_that_nobody_knows_leads_to_this_one(self, desk, year):
        assert desk.get(LIST, {"year": year}).status_code == 200

    def test_can_be_had_as_a_file_that_can_be_handed_in(self, desk):
        [notice] = files.read_notice_file("a.csv", desk.get(page("csv")).content)

        assert notice == next(n for n in packaged() if n.year == 2025)


class TestEditing:
    def test_a_line_more_is_a_day_more(self, desk, accepted):
        form = desk.get(page("edit"))
        number = form.context["typed"].lines.initial_form_count()

        shown = desk.post(
            page("edit"),
            table(form)
            | {f"lines-{number}-start": "2025-03-10", f"lines-{number}-name": "临时放假"},
        )

        found = shown.context["found"]
        assert [day.date for day in found.days] == [EXTRA]
        assert "2025-03-17" in shown.content.decode()
        assert "2025-03-18" in shown.content.decode()

    def test_a_line_left_out_is_gone(self, desk):
        form = desk.get(page("edit"))
        worked = next(
            line.prefix
            for line in form.context["typed"].lines
            if str(line["start"].value()) == "2025-01-26"
        )

        shown = desk.post(page("edit"), table(form) | {f"{worked}-DELETE": "on"})

        [day] = shown.context["found"].days
        assert (day.date, day.is_workday) == (date(2025, 1, 26), False)

    def test_without_a_change_there_is_nothing_to_publish(self, desk):
        shown = desk.post(page("edit"), table(desk.get(page("edit"))))

        assert shown.context["is_in_force"]
        assert "Publish</button>" not in shown.content.decode()

    @pytest.mark.parametrize(
        ("cell", "typed", "said"),
        [
            ("lines-0-start", "2025-02-30", "valid date"),
            ("lines-0-end", "2024-01-01", "in the same year"),
            ("lines-0-name", "", "Which holiday"),
            ("lines-0-start", "2025-01-02", "2025-01-01 元旦"),
            ("source", "", "required"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, desk, cell, typed, said):
        change = {cell: typed, "lines-1-name": "春节假期"}
        if cell == "lines-0-start":
            change["lines-0-end"] = ""

        shown = desk.post(page("edit"), table(desk.get(page("edit")), **change))

        assert said in shown.content.decode()
        assert "春节假期" in shown.content.decode()

    def test_going_back_from_the_preview_loses_nothing(self, desk):
        proposed = proposal(from_file(desk, with_days_off(2025, EXTRA)))

        shown = desk.post(page("edit"), proposed | {"way": "again"})

        names = [line["name"].value() for line in shown.context["typed"].lines]
        assert "临时放假" in names


class TestFile:
    def test_leads_to_the_preview(self, desk):
        shown = from_file(desk, of_2027(), 2027)

        assert shown.context["found"].notice == of_2027()

    def test_about_another_year_is_refused(self, desk):
        shown = from_file(desk, of_2027(), 2025)

        assert "2025 is not in this file." in shown.content.decode()

    def test_that_is_none_is_refused(self, desk):
        upload = SimpleUploadedFile("notice.pdf", b"%PDF")

        shown = desk.post(page("edit"), {"way": "file", "file": upload})

        assert "Please choose a TOML, YAML or CSV file." in shown.content.decode()


class TestLibraries:
    def test_bring_back_what_was_changed(self, desk):
        SpecialDay.objects.filter(date=date(2025, 10, 8)).delete()

        shown = desk.post(page("edit"), {"way": "libraries"})

        assert [d.date for d in shown.context["found"].days] == [date(2025, 10, 8)]

    def test_that_know_nothing_say_so(self, desk):
        shown = desk.post(page("edit", 2040), {"way": "libraries"})

        assert "2040 has not been published" in shown.content.decode()

    def test_that_disagree_stop_with_the_days(self, desk, monkeypatch):
        monkeypatch.delitem(libraries.constants.holidays, date(2025, 10, 8))

        shown = desk.post(page("edit"), {"way": "libraries"})

        assert "2025-10-08" in shown.content.decode()


class TestPublishing:
    def test_does_what_the_preview_showed(self, desk, tom, accepted):
        proposed = proposal(from_file(desk, with_days_off(2025, EXTRA)))

        answer = desk.post(page("publish"), proposed)

        accepted.refresh_from_db()
        assert answer.url == f"{LIST}?year=2025"
        assert accepted.due_on == date(2025, 3, 18)
        assert CalendarChange.objects.get().by == tom

    def test_is_refused_once_the_moves_are_others_and_shows_them_anew(
        self, desk, accepted, omar
    ):
        proposed = proposal(from_file(desk, with_days_off(2025, EXTRA)))
        operations.grant(accepted, by=omar, at=MONDAY, version=accepted.version)
        before = rows()

        shown = desk.post(page("publish"), proposed)

        assert "have changed since this preview" in shown.content.decode()
        assert rows() == before
        assert desk.post(page("publish"), proposal(shown)).status_code == 302
        assert CalendarChange.objects.exists()

    def test_without_a_preview_is_refused(self, desk):
        before = rows()

        desk.post(page("publish"), {"notice": files.as_csv(with_days_off(2025, EXTRA))})

        assert rows() == before

    @pytest.mark.parametrize("notice", ["", "x", "start,end,kind,name,source\n", "\0"])
    def test_of_nonsense_leads_back(self, desk, notice):
        answer = desk.post(page("publish"), {"notice": notice, "seen": "x"})

        assert answer.url == page("edit")

    def test_twice_is_once(self, desk):
        proposed = proposal(from_file(desk, of_2027(), 2027))

        desk.post(page("publish", 2027), proposed)
        desk.post(page("publish", 2027), proposed)

        assert CalendarChange.objects.count() == 1


class TestManyMoves:
    def test_are_shown_page_by_page(
        self, desk, accepted, other_project, bob, omar, monkeypatch
    ):
        monkeypatch.setattr("huadu_portal.monitoring.admin.MOVES_PER_PAGE", 1)
        other = other_project.items.get(approval_type=accepted.approval_type)
        stock(other, bob)
        other = operations.submit(other, by=bob, at=MONDAY, version=other.version)
        operations.accept(other, by=omar, at=MONDAY, version=other.version)
        first = from_file(desk, with_days_off(2025, EXTRA))

        second = desk.post(page("preview"), proposal(first) | {"page": "2"})

        shown = [first.content.decode(), second.content.decode()]
        assert "Due dates of 2 items move" in shown[0]
        assert ["座椅总成工厂" in text for text in shown] == [False, True]


class TestRights:
    NAMES = ["wei", "ann", "omar", "chen", "li", "ada", "sun", "alice"]

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("step", ["edit", "preview", "publish"])
    def test_nobody_else_publishes(self, client, request, name, step):
        person = request.getfixturevalue(name)
        client.force_login(person.user if name == "ann" else person)
        before = rows()

        answer = client.post(
            page(step),
            {"way": "again", "notice": files.as_csv(with_days_off(2025, EXTRA)), "seen": ""},
            follow=True,
        )

        assert answer.status_code == 403
        assert rows() == before

    def test_the_window_may_look(self, client, wei):
        client.force_login(wei)

        shown = client.get(LIST)

        assert shown.status_code == 200
        assert not shown.context["may_publish"]

    def test_looking_changes_nothing(self, desk, accepted):
        before = rows()

        for name in ["edit", "preview", "publish", "csv"]:
            desk.get(page(name))
        from_file(desk, with_days_off(2025, EXTRA))

        assert rows() == before

    @pytest.mark.parametrize("year", [1999, 2100, 99999])
    def test_a_year_beyond_the_table_is_not_found(self, desk, year):
        assert desk.get(page("edit", year)).status_code == 404


class TestChanges:
    def test_are_listed_for_auditor_and_administrator(self, desk, client, ada):
        desk.post(page("publish", 2027), proposal(from_file(desk, of_2027(), 2027)))
        change = CalendarChange.objects.get()

        for person in [None, ada]:
            if person:
                client.force_login(person)
            assert of_2027().source in client.get(CHANGES).content.decode()
            one = reverse("admin:workdays_calendarchange_change", args=[change.pk])
            assert "2027-01-10" in client.get(one).content.decode()
