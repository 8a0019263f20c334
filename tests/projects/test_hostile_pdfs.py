"""PDF files that call, run or hide something are refused; bait among good files, too."""

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from huadu_portal.sandbox.jobs.bait import EICAR
from projects import files
from tests.conftest import PDF
from tests.projects.conftest import office_file
from tests.projects.test_files import pdf_with, picture
from tests.projects.test_hostile_files import FILLING, check, refused


class TestPdf:
    def refused(self, change, name="x.pdf"):
        return refused(pdf_with(change), name)

    def link(self, pdf, **action):
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(**action))
        pdf.pages[0].obj.Annots = Array([note])

    @pytest.mark.parametrize("kind", ["GoToR", "Launch", "Thread", "SubmitForm", "Hide", "New"])
    def test_a_click_that_does_more_than_lead_to_a_page(self, kind):
        assert self.refused(lambda pdf: self.link(pdf, S=Name(f"/{kind}"), F="x.pdf"))

    def test_an_address_fetched_on_opening(self):
        uri = Dictionary(S=Name.URI, URI="http://192.0.2.1/")

        assert self.refused(lambda pdf: setattr(pdf.Root, "OpenAction", uri))
        assert self.refused(lambda pdf: setattr(pdf.pages[0].obj, "AA", Dictionary(O=uri)))

    def test_one_that_follows_a_harmless_one(self):
        uri = Dictionary(S=Name.URI, URI="http://192.0.2.1/")
        for following in (uri, Array([uri])):
            first = Dictionary(S=Name.GoTo, D=Array([0]), Next=following)
            assert self.refused(lambda pdf, first=first: setattr(pdf.Root, "OpenAction", first))

    def test_actions_without_an_end(self):
        def change(pdf):
            first = pdf.make_indirect(Dictionary(S=Name.GoTo))
            first.Next = first
            pdf.Root.OpenAction = first

        assert self.refused(change)

    @pytest.mark.parametrize(
        "uri",
        ["javascript:alert(1)", "java\nscript:x", " JavaScript:x", "file:///C:/x", "data:x"],
    )
    def test_an_address_that_is_no_page(self, uri):
        assert self.refused(lambda pdf: self.link(pdf, S=Name.URI, URI=uri))

    @pytest.mark.parametrize(
        "uri", ["https://www.huadu.gov.cn/", "www.huadu.gov.cn", "mailto:a@b"]
    )
    def test_a_link_to_a_page_is_taken(self, uri):
        assert check(pdf_with(lambda pdf: self.link(pdf, S=Name.URI, URI=uri)), "x.pdf")

    @pytest.mark.parametrize("base", ["file:///C:/", "\\\\192.0.2.1\\x", "javascript:", "x/"])
    def test_an_address_put_before_all_links(self, base):
        def change(pdf):
            self.link(pdf, S=Name.URI, URI="x.exe")
            pdf.Root.URI = Dictionary(Base=base)

        assert self.refused(change).endswith(str(files.SENTENCES["links"]))

    @pytest.mark.parametrize("base", ["https://www.huadu.gov.cn/", ""])
    def test_that_of_a_page_is_taken(self, base):
        change = pdf_with(lambda pdf: setattr(pdf.Root, "URI", Dictionary(Base=base)))

        assert check(change, "x.pdf")

    def test_a_beginning_on_another_page_is_taken(self):
        def change(pdf):
            pdf.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]))

        assert check(pdf_with(change), "x.pdf")

    def test_a_page_of_another_file(self):
        def change(pdf):
            form = pikepdf.Stream(pdf, b"", Type=Name.XObject, Subtype=Name.Form)
            form.Ref = Dictionary(F="\\\\192.0.2.1\\x.pdf", Page=0)
            pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=form))

        assert self.refused(change)

    def test_a_stream_that_lies_in_another_file(self):
        def change(pdf):
            held = pikepdf.Stream(pdf, b"")
            held.F = "http://192.0.2.1/x"
            pdf.pages[0].obj.Contents = held

        assert self.refused(change)

    @pytest.mark.parametrize(
        "kind", ["Screen", "Movie", "Sound", "RichMedia", "FileAttachment"]
    )
    def test_a_note_that_plays_something(self, kind):
        def change(pdf):
            pdf.pages[0].obj.Annots = Array([Dictionary(Subtype=Name(f"/{kind}"))])

        assert self.refused(change)

    @pytest.mark.parametrize("kept", [0.5, 0.9, 0.98])
    def test_one_cut_off_on_its_way(self, kept):
        whole = pdf_with(lambda pdf: [pdf.add_blank_page() for _ in range(20)])

        cut = whole[: int(len(whole) * kept)]
        assert refused(cut, "x.pdf").endswith(str(files.SENTENCES["truncated"]))

    @pytest.mark.parametrize("behind", [b"\r\n", b"\0" * 5000, b"\n\n% x\n"])
    def test_what_some_programs_leave_behind_its_end_is_taken(self, behind):
        assert check(PDF + behind, "x.pdf")


class TestBait:
    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (PDF.replace(b"\n", b"\n%" + EICAR + b"\n", 1), "x.pdf"),
            (office_file({"word/x.xml": b"<a>" + EICAR + b"</a>"}), "x.docx"),
            (office_file({"word/x.png": picture() + EICAR}), "x.docx"),
            (office_file({"word/x.png": picture() + FILLING + EICAR}), "x.docx"),
            (picture() + EICAR, "x.png"),
            (picture("JPEG") + EICAR, "x.jpg"),
        ],
    )
    def test_is_found_wherever_it_lies(self, content, name):
        assert refused(content, name).endswith(str(files.SENTENCES["virus"]))
