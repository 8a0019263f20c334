"""What each paper about an item or a project says."""

from datetime import date
from io import BytesIO

import pytest
from django.db import transaction
from pypdf import PdfReader

from approvals.models import ApprovalType
from approvals.papers import project_wording, wording
from approvals.papers.paper_facts import Matter
from huadu_portal.papers.models import PaperKind
from huadu_portal.papers.operations import issue, opened
from tests.conftest import MONDAY

K = PaperKind
UNDERTAKING = project_wording.Undertaking(
    enterprise="广州市锦华食品有限公司",
    credit_code="91440114MADEM0142P",
    project="锦华食品总部项目",
    project_number="HD2025-0001",
    on=date(2025, 3, 3),
)
# Beyond the item's own dates, what each act tells.
FACTS = {
    K.RECEIPT: {"materials": ["设计方案文本"]},
    K.CORRECTION: {
        "missing": ["总平面图缺少红线坐标", "缺少申请表"],
        "answer_by": date(2026, 4, 2),
    },
    K.SUSPENSION: {
        "ground": "专家评审",
        "expected_days": 15,
        "expected_until": date(2025, 3, 25),
    },
    K.RESUMPTION: {"ground": "专家评审", "stopped_days": 13},
    K.EXTENSION: {"days": 10},
    K.DELIVERY: {
        "certificate": "穗规花建证〔2025〕12号",
        "issued_on": date(2025, 3, 14),
        "valid_until": date(2027, 3, 13),
    },
}
# What a reader must find on each, beside the number, the item and who decides.
MUST_SAY = {
    K.RECEIPT: ["收件凭证", "2025年3月10日", "即为受理", "设计方案文本", "不代表材料齐全"],
    K.ACCEPTANCE: ["受理告知书", "2025年3月17日", "2025年3月31日", "第四十二条"],
    K.CORRECTION: ["一次性告知", "共2项", "总平面图缺少红线坐标", "第三十二条第一款第四项"],
    K.DECLINE: ["不予受理", "因为如此", "六十日内", "六个月内", "行政复议", "行政诉讼"],
    K.SUSPENSION: ["专家评审", "15个工作日", "2025年3月25日", "第四十五条"],
    K.RESUMPTION: ["恢复计算", "13个工作日", "2025年3月17日"],
    K.EXTENSION: ["负责人批准", "10个工作日", "因为如此", "只延长一次", "第四十二条第一款"],
    K.GRANT: ["作出准予行政许可的决定", "2025年3月28日", "不能代替证照", "第四十四条"],
    K.REFUSAL: [
        "作出不予行政许可的决定",
        "因为如此",
        "六十日内",
        "六个月内",
        "第三十八条第二款",
    ],
    K.DELIVERY: ["送达回证", "穗规花建证〔2025〕12号", "2027年3月13日", "三十日前", "受送达人"],
    K.WITHDRAWAL: ["撤回", "因为如此", "重新提出申请"],
}


def matter(**changes):
    facts = {
        "enterprise": "广州市锦华食品有限公司",
        "credit_code": "91440114MADEM0142P",
        "project": "锦华食品总部项目",
        "project_number": "HD2025-0001",
        "approval": "建设工程规划许可证核发",
        "kind": "license",
        "item_number": "HD44011420250303GC020001",
        "department": "市规划和自然资源局花都区分局",
        "on": date(2025, 3, 3),
        "received_on": date(2025, 3, 3),
        "notice_due_on": date(2025, 3, 10),
        "accepted_on": date(2025, 3, 3),
        "due_on": date(2025, 3, 17),
        "statutory_due_on": date(2025, 3, 31),
        "decided_on": date(2025, 3, 14),
        "deliver_by": date(2025, 3, 28),
    }
    return Matter(**facts | changes)


def said(kind, draft):
    with transaction.atomic():
        paper = issue(kind, draft, at=MONDAY)
    with opened(paper) as file:
        pages = PdfReader(BytesIO(file.read())).pages
        return paper, "".join("".join(page.extract_text() for page in pages).split())


def of_item(paper_kind, note="因为如此", **changes):
    return wording.item_paper(paper_kind, matter(**changes), note, **FACTS.get(paper_kind, {}))


@pytest.mark.django_db
class TestOnPaper:
    @pytest.mark.parametrize("kind", wording.BUILDERS)
    def test_of_an_item_says_what_it_must(self, kind):
        paper, text = said(kind, of_item(kind))

        for fact in [
            paper.number,
            "广州市锦华食品有限公司：",
            "HD44011420250303GC020001",
            "市规划和自然资源局花都区分局",
            "不是行政许可决定",
            *MUST_SAY[kind],
        ]:
            assert fact in text

    def test_of_a_joint_case(self):
        rows = [("建设用地规划许可证", "规划分局"), ("人防工程报建", "住建局")]
        draft = project_wording.joint_case_paper(
            UNDERTAKING,
            case_name="五证联办",
            case_number="WZ2025-0001",
            rows=rows,
            limit_days=6,
            opinions_due_on=date(2025, 3, 10),
            registered_on=date(2025, 3, 3),
            due_on=date(2025, 3, 11),
        )

        _, text = said(K.JOINT_CASE, draft)

        for fact in [
            "WZ2025-0001",
            "6个工作日",
            "2025年3月11日",
            "人防工程报建",
            "转入正式办理",
        ]:
            assert fact in text

    def test_of_an_agency(self):
        draft = project_wording.mandate_paper(
            UNDERTAKING,
            mandate_number="DB2025-0001",
            stages=["施工许可"],
            agent="李明",
            agent_phone="020-36888888",
        )

        _, text = said(K.MANDATE, draft)

        for fact in ["DB2025-0001", "施工许可", "李明", "不收取任何费用", "委托单位（签章）"]:
            assert fact in text


class TestLaw:
    @pytest.mark.parametrize("approval_kind", sorted(set(ApprovalType.Kind) - {"license"}))
    @pytest.mark.parametrize("kind", wording.BUILDERS)
    def test_of_licences_is_not_cited_for_anything_else(self, kind, approval_kind):
        text = str(of_item(kind, kind=approval_kind))

        assert "行政许可法" not in text
        assert "行政许可" not in text.replace("不是行政许可决定", "")

    @pytest.mark.parametrize("approval_kind", ["utility", "service"])
    @pytest.mark.parametrize("kind", [K.DECLINE, K.REFUSAL])
    def test_what_no_authority_decided_is_not_sued_over(self, kind, approval_kind):
        remedies = "".join(of_item(kind, kind=approval_kind).remedies)

        assert "诉讼" not in remedies
        assert "提出" in remedies

    @pytest.mark.parametrize("kind", wording.BUILDERS)
    def test_the_centre_never_says_that_it_decides(self, kind):
        text = str(of_item(kind))

        assert "本中心决定" not in text
        assert "本中心准予" not in text

    def test_deemed_acceptance_says_why_and_since_when(self):
        draft = wording.item_paper(K.ACCEPTANCE, matter(), is_deemed=True)

        assert "自收到材料之日（2025年3月3日）起即为受理" in draft.paragraphs[0]

    def test_a_utility_promises_no_deemed_acceptance(self):
        assert "即为受理" not in str(of_item(K.RECEIPT, kind="utility"))

    def test_calendar_days_are_called_days(self):
        draft = wording.item_paper(K.EXTENSION, matter(unit="calendar"), "x", days=10)

        assert ("延长的期限", "10日") in draft.facts

    def test_an_item_without_a_limit_has_no_box(self):
        draft = wording.item_paper(K.ACCEPTANCE, matter(due_on=None, statutory_due_on=None))

        assert draft.deadline is None
