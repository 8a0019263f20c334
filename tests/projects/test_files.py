"""What is taken and what is not, by content."""

import io
import struct
import zlib

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from PIL import Image

from huadu_portal.sandbox.jobs import office, pdfs
from projects import files
from tests.conftest import PDF
from tests.projects.conftest import office_file

LIMIT = 10 * 1024 * 1024


def check(content, name):
    return files.check_file(ContentFile(content, name=name), limit=LIMIT)


def picture(kind="PNG", size=(4, 3)):
    content = io.BytesIO()
    Image.new("RGB", size).save(content, kind)
    return content.getvalue()


def pdf_with(change, **options):
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        change(pdf)
        pdf.save(content, **options)
    return content.getvalue()


# Of a PNG: up to here its header is read.
PIXELS_BEGIN = struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


def png_that_claims(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(header))
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
    )


class TestTaken:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("营业执照.pdf", PDF),
            ("营业执照.PDF", PDF),
            ("照片.png", picture()),
            ("照片.jpg", picture("JPEG")),
            ("照片.jpeg", picture("JPEG")),
            ("简介.docx", office_file()),
            ("测算.xlsx", office_file(main="xl/workbook.xml")),
            (
                "图表.docx",
                office_file({"word/embeddings/表.xlsx": office_file(main="xl/workbook.xml")}),
            ),
        ],
    )
    def test_what_is_what_it_says(self, name, content):
        checked = check(content, name)

        assert (checked.filename, checked.size) == (name, len(content))

    def test_from_a_file_on_disk(self):
        upload = TemporaryUploadedFile("简介.docx", "", 0, None)
        content = office_file()
        upload.write(content)
        upload.size = len(content)

        checked = files.check_file(upload, limit=LIMIT)

        assert checked.suffix == ".docx"
        # Still open and at its beginning, to be stored.
        assert upload.read() == content


class TestRefused:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("空.pdf", b""),
            ("大.pdf", PDF + b" " * LIMIT),
            ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("图.png", b"<svg onload='alert(1)'/>"),
            ("页.pdf", b"<html><script>alert(1)</script>"),
            ("程序.exe", b"MZ"),
            ("程序.pdf", b"MZ" + PDF),
            ("无后缀", PDF),
            (".pdf", PDF),
            ("照片.jpg", picture("PNG")),
            ("照片.png", picture("JPEG")),
            ("执照.docx", PDF),
            ("简介.pdf", office_file()),
            ("测算.xlsx", office_file()),
            ("坏.png", picture()[:40]),
            ("坏.pdf", b"%PDF-1.7\n garbage"),
            ("坏.docx", office_file()[:-30]),
            ("巨图.png", png_that_claims(20_000, 20_000)),
        ],
    )
    def test_what_is_not_what_it_says(self, name, content):
        with pytest.raises(ValidationError):
            check(content, name)

    # The library has a limit of its own, higher than ours.
    @pytest.mark.parametrize("side", [10_001, 20_000, 60_000])
    def test_too_many_pixels_are_called_so(self, side):
        with pytest.raises(ValidationError, match=str(files.SENTENCES["pixels"])):
            check(png_that_claims(side, side) + PIXELS_BEGIN, "巨图.png")

    @pytest.mark.parametrize("front", [PDF, picture(), picture("JPEG")])
    def test_an_archive_behind_something_else(self, front):
        name = "x.pdf" if front is PDF else "x.png" if front[:1] == b"\x89" else "x.jpg"

        with pytest.raises(ValidationError):
            check(front + office_file(), name)

    def test_an_archive_with_something_in_front(self):
        with pytest.raises(ValidationError):
            check(b"PK\x03\x04" + b"\0" * 64 + office_file(), "x.docx")

    def test_markup_inside_a_picture(self):
        content = picture()
        comment = b"tEXtx\0<script>alert(1)</script>"
        chunk = struct.pack(">I", len(comment) - 4) + comment
        chunk += struct.pack(">I", zlib.crc32(comment))

        with pytest.raises(ValidationError):
            check(content[:33] + chunk + content[33:], "x.png")


