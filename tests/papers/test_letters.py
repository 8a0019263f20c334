from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from uuid import UUID

import pytest
from pypdf import PdfReader

from huadu_portal import sandbox
from huadu_portal.papers import letters, pdf
from huadu_portal.papers.drafts import Draft
from huadu_portal.papers.models import Paper
from huadu_portal.papers.operations import _frozen, as_set
from huadu_portal.sandbox.jobs import fonts
from projects.wording import FileReceived, Submission, receipt_of_application
from tests.conftest import SHANGHAI

PAPER = UUID("0195a000-0000-7000-8000-000000000000")
RECEIVED = datetime(2026, 3, 5, 6, 32, tzinfo=UTC)
FILES = [
    FileReceived("项目可行性研究资料", "可行性研究报告.pdf", 8_812_330, "0123456789abcdef" * 4)
]
HOSTILE = [
    '#import "/etc/passwd": *',
    '#panic("x") #read("letterhead.typ")',
    "$ x^2 $ *bold* _em_ `raw` <label> @ref = heading",
    "\\u{41} \\ // no comment /* nor this */ ~ -- ---",
    "[content] {code} (group) #{ 1 + 1 }",
    "\"double\" 'single' “curly” 「corner」",
    "= 一级标题 - 项 + 号",
]


def notice(number="花产服受〔2026〕第0001号", language="zh", **changes):
    """A paper as it is set, with what the draft says."""
    said = {
        "title": "受理告知书",
        "recipient": "广州市锦华食品有限公司",
        "facts": [("项目编号", "HD2026-0001")],
        "paragraphs": ["经核对，申请材料齐全。"],
        "next_steps": ["代办专员将与你单位联系。"],
    }
    draft = Draft(**said | changes)
    paper = Paper(
        pk=PAPER, kind="acceptance", language=language, issued_at=RECEIVED, number=number
    )
    return pdf.render("notice", as_set(_frozen(paper, draft, RECEIVED.date())))


def receipt(files=FILES, **changes):
    facts = {
        "number": "SB20260305-0001",
        "received_at": RECEIVED.astimezone(SHANGHAI),
        "enterprise": "广州市锦华食品有限公司",
        "credit_code": "91440114MADEM01930",
        "project": "锦华食品华南智能制造基地",
        "town": "花东镇",
        "investment_wan": Decimal("38600"),
        "answer_by": date(2026, 3, 10),
    }
    draft = receipt_of_application(Submission(**facts | changes), files)
    return notice("花产服申〔2026〕第0001号", **vars(draft))


def text(document):
    """What a reader can select and copy, without the line breaks of the setting."""
    pages = PdfReader(BytesIO(document)).pages
    return squeeze("".join(page.extract_text() for page in pages))


def squeeze(string):
    return "".join(string.split())


class TestReceipt:
    def test_says_everything_a_receipt_must_say(self):
        said = text(receipt())

        for fact in [
            "广州市花都区产业项目服务中心",
            "项目申报收件回执",
            "SB20260305-0001",
            "2026年3月5日14时32分",  # the district's clock, not UTC
            "广州市锦华食品有限公司",
            "91440114MADEM01930",
            "锦华食品华南智能制造基地",
            "花东镇",
            "38,600.00万元（3.86亿元）",
            "项目可行性研究资料",
            "可行性研究报告.pdf",
            "8.4MB",
            "0123456789abcdef",
            "2026年3月10日",
            "将在此日（含当日）前予以答复",
            "一次性告知全部内容",
            "不是行政许可决定",
            "第1页·共1页",
        ]:
            assert fact in said

    def test_leaves_out_what_is_not_known(self):
        said = text(receipt(town="", investment_wan=None, files=[], answer_by=None))

        assert "拟落地镇街" not in said
        assert "总投资" not in said
        assert "答复期限" not in said
        assert "本次申报未附材料" in said

    def test_a_long_list_of_files_goes_on_over_pages(self):
        files = [FileReceived("其他材料", f"材料{n}.pdf", 1024, "ab" * 32) for n in range(120)]

        document = receipt(files=files)

        assert len(PdfReader(BytesIO(document)).pages) > 2
        assert "材料119.pdf" in text(document)


