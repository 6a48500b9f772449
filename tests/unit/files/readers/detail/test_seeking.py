"""Pages, frames and pictures in other files are found again at their full size."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Sequence
from email.message import EmailMessage

import pptx
import pytest
from PIL import Image, ImageSequence

from bot.domain.files import Image as SentImage
from bot.domain.files import ParsedFile
from bot.domain.pictures.sight import WHOLE_FILE, Origin
from bot.files.detail.plan import ViewPlan
from bot.files.readers.detail.cutting import cut_picture
from bot.files.readers.detail.seeking import find_pictures
from bot.files.readers.dispatch import read_file
from bot.files.readers.pictures import render_pages
from bot.files.unreadable import UnreadableError
from tests.support.archives import build_zip
from tests.support.pages import draw_text
from tests.support.pictures import build_png_header, encode_picture, open_picture

PAGES = [draw_text((420, 2400), 14, seed=seed).picture.convert("L") for seed in (1, 2, 3)]
PAGE, OTHER = encode_picture(PAGES[0]), encode_picture(PAGES[1])


def save_all(pictures: Sequence[Image.Image], kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    first, *others = (picture.copy() for picture in pictures)
    first.save(out, kind, save_all=True, append_images=others, **options)
    return out.getvalue()


def pack_tar(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def write_mail(*attachments: tuple[str, bytes]) -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "scans", "alex@example.org"
    mail.set_content("Here they are.")
    for name, data in attachments:
        mail.add_attachment(data, "application", "octet-stream", filename=name)
    return mail.as_bytes()


def build_show(*pictures: bytes) -> bytes:
    show, out = pptx.Presentation(), io.BytesIO()
    for data in pictures:
        slide = show.slides.add_slide(show.slide_layouts[6])
        slide.shapes.add_picture(io.BytesIO(data), 0, 0)
    show.save(out)
    return out.getvalue()


def find_picture(name: str, data: bytes, origin: Origin) -> bytes:
    return find_pictures(name, data, [origin.sha256], read_file)[origin.sha256]


def unite(parts: Sequence[SentImage]) -> Image.Image:
    """Put the parts of a picture together again."""
    first = parts[-1].sight
    whole = Image.new("L", (first.full_width, first.full_height))
    for part in parts:
        if part.sight.box is not None:
            whole.paste(open_picture(part.data).convert("L"), part.sight.box[:2])
    return whole


FILES = {
    "album.zip": build_zip({"a/other.png": OTHER, "a/page.png": PAGE}),
    "album.tgz": pack_tar({"other.png": OTHER, "page.png": PAGE}),
    "mail.eml": write_mail(("other.png", OTHER), ("page.png", PAGE)),
    "zipped.eml": write_mail(("album.zip", build_zip({"other.png": OTHER, "page.png": PAGE}))),
    "mailed.zip": build_zip({"mail.eml": write_mail(("other.png", OTHER), ("page.png", PAGE))}),
    "show.pptx": build_show(OTHER, PAGE),
    "page.png.gz": gzip.compress(PAGE),
}


@pytest.mark.parametrize("name", FILES)
def test_a_picture_in_another_file_is_cut_from_its_own_pixels(name: str) -> None:
    data = FILES[name]
    picture = read_file(name, data).pictures[-1]
    assert picture.origin.sha256 and (picture.sight.full_width, picture.height) == (420, 2048)
    found = find_picture(name, data, picture.origin)
    assert found == PAGE
    parts = cut_picture(name, found, ViewPlan(), picture.origin.number).pictures
    assert unite(parts).tobytes() == PAGES[0].tobytes()


@pytest.mark.parametrize(
    ("kind", "options"),
    [("TIFF", {"compression": "tiff_lzw"}), ("PNG", {})],
)
def test_a_page_or_frame_is_cut_from_its_own_pixels(kind: str, options: dict[str, object]) -> None:
    data = save_all(PAGES, kind, **options)
    pictures = read_file("a", data).pictures
    assert [one.origin for one in pictures] == [Origin("", number) for number in (1, 2, 3)]
    for picture, page in zip(pictures, PAGES, strict=True):
        parts = cut_picture("a", data, ViewPlan(), picture.origin.number).pictures
        assert unite(parts).tobytes() == page.tobytes()


def test_a_frame_of_a_gif_is_cut_with_what_earlier_ones_left_on_it() -> None:
    frames = [page.crop((0, 0, 420, 1000)) for page in PAGES]
    data = save_all(frames, "GIF", duration=100)
    with Image.open(io.BytesIO(data)) as animation:
        shown = [frame.convert("RGB").tobytes() for frame in ImageSequence.Iterator(animation)]
    for number, pixels in enumerate(shown, 1):
        (whole,) = cut_picture("a.gif", data, ViewPlan(), number).pictures
        assert whole.sight.box is None and whole.width == 420
        assert open_picture(whole.data).convert("RGB").tobytes() == pixels


def test_a_page_of_a_tiff_in_an_archive_is_found_by_both() -> None:
    inner = save_all(PAGES, "TIFF")
    data = build_zip({"other.png": OTHER, "scan.tif": inner})
    picture = read_file("a.zip", data).pictures[2]
    assert (picture.name, picture.part, picture.origin.number) == ("scan.tif", "page 2 of 3", 2)
    found = find_picture("a.zip", data, picture.origin)
    parts = cut_picture("a.zip", found, ViewPlan(), 2).pictures
    assert unite(parts).tobytes() == PAGES[1].tobytes()


def test_what_is_not_in_the_file_is_not_found() -> None:
    data = FILES["album.zip"]
    with pytest.raises(UnreadableError):
        find_picture("album.zip", data, Origin("0" * 64))
    # Looking for one leaves nothing behind.
    assert len(read_file("album.zip", data).pictures) == 2
    tiff = save_all(PAGES, "TIFF")
    with pytest.raises(UnreadableError):
        cut_picture("a.tif", tiff, ViewPlan(), 9)


@pytest.mark.parametrize(
    ("huge", "why"),
    [((12_000, 10_000), "too many pixels"), ((100_001, 300), "too long"), ((1, 5_000), "too thin")],
)
def test_a_page_that_claims_too_much_is_refused_and_the_others_are_shown(
    huge: tuple[int, int], why: str
) -> None:
    pages = [PAGES[0], Image.new("L", huge), PAGES[1]]
    data = save_all(pages, "TIFF", compression="tiff_lzw")
    read = read_file("a.tif", data)
    assert [one.part for one in read.pictures] == ["page 1 of 3", "page 3 of 3"]
    assert read.left_out == "page 2, which is larger or thinner than I can show"
    assert not read.is_incomplete
    with pytest.raises(UnreadableError) as error:
        render_pages("a.tif", data, [2])
    assert error.value.why == why
    with pytest.raises(UnreadableError) as error:
        read_file("a.tif", save_all([Image.new("L", huge)] * 2, "TIFF", compression="tiff_lzw"))
    assert error.value.why == why
    assert cut_picture("a.tif", data, ViewPlan(), 3).pictures


def test_a_file_is_read_once_for_all_pictures_that_are_looked_for() -> None:
    scans = save_all(PAGES[1:], "TIFF")
    data = build_zip({"text.txt": b"words", "other.png": OTHER, "page.png": PAGE, "s.tif": scans})
    origins = [one.origin for one in read_file("a.zip", data).pictures]
    reads = list[str]()

    def read(name: str, data: bytes) -> ParsedFile:
        reads.append(name)
        return read_file(name, data)

    digests = {one.sha256 for one in origins}
    found = find_pictures("a.zip", data, {*digests, "0" * 64}, read)
    assert sorted(found.values()) == sorted([OTHER, PAGE, scans]) and reads == ["a.zip"]
    assert set(found) == digests and len(origins) == 4


def test_nothing_is_decoded_while_a_picture_is_looked_for() -> None:
    # Each of these would be refused for its size, and is passed over.
    bombs = {f"{number}.png": build_png_header(30_000, 30_000) for number in range(9)}
    data = build_zip({**bombs, "page.png": PAGE})
    (picture,) = read_file("a.zip", data).pictures
    assert find_picture("a.zip", data, picture.origin) == PAGE


def test_pictures_that_are_too_many_are_not_decoded() -> None:
    small = encode_picture(Image.new("L", (40, 40)))
    pictures = {f"{number}.png": small for number in range(6)}
    # Decoded, this one would be refused as damaged.
    data = build_zip({**pictures, "last.png": build_png_header(40, 40)})
    read = read_file("a.zip", data)
    assert len(read.pictures) == 6
    assert "last.png, " in read.pages[0] and "I look at only so many pictures" in read.pages[0]


def test_equal_pictures_in_an_archive_are_told_apart() -> None:
    same = {"mo.png": PAGE, "tu.png": PAGE, "we.png": OTHER}
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg' width='90' height='90'><rect/></svg>"
    drawings = {"a.svg": drawing, "b.svg": drawing.replace(b"90", b"80"), "c.svg": drawing}
    data = build_zip({**same, **drawings})
    origins = [one.origin for one in read_file("a.zip", data).pictures]
    assert len(set(origins)) == 6 and all(one.sha256 for one in origins)
    assert [one.twin for one in origins] == [0, 1, 0, 0, 0, 1]
    assert find_picture("a.zip", data, origins[1]) == PAGE
    assert find_picture("a.zip", data, origins[2]) == OTHER
    assert read_file("a.svg", drawing).pictures[0].origin == WHOLE_FILE


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["TIFF", "JPEG", "PNG", "WEBP"])
def test_the_size_of_a_turned_picture_is_that_of_the_upright_one(kind: str, turn: int) -> None:
    stored = Image.new("RGB", (2600, 1300), "white")
    exif = Image.Exif()
    exif[0x0112] = turn
    more = {"tiffinfo": {0x0112: turn}} if kind == "TIFF" else {"exif": exif}
    (picture,) = read_file("a", encode_picture(stored, kind, **more)).pictures
    size = (1300, 2600) if turn > 4 else (2600, 1300)
    assert (picture.sight.full_width, picture.sight.full_height) == size
    assert (picture.width > picture.height) is (size[0] > size[1])
