"""A later release's catalogue on a database that people work with: it only adds."""

from copy import deepcopy

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.catalogue import packaged
from approvals.models import ApprovalType, JointBundle, MaterialRequirement, PackagedType
from approvals.packaged import load_catalogue
from huadu_portal.accounts.models import Department
from projects.models import MaterialKind, MaterialScope
from tests.conftest import HOUR, MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

LATER = MONDAY + HOUR


@pytest.fixture
def release(monkeypatch):
    """The packaged files as a later release has them: to be changed at will."""
    files = {}
    read = packaged.read_packaged

    def changed(name):
        if name not in files:
            files[name] = deepcopy(read(name))
        return files[name]

    monkeypatch.setattr(packaged, "read_packaged", changed)
    monkeypatch.setattr(packaged, "entries", lambda: changed("catalogue.yaml")["items"])
    return changed


@pytest.fixture
def new_type(release):
    """A 56th approval in the middle of the file, with a material of its own."""
    entries = release("catalogue.yaml")["items"]
    entry = deepcopy(entries[10]) | {
        "code": "HD-GC-99",
        "name_zh": "海绵城市专项审查",
        "prerequisites": ["HD-LX-04"],
        "materials": ["营业执照", "海绵城市专项设计"],
    }
    entries.insert(11, entry)
    return entry


def entry(release, code):
    return next(each for each in release("catalogue.yaml")["items"] if each["code"] == code)


def load():
    return load_catalogue(at=LATER)


def materials(code):
    rows = MaterialRequirement.objects.filter(approval_type__code=code)
    return set(rows.values_list("kind__name", flat=True))


def before(code):
    rows = ApprovalType.objects.filter(dependants__code=code)
    return set(rows.values_list("code", flat=True))


class TestAgain:
    def test_adds_nothing(self):
        assert load().added == []

    def test_asks_little(self):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            load()

        assert len(asked) <= 15


class TestAType:
    def test_that_is_new_comes_with_all_it_has(self, new_type):
        load()

        new = ApprovalType.objects.get(code="HD-GC-99")
        assert new.name == "海绵城市专项审查"
        assert materials("HD-GC-99") == {"营业执照", "海绵城市专项设计"}
        assert before("HD-GC-99") == {"HD-LX-04"}

    def test_is_waited_for_by_what_was_there(self, release, new_type):
        entry(release, "HD-SG-05")["prerequisites"].append("HD-GC-99")

        load()

        assert "HD-GC-99" in before("HD-SG-05")

    def test_keeps_what_the_desk_has_set(self, release):
        entry(release, "HD-GC-01").update(promised_days=2, statutory_days=3, name_zh="改名")
        ApprovalType.objects.filter(code="HD-GC-01").update(promised_days=7)
        row = ApprovalType.objects.filter(code="HD-GC-01").values().get()

        load()

        assert ApprovalType.objects.filter(code="HD-GC-01").values().get() == row

    def test_without_a_rule_of_validity_gets_one(self, release):
        rules = release("validity.yaml")
        rules.append({"code": "HD-LX-04", "months": 12, "note": "一年", "note_en": "A year"})

        load()

        assert ApprovalType.objects.get(code="HD-LX-04").valid_months == 12

    def test_whose_months_the_desk_has_taken_away_gets_none(self):
        ApprovalType.objects.filter(code="HD-LX-02").update(valid_months=None)

        load()

        assert ApprovalType.objects.get(code="HD-LX-02").valid_months is None


class TestAMaterial:
    def test_that_is_asked_for_since_is_added(self, release):
        entry(release, "HD-GC-01")["materials"].insert(0, "海绵城市专项设计")

        assert load().added == [
            "material 海绵城市专项设计",
            "HD-GC-01 asks for 海绵城市专项设计",
        ]

        assert "海绵城市专项设计" in materials("HD-GC-01")

    def test_taken_away_here_stays_away(self, release):
        gone = MaterialRequirement.objects.filter(approval_type__code="HD-GC-01").first()
        name = gone.kind.name
        gone.delete()
        entry(release, "HD-GC-01")["materials"].append("海绵城市专项设计")

        load()

        assert name not in materials("HD-GC-01")
        assert "海绵城市专项设计" in materials("HD-GC-01")

    def test_added_here_stays(self):
        MaterialRequirement.objects.create(
            approval_type=ApprovalType.objects.get(code="HD-LX-04"),
            kind=MaterialKind.objects.get(name="总平面图"),
            position=9,
        )

        load()

        assert "总平面图" in materials("HD-LX-04")

    def test_is_the_row_it_was(self):
        rows = MaterialRequirement.objects.order_by("pk")
        rows.filter(approval_type__code="HD-GC-01").update(is_tolerable=True, position=3)
        known = list(rows.values())

        load()

        assert list(rows.values()) == known

    def test_of_a_kind_given_another_scope_keeps_it(self):
        kind = MaterialKind.objects.filter(name="营业执照")
        kind.update(scope=MaterialScope.PROJECT)

        load()

        assert kind.get().scope == MaterialScope.PROJECT


