"""Whether an office file is one that we keep. Nothing is ever unpacked to disk.

What is not known to be harmless is refused: each part by its type and its first bytes, each
relationship by its type, each field by its name. How the XML is spelled does not matter: it
is read by a parser, of which the names alone count, whatever their prefixes.
"""

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO, BinaryIO

from huadu_portal.sandbox.jobs import bait, parts, xml
from huadu_portal.sandbox.jobs.refused import Refused

# Unpacked bytes and parts at most, and so many times its packed size.
MAX_UNPACKED, MAX_PARTS, MAX_EXPANSION = 300 * 1024 * 1024, 5_000, 200
# A table behind a chart is an office file within the file: of so many bytes, and no deeper.
MAX_TABLE, DEPTH = 20 * 1024 * 1024, 1
CHUNK = 256 * 1024
MAIN = ".main+xml"


def check_office(file: BinaryIO, content_type: str) -> None:
    _check_archive(file, os.fstat(file.fileno()).st_size, content_type, DEPTH)


def _check_archive(file: BinaryIO, size: int, content_type: str, depth: int) -> None:
    with zipfile.ZipFile(file) as archive:
        found = archive.infolist()
        _check_directory(archive, found, size)
        _check_names(found)
        types = xml.types_in(archive.read("[Content_Types].xml"))
        if types.mains() != {f"{content_type}{MAIN}"}:
            raise Refused("macros" if types.hold_macros() else "misnamed")
        for part in found:
            _check_part(archive, part, types.of(part.filename), depth)


def _check_directory(archive: zipfile.ZipFile, found: list[zipfile.ZipInfo], size: int) -> None:
    """Packed parts lie one after the other: none inside another, nothing in front."""
    unpacked = sum(part.file_size for part in found)
    if len(found) > MAX_PARTS or unpacked > min(MAX_UNPACKED, MAX_EXPANSION * size):
        raise Refused("unpacks")
    end = 0
    for part in sorted(found, key=lambda part: part.header_offset):
        if part.header_offset < end or (not end and part.header_offset):
            raise Refused("misnamed")
        # The local header has thirty bytes, then its name.
        end = part.header_offset + 30 + len(part.orig_filename) + part.compress_size
    if end > archive.start_dir:
        raise Refused("misnamed")


def _check_names(found: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in found]
    if len({name.lower() for name in names}) != len(names):
        raise Refused("misnamed")
    for part in found:
        path = PurePath(part.filename.replace("\\", "/"))
        linked = stat.S_ISLNK(part.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or ":" in part.filename or linked:
            raise Refused("misnamed")
        if part.flag_bits & 1:
            raise Refused("locked")


def _check_part(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, content_type: str, depth: int
) -> None:
    """Unpacks a part in pieces: zipfile stops at the size declared and checks its sum."""
    if part.is_dir() and not part.file_size:
        return
    kind = parts.kind_of(part.filename, content_type)
    with archive.open(part) as content:
        if kind == parts.TABLE:
            _check_table(content, depth)
        elif kind == parts.XML:
            xml.check_xml(_pieces(content))
        else:
            _check_bytes(content, kind)


def _check_bytes(content: IO[bytes], kind: str) -> None:
    pieces = _pieces(content)
    parts.check_beginning(next(pieces, b""), kind)
    for _rest in pieces:
        pass


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    """To the end, and searched for what virus scanners are tried with."""
    yield from bait.searched(iter(lambda: content.read(CHUNK), b""))


def _check_table(content: IO[bytes], depth: int) -> None:
    table = content.read(MAX_TABLE + 1)
    if len(table) > MAX_TABLE or not depth:
        raise Refused("holds_files")
    _check_archive(io.BytesIO(table), len(table), parts.SHEET, depth - 1)
