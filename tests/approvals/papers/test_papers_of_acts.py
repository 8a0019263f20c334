"""Every act that the firm must be told of in writing issues its paper, in its transaction."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from approvals.acts import operations
from approvals.models import Ground
from huadu_portal.papers.models import Paper
from projects import operations as projects
from projects.models import MaterialKind
from tests.approvals.moments import delivered_by, result_file
from tests.conftest import DAY, MONDAY


def kinds(item):
    return list(item.papers.values_list("paper__kind", flat=True))


def last(item):
    return item.papers.last().paper.data


def act(operation, item, by, at=MONDAY + DAY, **fields):
    return operation(item, by=by, at=at, version=item.version, **fields)


@pytest.fixture
def notice(firm, alice, pdf):
    kind = MaterialKind.objects.get(name="其他材料")
    return projects.add_document(firm, by=alice, at=MONDAY, kind=kind, upload=pdf)


@pytest.fixture
def suspended(accepted, omar, notice):
    ground = next(g for g in Ground if accepted.approval_type.may_stop_on(g))
    return act(
        operations.suspend, accepted, omar, ground=ground, expected_days=5, notice_file=notice
    )


class TestActs:
    def test_handing_in_gives_a_receipt_with_the_materials(self, submitted):
        assert kinds(submitted) == ["receipt"]
        names = [row[0] for table in last(submitted)["tables"] for row in table["rows"]]
        assert sorted(names) == sorted(d.filename for d in submitted.documents.all())

    def test_accepting(self, accepted):
        assert kinds(accepted) == ["receipt", "acceptance"]
        assert last(accepted)["deadline"][1] == "2025年3月17日"

    def test_silence_accepts_with_the_reason(self, submitted):
        operations.deem(submitted, at=MONDAY + 14 * DAY)

        assert kinds(submitted) == ["receipt", "acceptance"]
        assert "起即为受理" in last(submitted)["paragraphs"][0]

    def test_a_correction_lists_what_is_missing(self, submitted, omar):
        item = act(
            operations.request_correction, submitted, omar, missing=["总平面图", "申请表"]
        )

        assert [row[0] for row in last(item)["tables"][0]["rows"]] == ["总平面图", "申请表"]

    def test_its_answer_gives_a_new_receipt(self, submitted, omar, alice):
        item = act(operations.request_correction, submitted, omar, missing=["x"])
        item = act(operations.resubmit, item, alice, at=MONDAY + 2 * DAY, note="已补齐")

        assert kinds(item) == ["receipt", "correction", "receipt"]

    def test_declining_says_why_and_what_can_be_done(self, submitted, omar):
        item = act(operations.decline, submitted, omar, note="不属于本机关职权范围")

        assert "不属于本机关职权范围" in last(item)["paragraphs"][1]
        assert last(item)["remedies"]

    def test_suspending_names_the_ground_in_chinese(self, suspended):
        assert kinds(suspended)[-1] == "suspension"
        assert last(suspended)["deadline"][1] == "2025年3月11日"

    def test_resuming_gives_the_new_date(self, suspended, omar):
        item = act(operations.resume, suspended, omar, at=MONDAY + 3 * DAY)

        assert kinds(item)[-1] == "resumption"
        day = f"{item.due_on.year}年{item.due_on.month}月{item.due_on.day}日"
        assert last(item)["deadline"][1] == day

    def test_extending(self, accepted, hana):
        item = act(operations.extend, accepted, hana, days=5, note="需要征求民航部门意见")

        assert kinds(item)[-1] == "extension"
        assert "需要征求民航部门意见" in last(item)["paragraphs"][1]

    def test_granting_and_delivering(self, granted, omar):
        item = act(
            operations.deliver,
            granted,
            omar,
            at=MONDAY + 2 * DAY,
            certificate_number="花规许〔2025〕1号",
            document=result_file(granted, omar),
        )

        assert kinds(item)[-2:] == ["grant", "delivery"]
        assert ["证照（文件）编号", "花规许〔2025〕1号"] in last(item)["facts"]

    def test_refusing(self, accepted, omar):
        item = act(operations.refuse, accepted, omar, note="不符合规划条件")

        assert kinds(item)[-1] == "refusal"
        assert "不符合规划条件" in last(item)["paragraphs"][1]

    def test_withdrawing_what_was_handed_in(self, submitted, alice):
        item = act(operations.withdraw, submitted, alice)

        assert kinds(item)[-1] == "withdrawal"

    def test_withdrawing_what_was_not_needs_no_paper(self, item, alice):
        assert kinds(act(operations.withdraw, item, alice)) == []

    def test_each_belongs_to_its_event(self, granted):
        numbers = list(granted.papers.values_list("event_number", flat=True))

        assert numbers == list(granted.events.values_list("number", flat=True))[-3:]


class TestFailure:
    def test_an_act_that_fails_issues_nothing(self, accepted, hana):
        before = Paper.objects.count()

        with pytest.raises(ValidationError):
            act(operations.extend, accepted, hana, days=99, note="x")

        assert Paper.objects.count() == before

    def test_its_number_is_given_to_the_next(self, accepted, omar):
        with transaction.atomic():
            act(operations.grant, accepted, omar)
            transaction.set_rollback(True)

        item = act(operations.grant, accepted, omar)

        assert last(item)["number"] == "花产服准〔2025〕第0001号"

    def test_a_typesetter_that_is_away_fails_no_act(self, accepted, omar, monkeypatch):
        monkeypatch.setattr("huadu_portal.papers.operations.render", None)

        assert act(operations.grant, accepted, omar).status == "granted"


def test_a_certificate_holds_as_long_as_the_catalogue_says(granted, omar):
    granted.approval_type.valid_months = 12
    granted.approval_type.save()

    item = delivered_by(granted, omar, MONDAY + 2 * DAY)

    assert item.certificate.valid_until - item.certificate.issued_on == timedelta(days=365)
    assert last(item)["deadline"][0] == "有效期至"
