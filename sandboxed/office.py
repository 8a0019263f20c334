"""Whether an office file is one that we keep. Nothing is ever unpacked to disk."""

import os
import re
import stat
import zipfile
from pathlib import PurePath
from typing import BinaryIO

from sandboxed.refused import Refused

# Unpacked bytes and parts at most, and so many times its packed size.
MAX_UNPACKED, MAX_PARTS, MAX_EXPANSION = 300 * 1024 * 1024, 5_000, 200
CHUNK = 1024 * 1024
# Parts of an office file that carry programs, or a file within the file.
PROGRAMS = re.compile(
    r"vba(project|data)|\.(exe|dll|js|vbs|bat|cmd|scr|jar|hta|lnk|html?)$|activex/",
    re.IGNORECASE,
)
ARCHIVES = re.compile(r"\.(zip|rar|7z|gz|tar|docx|docm|xlsm|pptm|iso)$", re.IGNORECASE)
# A template, frame or object fetched from elsewhere when the file is opened.
FETCHED = re.compile(
    rb"<Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External)"
    rb"(?=[^>]*/(?:attachedTemplate|oleObject|frame|subDocument|externalLinkPath)[\"'])",
    re.IGNORECASE,
)


def check(file: BinaryIO, content_type: str) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        _check_directory(archive, parts, os.fstat(file.fileno()).st_size)
        _check_parts(parts)
        types = archive.read("[Content_Types].xml")
        if b"macroenabled" in types.lower():
            raise Refused("macros")
        if f"{content_type}.main+xml".encode() not in types:
            raise Refused("misnamed")
        for part in parts:
            _check_part(archive, part)


def _check_directory(archive, parts, size) -> None:
    """Packed parts lie one after the other: none inside another, nothing in front."""
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > min(MAX_UNPACKED, MAX_EXPANSION * size):
        raise Refused("unpacks")
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end or (not end and part.header_offset):
            raise Refused("misnamed")
        # The local header has thirty bytes, then its name.
        end = part.header_offset + 30 + len(part.orig_filename) + part.compress_size
    if end > archive.start_dir:
        raise Refused("misnamed")


def _check_parts(parts) -> None:
    names = [part.filename for part in parts]
    if len({name.lower() for name in names}) != len(names):
        raise Refused("misnamed")
    for part in parts:
        path = PurePath(part.filename.replace("\\", "/"))
        linked = stat.S_ISLNK(part.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or ":" in part.filename or linked:
            raise Refused("misnamed")
        if part.flag_bits & 1:
            raise Refused("locked")
        if PROGRAMS.search(part.filename):
            raise Refused("macros")
        if ARCHIVES.search(part.filename):
            raise Refused("holds_files")


def _check_part(archive, part) -> None:
    """Unpacks a part in pieces: zipfile stops at the size declared and checks its sum."""
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    is_links = part.filename.lower().endswith(".rels")
    with archive.open(part) as content:
        before = b""
        while chunk := content.read(CHUNK):
            if is_xml and b"<!" in chunk and _declares(before + chunk):
                raise Refused("misnamed")
            if is_links and FETCHED.search(before + chunk):
                raise Refused("fetches")
            before = chunk[-4096:]


def _declares(text: bytes) -> bool:
    """Whether XML brings entities of its own ("billion laughs", files of the reader)."""
    upper = text.upper()
    return b"<!DOCTYPE" in upper or b"<!ENTITY" in upper