class TestPdf:
    def script(self, pdf):
        return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")

    def refuse(self, change, **options):
        content = pdf_with(change, **options)
        with pytest.raises(ValidationError):
            check(content, "x.pdf")

    def test_without_any_of_it_is_taken(self):
        assert check(pdf_with(lambda pdf: None), "x.pdf")

    def test_that_runs_a_script_when_opened_is_refused(self):
        self.refuse(lambda pdf: pdf.Root.__setattr__("OpenAction", self.script(pdf)))

    def test_with_a_script_deep_in_a_page_is_refused(self):
        def change(pdf):
            action = pikepdf.Dictionary(O=self.script(pdf))
            pdf.pages[0].obj.AA = action

        self.refuse(change)

    def test_with_a_script_in_packed_objects_is_refused(self):
        self.refuse(
            lambda pdf: pdf.Root.__setattr__("OpenAction", pdf.make_indirect(self.script(pdf))),
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )

    def test_that_launches_a_program_is_refused(self):
        def change(pdf):
            launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
            note = pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=launch)
            pdf.pages[0].obj.Annots = pikepdf.Array([note])

        self.refuse(change)

    def test_with_a_file_inside_is_refused(self):
        self.refuse(lambda pdf: pdf.attachments.__setitem__("a.exe", b"MZ"))

    @pytest.mark.parametrize("user", ["", "secret"])
    def test_that_is_locked_is_refused(self, user):
        self.refuse(lambda pdf: None, encryption=pikepdf.Encryption(owner="owner", user=user))

    def test_whose_structure_unpacks_to_too_much_is_refused(self):
        def change(pdf):
            long = pikepdf.String("0" * (2 * pdfs.MAX_STREAM))
            pdf.Root.Long = pdf.make_indirect(long)

        content = pdf_with(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)

        assert len(content) < pdfs.MAX_STREAM
        with pytest.raises(ValidationError):
            check(content, "x.pdf")

    def test_without_a_page_is_refused(self):
        self.refuse(lambda pdf: pdf.pages.__delitem__(0))


class TestOffice:
    @pytest.mark.parametrize(
        "name",
        [
            "word/vbaProject.bin",
            "word/vbaData.xml",
            "word/activeX/activeX1.xml",
            "word/embeddings/run.exe",
            "word/embeddings/inner.zip",
            "word/embeddings/inner.docx",
            "../../etc/passwd",
            "/etc/passwd",
            "C:/windows/x",
            "WORD/document.xml",
        ],
    )
    def test_with_such_a_part_is_refused(self, name):
        with pytest.raises(ValidationError):
            check(office_file({name: "x"}), "x.docx")

    @pytest.mark.parametrize(
        "text",
        [
            "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
            " " * (office.CHUNK - 5) + "<!DOCTYPE x><x/>",
        ],
    )
    def test_with_entities_of_its_own_is_refused(self, text):
        with pytest.raises(ValidationError):
            check(office_file({"word/settings.xml": text}), "x.docx")

    def test_with_a_template_from_elsewhere_is_refused(self):
        link = (
            '<Relationships><Relationship Id="r" TargetMode="External" Type="http://schemas.'
            'openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
            'Target="http://192.0.2.1/x.dotm"/></Relationships>'
        )

        with pytest.raises(ValidationError):
            check(office_file({"word/_rels/settings.xml.rels": link}), "x.docx")

    def test_with_a_link_to_a_page_is_taken(self):
        link = (
            '<Relationships><Relationship Id="r" TargetMode="External" Type="http://schemas.'
            'openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
            'Target="http://www.huadu.gov.cn/"/></Relationships>'
        )

        assert check(office_file({"word/_rels/document.xml.rels": link}), "x.docx")

    def test_that_unpacks_to_too_much_is_refused(self):
        bomb = office_file({"word/media/x.bin": b"\0" * 20_000_000})

        with pytest.raises(ValidationError):
            check(bomb, "x.docx")

    def test_whose_parts_overlap_is_refused(self):
        """A second name for the same packed bytes, as a bomb of overlaps has."""
        content = office_file({"word/a.xml": "<a/>", "word/b.xml": "<b/>"})
        start = content.rindex(b"PK\x01\x02")
        first = content.index(b"PK\x01\x02")
        # The last entry of the directory points at the first entry's bytes.
        overlapped = bytearray(content)
        overlapped[start + 42 : start + 46] = content[first + 42 : first + 46]

        with pytest.raises(ValidationError):
            check(bytes(overlapped), "x.docx")

    def test_that_is_locked_is_refused(self):
        content = bytearray(office_file())
        for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
            at = content.index(mark)
            content[at + offset] |= 1

        with pytest.raises(ValidationError):
            check(bytes(content), "x.docx")


class TestName:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("营业执照（副本）.pdf", "营业执照（副本）.pdf"),
            ("C:\\文件\\执照.pdf", "执照.pdf"),
            ("../../执照.pdf", "执照.pdf"),
            ("执照\u202efdp.pdf", "执照fdp.pdf"),
            ("执\x00照\r\n.pdf", "执照.pdf"),
            ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
        ],
    )
    def test_stays_chinese_and_becomes_harmless(self, typed, kept):
        assert files.clean_name(typed) == kept
