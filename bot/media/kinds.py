"""What bytes are, by their first bytes. Decodes nothing."""

from __future__ import annotations

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}


_MARKS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)


def recognise(data: bytes) -> str | None:
    """The MIME type of a picture Easel reads, by its magic bytes; None for anything else."""
    for mark, kind in _MARKS:
        if data.startswith(mark):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return _of_brand(data[8:12])
    # Two letters are few: the size of the file has to be right as well.
    is_bitmap = data.startswith(b"BM") and int.from_bytes(data[2:6], "little") == len(data)
    return "image/bmp" if is_bitmap else None


def _of_brand(brand: bytes) -> str | None:
    if brand in _AVIF_BRANDS:
        return "image/avif"
    return "image/heic" if brand in _HEIF_BRANDS else None
