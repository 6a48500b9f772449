"""Detects what a file is by its first bytes. Decodes nothing."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.domain.files import ParsedFile
from bot.domain.pictures.endings import PICTURE_ENDINGS
from bot.files.tiff_tags import read_first_directory

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}

_PICTURE_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"8BPS\x00\x01", "image/vnd.adobe.photoshop"),
    (b"8BPS\x00\x02", "image/vnd.adobe.photoshop"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\xff\x0a", "image/jxl"),
)
# What cameras write instead of a picture, or next to it.
RAW_MIMETYPE = "image/x-raw"
_RAW_SIGNATURES = (b"FUJIFILMCCD-RAW ", b"IIRO", b"IIRS", b"MMOR", b"IIU\x00")
_DNG_VERSION, _REDUCED, _OTHER_DIRECTORIES = 50706, 254, 330


class FileType(StrEnum):
    """Which reader a file needs."""

    PICTURE = "picture"
    PDF = "pdf"
    ZIP = "zip"  # Office files are ZIP archives as well
    OLE = "ole"  # old Office files, encrypted new ones, Outlook messages
    MAIL = "mail"
    HTML = "html"
    AUDIO_OR_VIDEO = "audio or video"
    PACKED = "packed"  # a tar archive, or what was packed alone
    SEVEN_ZIP = "seven zip"
    TNEF = "tnef"  # winmail.dat
    OTHER_ARCHIVE = "another archive"
    OTHER = "other"  # text, or a format that Easel does not read


def detect_picture_mimetype(data: bytes) -> str | None:
    """Return the MIME type of a picture that Easel reads, by its signature; None for others."""
    if _is_raw(data):
        return RAW_MIMETYPE
    for signature, mimetype in _PICTURE_SIGNATURES:
        if data.startswith(signature):
            return mimetype
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return _detect_brand_mimetype(data[8:12])
    # Two letters prove little: the stated size of the file or its header has to be right, too.
    is_bitmap = data.startswith(b"BM") and (
        int.from_bytes(data[2:6], "little") == len(data)
        or int.from_bytes(data[14:18], "little") in (12, 40, 64, 108, 124)
    )
    if is_bitmap:
        return "image/bmp"
    return "image/x-icon" if _is_icon(data) else None


def _is_raw(data: bytes) -> bool:
    """Whether a camera wrote its sensor's data: most do so in a TIFF of their own kind."""
    if data.startswith(_RAW_SIGNATURES) or data[4:12] == b"ftypcrx ":
        return True
    if data[:4] not in (b"II*\x00", b"MM\x00*"):
        return False
    if data[8:10] == b"CR":
        return True
    tags = read_first_directory(data)
    is_preview = tags.get(_REDUCED) == 1 and _OTHER_DIRECTORIES in tags
    return _DNG_VERSION in tags or is_preview


def _is_icon(data: bytes) -> bool:
    """Whether these are icons: their first directory entry has to lie in the file."""
    if data[:4] != b"\x00\x00\x01\x00" or len(data) < 22 or not 0 < data[4] < 64 or data[5]:
        return False
    size, start = int.from_bytes(data[14:18], "little"), int.from_bytes(data[18:22], "little")
    return data[9] == 0 and start >= 22 and size > 0 and start + size <= len(data)


