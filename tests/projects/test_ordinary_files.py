"""Files as Word, WPS, LibreOffice and typst write them are taken.

`ordinary/` holds what LibreOffice 7.4 wrote: a text with a table of contents, notes, comments,
changes, a chart, a picture, fields and links; a table with a chart, a picture, comments, a filter
and links; a PDF with a form, an outline and a link. What Word and WPS write is built here, part
by part, as it stands in their files.
"""

import io
from pathlib import Path

import openpyxl
import pytest
import typst
from PIL import Image

from approvals.catalogue import guides
from tests.projects.conftest import RELATIONSHIPS, office_file, relationships
from tests.projects.test_files import picture
from tests.projects.test_hostile_files import (
    EXCEL_TYPE,
    EXE,
    OLE,
    check,
    refused,
    rels,
    template,
)

ORDINARY = Path(__file__).parent / "ordinary"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office"
WPS = "http://www.wps.cn/officeDocument"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
BESIDE = [
    *("settings", "webSettings", "fontTable", "people", "footnotes", "endnotes"),
    *("comments", "commentsExtended", "commentsIds", "commentsExtensible"),
]
ON_A_MAC = XML + (
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" '
    '"http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist version="1.0"/>'
)


def links(*said):
    """Relationships by type and target, as `said` pairs them."""
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(said, 1)
    )
    return f'{XML}<Relationships xmlns="{PACKAGE}">{rows}</Relationships>'


def word(parts=None, types=None):
    """A text of Word, with what it puts beside every text."""
    named = {
        "docProps/custom.xml": "application/vnd.openxmlformats-officedocument.custom-properties+xml",
        "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        "docMetadata/LabelInfo.xml": "application/vnd.ms-office.classificationlabels+xml",
        "customXml/itemProps1.xml": "application/vnd.openxmlformats-officedocument."
        "customXmlProperties+xml",
        "word/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
        **{f"word/{name}.xml": f"{WORD_TYPE}.{name}+xml" for name in BESIDE},
        "word/stylesWithEffects.xml": "application/vnd.ms-word.stylesWithEffects+xml",
        "word/glossary/document.xml": f"{WORD_TYPE}.document.glossary+xml",
        "word/printerSettings1.bin": f"{WORD_TYPE}.printerSettings",
        "word/fonts/font1.odttf": "application/vnd.openxmlformats-officedocument.obfuscatedFont",
    }
    made = dict.fromkeys(named, f"{XML}<x/>")
    made |= {
        "docProps/thumbnail.jpeg": picture("JPEG"),
        "customXml/item1.xml": f'{XML}<b:Sources xmlns:b="{MICROSOFT}/b" SelectedStyle=""/>',
        "word/printerSettings1.bin": "Microsoft Print to PDF".encode("utf-16-le") + b"\0" * 40,
        "word/fonts/font1.odttf": bytes(range(5, 250)),
        "customXml/_rels/item1.xml.rels": links(
            (f"{RELATIONSHIPS}/customXmlProps", "itemProps1.xml")
        ),
        "word/_rels/document.xml.rels": links(
            *((f"{RELATIONSHIPS}/{name}", f"{name}.xml") for name in ["settings", "comments"]),
            *((f"{RELATIONSHIPS}/{name}", "x.xml") for name in ["customXml", "theme"]),
            (f"{RELATIONSHIPS}/glossaryDocument", "glossary/document.xml"),
            (f"{MICROSOFT}/2007/relationships/stylesWithEffects", "stylesWithEffects.xml"),
            (f"{MICROSOFT}/2011/relationships/commentsExtended", "commentsExtended.xml"),
            (f"{MICROSOFT}/2016/09/relationships/commentsIds", "commentsIds.xml"),
            (f"{MICROSOFT}/2018/08/relationships/commentsExtensible", "commentsExtensible.xml"),
            (f"{MICROSOFT}/2011/relationships/people", "people.xml"),
            (f"{RELATIONSHIPS}/printerSettings", "printerSettings1.bin"),
            (f"{MICROSOFT}/2020/02/relationships/classificationlabels", "docMetadata/x.xml"),
            (f"{PACKAGE}/metadata/thumbnail", "docProps/thumbnail.jpeg"),
        ),
    }
    return office_file(made | (parts or {}), types=named | (types or {}))


