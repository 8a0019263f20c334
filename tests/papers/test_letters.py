from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from huadu_portal import sandbox
from huadu_portal.papers import letters, pdf
from huadu_portal.papers.letters import File, Letter, Receipt
from huadu_portal.sandbox.jobs import fonts

RECEIVED = datetime(2026, 3, 5, 6, 32, tzinfo=UTC)
HOSTILE = [
    '#import "/etc/passwd": *',
    '#panic("x") #read("letterhead.typ")',
    "$ x^2 $ *bold* _em_ `raw` <label> @ref = heading",
    "\\u{41} \\ // no comment /* nor this */ ~ -- ---",
    "[content] {code} (group) #{ 1 + 1 }",
    "\"double\" 'single' “curly” 「corner」",
    "= 一级标题 - 项 + 号",
]


def receipt(**changes):
    facts = {
        "number": "SB20260305-0001",
        "received_at": RECEIVED,
        "enterprise": "广州市锦华食品有限公司",
        "credit_code": "91440114MADEM01930",
        "project": "锦华食品华南智能制造基地",
        "town": "花东镇",
        "investment_wan": Decimal("38600"),
        "files": [
            File("项目可行性研究资料", "可行性研究报告.pdf", 8_812_330, "0123456789abcdef" * 4)
        ],
        "answer_by": date(2026, 3, 10),
        "next_steps": ["综合窗口核对材料。"],
        "look_up": "https://example.cn/progress/SB20260305-0001/",
    }
    return Receipt(**facts | changes)


def letter(**changes):
    facts = {
        "number": "花产服受〔2026〕第0001号",
        "title": "关于受理项目服务申请的通知",
        "day": date(2026, 3, 9),
        "recipient": "广州市锦华食品有限公司",
        "facts": [("项目编号", "HD2026-0001")],
        "paragraphs": ["经核对，申请材料齐全。"],
        "next_steps": ["代办专员将与你单位联系。"],
        "look_up": "https://example.cn/progress/HD2026-0001/",
    }
    return Letter(**facts | changes)


def text(document):
    """What a reader can select and copy, without the line breaks of the setting."""
    pages = PdfReader(BytesIO(document)).pages
    return squeeze("".join(page.extract_text() for page in pages))


def squeeze(string):
    return "".join(string.split())


class TestReceipt:
    def test_says_everything_a_receipt_must_say(self):
        said = text(receipt().pdf())

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
            "2026年3月10日（含当日）前予以答复",
            "综合窗口核对材料。",
            "不是行政许可决定",
            "第1页·共1页",
        ]:
            assert fact in said

    def test_speaks_english(self):
        said = text(receipt(language="en", town="Huadong").pdf())

        assert "Receiptforaprojectapplication" in said
        assert "386.00millionyuan" in said
        assert "5March2026,14:32" in said
        assert "本回执不是行政许可决定" in said

    def test_leaves_out_what_is_not_known(self):
        said = text(
            receipt(town="", investment_wan=None, files=[], answer_by=None, look_up="").pdf()
        )

        assert "拟落地镇街" not in said
        assert "总投资" not in said
        assert "予以答复" not in said
        assert "本次申报未附材料" in said

    def test_a_long_list_of_files_goes_on_over_pages(self):
        files = [File("其他材料", f"材料{n}.pdf", 1024, "ab" * 32) for n in range(120)]

        document = receipt(files=files).pdf()

        assert len(PdfReader(BytesIO(document)).pages) > 2
        assert "材料119.pdf" in text(document)


class TestLetter:
    def test_says_what_it_was_given(self):
        said = text(letter().pdf())

        for fact in [
            "花产服受〔2026〕第0001号",
            "关于受理项目服务申请的通知",
            "广州市锦华食品有限公司：",
            "HD2026-0001",
            "经核对，申请材料齐全。",
            "代办专员将与你单位联系。",
            "2026年3月9日",
            "不是行政许可决定",
        ]:
            assert fact in said


class TestSetting:
    @pytest.mark.parametrize("make", [receipt, letter])
    def test_embeds_noto_sans_sc_and_nothing_else(self, make):
        fonts = {
            str(font.get_object()["/BaseFont"]).split("+")[-1]
            for page in PdfReader(BytesIO(make().pdf())).pages
            for font in page["/Resources"]["/Font"].values()
        }

        assert {font.split("-")[0] for font in fonts} == {"NotoSansSC"}

    @pytest.mark.parametrize("make", [receipt, letter])
    def test_is_the_same_for_the_same_facts(self, make):
        assert make().pdf() == make().pdf()
        # Equal only within the second, if the setting stamped its own time.
        assert PdfReader(BytesIO(make().pdf())).metadata.creation_date is None

    def test_a_missing_font_is_an_error(self, monkeypatch, tmp_path):
        monkeypatch.setattr(fonts, "FOLDER", tmp_path)

        with pytest.raises(FileNotFoundError):
            letter().pdf()

    def test_has_a_title_and_a_language(self):
        reader = PdfReader(BytesIO(receipt().pdf()))

        assert reader.metadata.title == "项目申报收件回执"
        assert reader.trailer["/Root"]["/Lang"].startswith("zh")


class TestHostileText:
    def test_that_would_take_minutes_is_given_up(self, monkeypatch):
        """A word of a million letters takes typst more than twenty seconds."""
        few = replace(pdf.LIMITS, seconds=1)
        monkeypatch.setattr(pdf, "LIMITS", few)

        with pytest.raises(sandbox.Killed):
            letter(paragraphs=["a" * 1_000_000]).pdf()

    @pytest.mark.parametrize("hostile", HOSTILE)
    def test_stands_as_it_was_typed(self, hostile):
        said = text(receipt(enterprise=hostile, next_steps=[hostile]).pdf())

        # In the greeting, in the table and in the steps.
        assert said.count(squeeze(hostile)) == 3

    @pytest.mark.parametrize("hostile", HOSTILE)
    def test_in_a_letter_too(self, hostile):
        said = text(
            letter(
                title=hostile,
                number=hostile,
                recipient=hostile,
                facts=[(hostile, hostile)],
                paragraphs=[hostile],
            ).pdf()
        )

        assert said.count(squeeze(hostile)) == 6

    @pytest.mark.parametrize("character", ["W", "花", "1 ", "-"])
    def test_of_5000_characters_is_set_whole(self, character):
        pages = PdfReader(BytesIO(receipt(project=character * 5000).pdf())).pages
        lines = "\n".join(page.extract_text() for page in pages).splitlines()

        assert sum(line.count(character.strip()) for line in lines) >= 5000
        # More would stand beyond the edge of the paper.
        assert max(map(len, lines)) < 200

    @pytest.mark.parametrize(
        "hostile",
        ["𠮷𡈽㐂", "🙂👨‍👩‍👧", "\u202eabc", "a\0b", "\ud800", "", "\n\n", "﷽" * 200],
    )
    def test_of_rare_characters_makes_no_error(self, hostile):
        document = receipt(project=hostile, enterprise=hostile).pdf()

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