class TestSetting:
    @pytest.mark.parametrize("make", [receipt, notice])
    def test_embeds_noto_sans_sc_and_nothing_else(self, make):
        fonts = {
            str(font.get_object()["/BaseFont"]).split("+")[-1]
            for page in PdfReader(BytesIO(make())).pages
            for font in page["/Resources"]["/Font"].values()
        }

        assert {font.split("-")[0] for font in fonts} == {"NotoSansSC"}

    @pytest.mark.parametrize("make", [receipt, notice])
    def test_is_the_same_for_the_same_facts(self, make):
        assert make() == make()
        # Equal only within the second, if the setting stamped its own time.
        assert PdfReader(BytesIO(make())).metadata.creation_date is None

    def test_a_missing_font_is_an_error(self, monkeypatch, tmp_path):
        monkeypatch.setattr(fonts, "FOLDER", tmp_path)

        with pytest.raises(FileNotFoundError):
            notice()

    def test_has_a_title_and_a_language(self):
        reader = PdfReader(BytesIO(receipt()))

        assert reader.metadata.title == "项目申报收件回执"
        assert reader.trailer["/Root"]["/Lang"].startswith("zh")


class TestHostileText:
    def test_that_would_take_minutes_is_given_up(self, monkeypatch):
        """A word of a million letters takes typst more than twenty seconds."""
        few = replace(pdf.LIMITS, seconds=1)
        monkeypatch.setattr(pdf, "LIMITS", few)

        with pytest.raises(sandbox.Killed):
            notice(paragraphs=["a" * 1_000_000])

    @pytest.mark.parametrize("hostile", HOSTILE)
    def test_stands_as_it_was_typed(self, hostile):
        files = [FileReceived(hostile, hostile, 1, "ab" * 32)]

        said = text(receipt(enterprise=hostile, files=files))

        # In the greeting and twice in the table.
        assert said.count(squeeze(hostile)) == 3

    @pytest.mark.parametrize("hostile", HOSTILE)
    def test_in_any_paper_too(self, hostile):
        said = text(
            notice(
                number=hostile,
                title=hostile,
                recipient=hostile,
                facts=[(hostile, hostile)],
                paragraphs=[hostile],
            )
        )

        assert said.count(squeeze(hostile)) == 6

    @pytest.mark.parametrize("character", ["W", "花", "1 ", "-"])
    def test_of_5000_characters_is_set_whole(self, character):
        pages = PdfReader(BytesIO(receipt(project=character * 5000))).pages
        lines = "\n".join(page.extract_text() for page in pages).splitlines()

        assert sum(line.count(character.strip()) for line in lines) >= 5000
        # More would stand beyond the edge of the paper.
        assert max(map(len, lines)) < 200

    @pytest.mark.parametrize(
        "hostile",
        ["𠮷𡈽㐂", "🙂👨‍👩‍👧", "\u202eabc", "a\0b", "\ud800", "", "\n\n", "﷽" * 200],
    )
    def test_of_rare_characters_makes_no_error(self, hostile):
        document = receipt(project=hostile, enterprise=hostile)

        assert "SB20260305-0001" in text(document)


class TestWords:
    @pytest.mark.parametrize(
        ("wan", "language", "words"),
        [
            (Decimal("9999.99"), "zh", "9,999.99 万元"),
            (Decimal("10000"), "zh", "10,000.00 万元（1.00 亿元）"),
            (Decimal("1234567.89"), "zh", "1,234,567.89 万元（123.46 亿元）"),
            (Decimal("0"), "zh", "0.00 万元"),
            (None, "zh", ""),
        ],
    )
    def test_of_money(self, wan, language, words):
        assert letters.money_in_words(wan, language) == words

    @pytest.mark.parametrize(
        ("size", "words"),
        [(0, "0.0 KB"), (1536, "1.5 KB"), (1024 * 1024, "1.0 MB")],
    )
    def test_of_sizes(self, size, words):
        assert letters.size_in_words(size) == words