class TestAPrerequisite:
    def test_of_since_is_added(self, release):
        entry(release, "HD-GC-01")["prerequisites"].append("HD-SV-01")

        assert load().added == ["HD-GC-01 after HD-SV-01"]

        assert "HD-SV-01" in before("HD-GC-01")

    def test_taken_away_here_stays_away(self):
        item = ApprovalType.objects.get(code="HD-SG-05")
        gone = item.prerequisites.first()
        item.prerequisites.remove(gone)

        load()

        assert gone.code not in before("HD-SG-05")

    def test_added_here_stays(self):
        other = ApprovalType.objects.get(code="HD-SV-01")
        ApprovalType.objects.get(code="HD-GC-01").prerequisites.add(other)

        load()

        assert "HD-SV-01" in before("HD-GC-01")

    def test_that_would_close_a_circle_here_is_left_out(self, release):
        here = ApprovalType.objects.get(code="HD-SV-01")
        here.prerequisites.add(ApprovalType.objects.get(code="HD-GC-01"))
        entry(release, "HD-GC-01")["prerequisites"].append("HD-SV-01")

        gained = load()

        assert gained.left_out == ["HD-GC-01 after HD-SV-01: that would be a circle here"]
        assert "HD-SV-01" not in before("HD-GC-01")


class TestAPart:
    def test_taken_away_here_stays_away(self):
        whole = ApprovalType.objects.get(code="HD-JG-08")
        whole.parts.remove(ApprovalType.objects.get(code="HD-JG-02"))

        load()

        assert not whole.parts.filter(code="HD-JG-02").exists()

    def test_of_since_is_added(self, monkeypatch):
        monkeypatch.setitem(packaged.INSPECTED_WITH, "HD-JG-08", ["HD-JG-02", "HD-JG-09"])

        load()

        whole = ApprovalType.objects.get(code="HD-JG-08")
        assert whole.parts.filter(code="HD-JG-09").exists()


class TestADepartment:
    def test_with_another_name_here_takes_its_new_approvals(self, release):
        Department.objects.filter(code="planning").update(name="区自然资源局")
        entry(release, "HD-GC-01")
        release("catalogue.yaml")["items"].append(
            deepcopy(entry(release, "HD-GC-01")) | {"code": "HD-GC-98"}
        )

        load()

        assert ApprovalType.objects.get(code="HD-GC-98").department.name == "区自然资源局"


class TestABundle:
    def test_keeps_what_the_desk_has_set(self):
        bundle = JointBundle.objects.get(code="industrial-five")
        bundle.entries.first().delete()
        JointBundle.objects.filter(pk=bundle.pk).update(days=9)

        load()

        assert bundle.entries.count() == 4
        assert JointBundle.objects.get(pk=bundle.pk).days == 9


class TestADatabaseFromBefore:
    """It was loaded when nobody kept in mind what a type came with."""

    @pytest.fixture(autouse=True)
    def forgotten(self):
        PackagedType.objects.all().delete()

    def test_takes_what_is_missing_for_taken_away(self, release):
        gone = MaterialRequirement.objects.filter(approval_type__code="HD-GC-01").first()
        name = gone.kind.name
        gone.delete()

        assert load().added == []

        assert name not in materials("HD-GC-01")

    def test_gets_what_is_new_from_then_on(self, release, new_type):
        load()
        entry(release, "HD-GC-01")["prerequisites"].append("HD-GC-99")
        load()

        assert before("HD-GC-99") == {"HD-LX-04"}
        assert "HD-GC-99" in before("HD-GC-01")


class TestCommand:
    def test_lists_where_ours_differs(self, capsys):
        ApprovalType.objects.filter(code="HD-GC-01").update(promised_days=7)
        ApprovalType.objects.get(code="HD-SG-05").prerequisites.clear()
        Department.objects.filter(code="water").update(short_name="水务")

        call_command("load_catalogue")

        said = capsys.readouterr().out
        assert "differs: HD-GC-01 promised_days: 7, packaged " in said
        assert "HD-SG-05 prerequisites: " in said
        assert "differs: water short_name: '水务', packaged '水务局'" in said

    def test_finds_nothing_in_what_was_just_loaded(self, capsys):
        call_command("load_catalogue")

        assert capsys.readouterr().out == ""
