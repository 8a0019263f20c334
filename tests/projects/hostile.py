"""Small files that unpack to much, or that keep whoever opens them busy for ever."""

import io
import struct
import zlib

import pikepdf

from tests.projects.conftest import office_file

MB = 1024 * 1024


def nested_forms(depth=8, width=20) -> bytes:
    """A page that draws a form twenty times, which draws a form twenty times, and so on."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        inner = _form(pdf, b"0 0 m 500 800 l S", {})
        for _ in range(depth):
            inner = _form(pdf, b"/F Do " * width, {"/F": inner})
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=inner))
        page.obj.Contents = pdf.make_stream(b"/F Do")
        return _saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _form(pdf, content, forms):
    form = pdf.make_stream(content)
    form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    form.BBox = pikepdf.Array([0, 0, 595, 842])
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(forms))
    return form


def content_bomb(size=300 * MB) -> bytes:
    """A page whose drawing unpacks to hundreds of megabytes."""
    line = b"0 0 m 500 800 l S\n"
    packed = _deflated(line * (MB // len(line)), size // MB)
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        stream = pdf.make_stream(b"")
        stream.write(packed, filter=pikepdf.Name.FlateDecode)
        page.obj.Contents = stream
        return _saved(pdf, recompress_flate=False)


def many_objects(count=500_000) -> bytes:
    """A page with a list of so many things that even a look at them takes long."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        things = b"[" + b"<</A[]>>" * (count // 2) + b"]"
        pdf.Root.Things = pdf.make_indirect(pikepdf.Object.parse(things))
        return _saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def masked_picture(side=15_000) -> bytes:
    """A page with a picture of 225 megapixels behind a mask as large."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        mask = _picture(pdf, side)
        picture = _picture(pdf, side)
        picture.SMask = mask
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
        page.obj.Contents = pdf.make_stream(b"500 0 0 500 0 0 cm /P Do")
        return _saved(pdf, recompress_flate=False)


def _picture(pdf, side):
    picture = pdf.make_stream(b"")
    packed = _deflated(bytes(side), side)
    picture.write(packed, filter=pikepdf.Name.FlateDecode)
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Width, picture.Height, picture.BitsPerComponent = side, side, 8
    picture.ColorSpace = pikepdf.Name.DeviceGray
    return picture


def _saved(pdf, **options):
    content = io.BytesIO()
    pdf.save(content, **options)
    return content.getvalue()


def large_png(width=10_000, height=10_000, *, depth=8, colour=2) -> bytes:
    """A black picture; `colour` 2 is RGB, 6 RGB and transparency."""
    channels = {0: 1, 2: 3, 6: 4}[colour]
    row = bytes(1 + width * channels * depth // 8)
    parts = [b"\x89PNG\r\n\x1a\n"]
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    for name, data in ((b"IHDR", header), (b"IDAT", _deflated(row, height)), (b"IEND", b"")):
        parts += [struct.pack(">I", len(data)), name, data]
        parts.append(struct.pack(">I", zlib.crc32(name + data)))
    return b"".join(parts)


def zip_bomb() -> bytes:
    """A DOCX with a part of 300 MB, whose directory tells a smaller one."""
    content = office_file({"word/media/x.bin": bytes(300 * MB)}, compresslevel=9)
    return _with_size_of_last_part(content, MB)


def _with_size_of_last_part(content: bytes, size: int) -> bytes:
    forged = bytearray(content)
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = forged.rindex(mark)
        forged[at + offset : at + offset + 4] = struct.pack("<I", size)
    return bytes(forged)


def shared_strings_bomb() -> bytes:
    """An XLSX whose table of strings unpacks to 70 MB."""
    strings = b"<sst>" + b"<si><t>x</t></si>" * (4 * MB) + b"</sst>"
    return office_file({"xl/sharedStrings.xml": strings}, main="xl/workbook.xml")


def laughing() -> bytes:
    """An XLSX with entities that stand for a billion words."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    strings = f'<!DOCTYPE s [<!ENTITY l0 "ha">{entities}]><sst>&l9;</sst>'
    return office_file({"xl/sharedStrings.xml": strings}, main="xl/workbook.xml")


def _deflated(piece: bytes, times: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(piece) for _ in range(times)), packer.flush()])