def with_jpg(content_type, also=""):
    """What WPS says of a picture that it kept under its name in capitals."""
    jpg = f'<Default Extension="JPG" ContentType="{content_type}"/>{also}'
    return office_file({"word/media/image1.JPG": picture("JPEG")}, endings=jpg)


class TestLibreOffice:
    @pytest.mark.parametrize("path", sorted(ORDINARY.iterdir()), ids=lambda path: path.name)
    def test_writes(self, path):
        assert check(path.read_bytes(), path.name)


class TestTypst:
    @pytest.mark.parametrize("standard", ["1.7", "a-2b", "a-3b"])
    def test_writes_with_an_outline_and_links(self, standard):
        text = '#set document(date: datetime(year: 2026, month: 1, day: 1))\n#outline()\n= 概述 <a>\n#link("https://a.cn")[x] @a'

        made = typst.compile(
            text.replace("@a", "#link(<a>)[y]").encode(), pdf_standards=standard
        )

        assert check(made, "说明.pdf")


class TestWord:
    def test_puts_much_beside_a_text(self):
        assert check(word(), "说明.docx")

    def test_keeps_the_settings_of_a_macs_printer(self):
        assert check(word({"word/printerSettings1.bin": ON_A_MAC}), "说明.docx")

    def test_of_which_another_markup_is_none(self):
        assert refused(word({"word/printerSettings1.bin": XML + "<html/>"}), "x.docx")

    def test_a_plist_is_no_picture(self):
        assert refused(office_file({"word/media/x.png": ON_A_MAC}), "x.docx")

    def test_leaves_holes_where_something_was_deleted(self):
        assert check(word({"[trash]/0000.dat": b"\xff" * 64}), "说明.docx")

    @pytest.mark.parametrize("content", [EXE, OLE, b"PK\x03\x04"])
    def test_in_which_nothing_else_hides(self, content):
        assert refused(word({"[trash]/0000.dat": content}), "x.docx")

    @pytest.mark.parametrize(
        "target",
        [
            "file:///C:\\Users\\li\\AppData\\Roaming\\Microsoft\\Templates\\报表（空白）.dotx",
            "file:///D:\\模板\\公文.dotm",
            "file:///C:/Templates/Contoso.dot",
        ],
    )
    def test_names_the_template_on_the_writers_own_disk(self, target):
        link = rels(template(Target=target))

        assert check(office_file({"word/_rels/settings.xml.rels": link}), "x.docx")

    @pytest.mark.parametrize(
        "target",
        [
            "file:///\\\\192.0.2.1\\x\\y.dotm",
            "file://192.0.2.1/c:/y.dotm",
            "file:///C:\\\\192.0.2.1\\..\\x.exe",
            "file:///C:\\x\\y.dotm\\\\192.0.2.1",
            "file:///C:\\x\\y.htm",
            "file:///Z:\\x\\y.dotm",
            "http://192.0.2.1/C:/y.dotm",
        ],
    )
    def test_but_no_other_is_taken(self, target):
        link = rels(template(Target=target))

        assert refused(office_file({"word/_rels/settings.xml.rels": link}), "x.docx")

    def test_a_link_on_a_shape(self):
        shape = '<xml xmlns:v="urn:v"><v:shape href="https://huadu.gov.cn/"/></xml>'

        assert check(office_file({"word/drawing1.vml": shape}), "说明.docx")

    def test_a_field_whose_result_has_the_name_of_another(self):
        text = (
            "<d><r><fldChar fldCharType='begin'/><instrText> REF a </instrText>"
            "<fldChar fldCharType='separate'/><t>DDE 说明</t><fldChar fldCharType='end'/>"
            "<t>DDE 说明</t></r></d>"
        )

        assert check(office_file(text=text), "说明.docx")


