"""What bytes are, by their first bytes. Decodes nothing."""

from __future__ import annotations

import re
from enum import StrEnum

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}

_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
)


class Sort(StrEnum):
    """What has to be done with bytes to read them."""

    PICTURE = "picture"
    PDF = "pdf"
    ZIP = "zip"  # Office files are ZIP archives, too
    OLE = "ole"  # old Office files, encrypted new ones, Outlook's mails
    MAIL = "mail"
    HTML = "html"
    SOUND = "audio or video"
    ARCHIVE = "another archive"
    OTHER = "other"  # text, or nothing Easel reads


def recognise(data: bytes) -> str | None:
    """The MIME type of a picture Easel reads, by its magic bytes; None for anything else."""
    for mark, kind in _PICTURES:
        if data.startswith(mark):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return _of_brand(data[8:12])
    # Two letters are few: the size of the file has to be right as well, or the header's.
    is_bitmap = data.startswith(b"BM") and (
        int.from_bytes(data[2:6], "little") == len(data)
        or int.from_bytes(data[14:18], "little") in (12, 40, 64, 108, 124)
    )
    return "image/bmp" if is_bitmap else None


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height that the head of a WebP claims; (0, 0) where it claims none."""
    form, head = data[12:16], data[20:30]
    if form == b"VP8X":
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if form == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 ":
        wide, high = head[6:8], head[8:10]
        return (
            int.from_bytes(wide, "little") & 0x3FFF,
            int.from_bytes(high, "little") & 0x3FFF,
        )
    return 0, 0


def _of_brand(brand: bytes) -> str | None:
    if brand in _AVIF_BRANDS:
        return "image/avif"
    return "image/heic" if brand in _HEIF_BRANDS else None


_MARKS = (
    (b"PK\x03\x04", Sort.ZIP),
    (b"PK\x05\x06", Sort.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Sort.OLE),
    (b"\x1f\x8b", Sort.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Sort.ARCHIVE),
    (b"Rar!\x1a\x07", Sort.ARCHIVE),
    (b"\xfd7zXZ\x00", Sort.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Sort.ARCHIVE),
    (b"ID3", Sort.SOUND),
    (b"OggS", Sort.SOUND),
    (b"fLaC", Sort.SOUND),
    (b"\x1a\x45\xdf\xa3", Sort.SOUND),
    (b"FLV\x01", Sort.SOUND),
    (b"#!AMR", Sort.SOUND),
    (b"MThd\x00\x00", Sort.SOUND),
)
# The first thing in such an archive, not packed (ODF 1.3, part 2, 3.3; EPUB OCF 3.3, 4.3).
_OTHER_DOCUMENTS = (b"mimetypeapplication/vnd.oasis.", b"mimetypeapplication/epub")
_MP3 = (b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9")
_PDF_WITHIN = 1024
_HEADER = re.compile(
    rb"(?:from|to|subject|date|received|return-path|delivered-to|message-id|mime-version"
    rb"|content-type|reply-to|cc|dkim-signature|arc-[a-z-]+|x-[a-z-]+):[ \t]",
    re.IGNORECASE,
)
_WEB_PAGE = re.compile(
    rb"(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html)\b"
)
_SOUND_ENDINGS = (".mp3", ".mp4", ".m4a", ".mov", ".wav", ".aac", ".avi", ".mkv", ".webm", ".ogg")


def sort_of(name: str, data: bytes) -> Sort:
    """What `data` is. Its name counts only where bytes cannot tell."""
    if recognise(data) is not None:
        return Sort.PICTURE
    for mark, sort in _MARKS:
        if data.startswith(mark):
            return sort
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return Sort.PDF
    if _is_sound(data):
        return Sort.SOUND
    if data[257:262] == b"ustar" or (data.startswith(b"BZh") and data[3:4].isdigit()):
        return Sort.ARCHIVE
    return _of_text(name.lower(), data)


def is_other_document(data: bytes) -> bool:
    """Whether a ZIP archive is an OpenDocument file or an e-book."""
    return data[30:80].startswith(_OTHER_DOCUMENTS)


def _is_sound(data: bytes) -> bool:
    if data[:4] == b"RIFF" and data[8:12] in (b"WAVE", b"AVI "):
        return True
    if data[:4] == b"FORM" and data[8:12] in (b"AIFF", b"AIFC"):
        return True
    return data[4:8] in (b"ftyp", b"moov", b"mdat") or data.startswith(_MP3)


def _of_text(name: str, data: bytes) -> Sort:
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if name.endswith((".html", ".htm", ".xhtml")) or _WEB_PAGE.match(start.lower()):
        return Sort.HTML if b"<" in start else Sort.OTHER
    lines = start.splitlines()[:12]
    headers = sum(1 for line in lines if _HEADER.match(line))
    if headers >= 3 or (headers >= 1 and name.endswith(".eml")):
        return Sort.MAIL
    return Sort.OTHER


def is_called_sound(name: str) -> bool:
    """Whether a file whose bytes tell nothing is called audio or video."""
    return name.lower().endswith(_SOUND_ENDINGS)