def read_webp_size(data: bytes) -> tuple[int, int]:
    """Return the width and height that the header of a WebP claims; (0, 0) if it claims none."""
    chunk, header = data[12:16], data[20:30]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(header[4:7], "little"), 1 + int.from_bytes(header[7:10], "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(header[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        width, height = header[6:8], header[8:10]
        return (
            int.from_bytes(width, "little") & 0x3FFF,
            int.from_bytes(height, "little") & 0x3FFF,
        )
    return 0, 0


def _detect_brand_mimetype(brand: bytes) -> str | None:
    if brand in _AVIF_BRANDS:
        return "image/avif"
    return "image/heic" if brand in _HEIF_BRANDS else None


_SIGNATURES = (
    (b"PK\x03\x04", FileType.ZIP),
    (b"PK\x05\x06", FileType.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileType.OLE),
    (b"\x1f\x8b", FileType.PACKED),
    (b"7z\xbc\xaf\x27\x1c", FileType.SEVEN_ZIP),
    (b"Rar!\x1a\x07", FileType.OTHER_ARCHIVE),
    (b"\xfd7zXZ\x00", FileType.PACKED),
    (b"\x28\xb5\x2f\xfd", FileType.PACKED),
    (b"\x78\x9f\x3e\x22", FileType.TNEF),
    (b"ID3", FileType.AUDIO_OR_VIDEO),
    (b"OggS", FileType.AUDIO_OR_VIDEO),
    (b"fLaC", FileType.AUDIO_OR_VIDEO),
    (b"\x1a\x45\xdf\xa3", FileType.AUDIO_OR_VIDEO),
    (b"FLV\x01", FileType.AUDIO_OR_VIDEO),
    (b"#!AMR", FileType.AUDIO_OR_VIDEO),
    (b"MThd\x00\x00", FileType.AUDIO_OR_VIDEO),
)
_TAR_BLOCK_BYTES = 512
_MP3_SIGNATURES = (b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9")
_PDF_SEARCH_BYTES = 1024
_MAIL_HEADER = re.compile(
    rb"(?:from|to|subject|date|received|return-path|delivered-to|message-id|mime-version"
    rb"|content-type|reply-to|cc|dkim-signature|arc-[a-z-]+|x-[a-z-]+):[ \t]",
    re.IGNORECASE,
)
_HTML_START = re.compile(
    rb"(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html)\b"
)
# Programs that look like web pages: what people ask about is their source.
_TEMPLATE_ENDINGS = (
    ".php", ".phtml", ".vue", ".svelte", ".astro", ".jsp", ".asp", ".aspx", ".cshtml", ".erb",
    ".ejs", ".hbs", ".mustache", ".twig", ".j2", ".jinja", ".liquid", ".njk", ".tmpl", ".tpl",
)  # fmt: skip
# The record that ends a ZIP archive, and its size without the comment (PKWARE APPNOTE, 4.3.16).
_ZIP_END, _ZIP_END_BYTES, _MAX_ZIP_COMMENT_BYTES = b"PK\x05\x06", 22, 65_535
_ZIP_ENTRY = b"PK\x01\x02"
# What is left of a picture, PDF or archive of which little more than the signature came, or whose
# bytes were changed by a transfer as text. No text starts like this.
_BROKEN_STARTS = (
    b"\x89PNG", b"\x89P", b"\xff\xd8", b"GIF8", b"PK\x01", b"PK\x03", b"PK\x05", b"RIFF",
)  # fmt: skip
_MIN_NAMED_BYTES = 12
_PACKAGE_ENDINGS = (".docx", ".xlsx", ".pptx", ".zip")
_PACKAGE_KINDS = ("Word document", "Excel workbook", "PowerPoint presentation", "ZIP archive")
_AUDIO_OR_VIDEO_EXTENSIONS = (
    ".mp3", ".mp4", ".m4a", ".mov", ".wav", ".aac", ".avi", ".mkv", ".webm", ".ogg",
)  # fmt: skip


def detect_file_type(name: str, data: bytes) -> FileType:
    """Return the type of a file. Its name counts only if the bytes do not decide."""
    if detect_picture_mimetype(data) is not None:
        return FileType.PICTURE
    for signature, file_type in _SIGNATURES:
        if data.startswith(signature):
            return file_type
    if b"%PDF-" in data[:_PDF_SEARCH_BYTES]:
        return FileType.PDF
    if _is_audio_or_video(data):
        return FileType.AUDIO_OR_VIDEO
    if is_tar(data) or (data.startswith(b"BZh") and data[3:4].isdigit()):
        return FileType.PACKED
    text_type = _detect_text_type(name.lower(), data)
    # An archive counts from its end: in front of it may be a program that unpacks it, a mark, or
    # the headers of a server's answer, which look like those of a mail.
    is_junk = text_type in (FileType.OTHER, FileType.MAIL)
    return FileType.ZIP if is_junk and _has_zip_end(data) else text_type


def is_tar(head: bytes) -> bool:
    """Whether this is the start of a tar archive: the sum of its header has to be right."""
    block = head[:_TAR_BLOCK_BYTES]
    if len(block) < _TAR_BLOCK_BYTES or not block.strip(b"\0"):
        return False
    digits = block[148:156].replace(b"\0", b" ").strip()
    total = sum(block) - sum(block[148:156]) + 8 * 32
    return re.fullmatch(rb"[0-7]{1,7}", digits) is not None and int(digits, 8) == total


def _has_zip_end(data: bytes) -> bool:
    """Whether the data ends with a complete directory of a ZIP archive."""
    end = data.rfind(_ZIP_END, max(0, len(data) - _ZIP_END_BYTES - _MAX_ZIP_COMMENT_BYTES))
    if end < 0 or end + _ZIP_END_BYTES > len(data):
        return False
    start = end - int.from_bytes(data[end + 12 : end + 16], "little")
    return 0 < start < end and data[start : start + 4] == _ZIP_ENTRY


def _is_audio_or_video(data: bytes) -> bool:
    if data[:4] == b"RIFF" and data[8:12] in (b"WAVE", b"AVI "):
        return True
    if data[:4] == b"FORM" and data[8:12] in (b"AIFF", b"AIFC"):
        return True
    return data[4:8] in (b"ftyp", b"moov", b"mdat") or data.startswith(_MP3_SIGNATURES)


def _detect_text_type(name: str, data: bytes) -> FileType:
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if name.endswith(_TEMPLATE_ENDINGS):
        return FileType.OTHER
    if name.endswith((".html", ".htm", ".xhtml")) or _HTML_START.match(start.lower()):
        return FileType.HTML if b"<" in start else FileType.OTHER
    lines = start.splitlines()[:12]
    headers = sum(1 for line in lines if _MAIL_HEADER.match(line))
    if headers >= 3 or (
        headers >= 1 and name.endswith((".eml", ".emlx", ".mbox", ".mht", ".mhtml"))
    ):
        return FileType.MAIL
    return FileType.OTHER


def has_picture_extension(name: str) -> bool:
    """Whether the name of a file ends like that of a picture."""
    return name.lower().endswith(PICTURE_ENDINGS)


def has_document_extension(name: str) -> bool:
    """Whether the name ends like that of a PDF, a new Office file or an archive."""
    return name.lower().endswith((".pdf", *_PACKAGE_ENDINGS))


def is_remnant(name: str, data: bytes) -> bool:
    """Whether data that could be text is all that came of a file that its name says is binary."""
    is_binary = has_picture_extension(name) or has_document_extension(name)
    return is_binary and (len(data) < _MIN_NAMED_BYTES or data.startswith(_BROKEN_STARTS))


def is_drawing(parsed_file: ParsedFile) -> bool:
    """Whether it is a picture that comes with its words as a page."""
    return parsed_file.kind == "SVG drawing"


def is_mislabelled(name: str, parsed_file: ParsedFile) -> bool:
    """Whether the ending of a file's name promises another kind of file than it is."""
    if has_picture_extension(name):
        return not parsed_file.pictures or (bool(parsed_file.pages) and not is_drawing(parsed_file))
    if name.lower().endswith(".pdf"):
        return parsed_file.kind != "PDF"
    return name.lower().endswith(_PACKAGE_ENDINGS) and parsed_file.kind not in _PACKAGE_KINDS


def has_audio_or_video_extension(name: str) -> bool:
    """Whether the name of a file ends like that of an audio or video file."""
    return name.lower().endswith(_AUDIO_OR_VIDEO_EXTENSIONS)