class TestWps:
    def test_keeps_data_of_its_own(self):
        data = (
            f'{XML}<s:customData xmlns="{WPS}/2013/wpsCustomData" '
            f'xmlns:s="{WPS}/2013/wpsCustomData"><customSectProps><customSectPr/>'
            '</customSectProps><customShpExts><customShpInfo spid="_x0000_s2049"/>'
            "</customShpExts></s:customData>"
        )
        said = (
            f'{XML}<Properties xmlns="{RELATIONSHIPS}" xmlns:vt="urn:vt"><property '
            'fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="KSOProductBuildVer">'
            "<vt:lpwstr>2052-12.1.0.16120</vt:lpwstr></property></Properties>"
        )

        parts = {"customXml/item1.xml": data, "docProps/custom.xml": said}
        assert check(word(parts), "说明.docx")

    @pytest.mark.parametrize(
        ("said", "also"),
        [
            ("image/.jpg", ""),
            ("image/.jpg", '<Default Extension="jpg" ContentType="image/jpeg"/>'),
            ("image/jpg", '<Default Extension="jpg" ContentType="image/jpeg"/>'),
        ],
    )
    def test_calls_pictures_by_names_of_its_own(self, said, also):
        assert check(with_jpg(said, also), "说明.docx")

    def test_but_of_one_kind(self):
        also = '<Default Extension="jpg" ContentType="image/png"/>'

        assert refused(with_jpg("image/.jpg", also), "x.docx")

    def test_puts_pictures_into_cells(self):
        cells = "<worksheet><c><f>_xlfn.DISPIMG(&quot;ID_0F&quot;,1)</f></c></worksheet>"
        images = f'{XML}<etc:cellImages xmlns:etc="{WPS}/2017/etCustomData"/>'
        parts = {
            "xl/worksheets/sheet1.xml": cells,
            "xl/cellimages.xml": images,
            "xl/customStorage/customStorage1.xml": f"{XML}<customStorage/>",
            "xl/_rels/cellimages.xml.rels": links((f"{RELATIONSHIPS}/image", "media/x.png")),
            "xl/_rels/workbook.xml.rels": links(
                (f"{WPS}/2020/cellImage", "cellimages.xml"),
                (f"{WPS}/2023/relationships/customStorage", "customStorage/customStorage1.xml"),
            ),
            "xl/printerSettings/printerSettings1.bin": "打印机".encode("utf-16-le"),
        }
        types = {
            "xl/cellimages.xml": "application/vnd.wps-officedocument.cellimage+xml",
            "xl/printerSettings/printerSettings1.bin": f"{EXCEL_TYPE}.printerSettings",
        }

        made = office_file(parts, main="xl/workbook.xml", types=types)

        assert check(made, "测算.xlsx")


def workbook():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["项目", "投资（万元）"])
    sheet.append(["锦华", -1.5])
    sheet["C1"] = "=SUM(B2:B9)"
    sheet["D1"].hyperlink = "http://www.huadu.gov.cn/"
    sheet["E1"].comment = openpyxl.comments.Comment("注", "甲")
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(sheet, min_col=2, min_row=1, max_row=2))
    sheet.add_chart(chart, "F1")
    image = io.BytesIO()
    Image.new("RGB", (4, 3)).save(image, "PNG")
    sheet.add_image(openpyxl.drawing.image.Image(image), "A9")
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


class TestOrdinaryFilesAreTaken:
    def test_a_workbook_with_a_chart_a_picture_and_a_comment(self):
        assert check(workbook(), "测算.xlsx")

    def test_a_large_table_is_read_in_time(self):
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in range(20_000):
            sheet.append([row, "锦华食品总部项目", row * 1.5, "=A1+1", "备注"] * 2)
        content = io.BytesIO()
        book.save(content)

        assert check(content.getvalue(), "明细.xlsx")

    def test_a_text_with_pictures_and_a_chart(self):
        content = office_file(
            {
                "word/media/image1.png": picture(),
                "word/media/image2.jpeg": picture("JPEG"),
                "word/media/image3.emf": b"\1\0\0\0" + b"\0" * 36 + b" EMF" + b"\0" * 60,
                "word/charts/chart1.xml": "<c/>",
                "word/embeddings/Microsoft_Excel_Worksheet.xlsx": workbook(),
                "word/_rels/document.xml.rels": relationships(
                    *(
                        f'Type="{RELATIONSHIPS}/{kind}"'
                        for kind in ("image", "chart", "styles", "header", "numbering")
                    )
                ),
                "docProps/core.xml": "<coreProperties/>",
                "word/media/": b"",
            }
        )

        assert check(content, "说明.docx")

    def test_our_own_papers(self):
        form = next(iter(guides.samples().values()))

        assert check(form.pdf(), "样表.pdf")
