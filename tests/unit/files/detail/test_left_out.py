"""Which pictures are left out where they are too many, and what people are told of them."""

from __future__ import annotations

from bot.domain.files import FileContext, Image, ParsedFile
from bot.domain.pictures.sight import Origin, PictureContent, Sight
from bot.files.detail.left_out import leave_out_unseen

SIGHT = Sight(1240, 1754, PictureContent.TEXT)


def build_page(
    file_id: str, number: int, count: int = 6, inner: str = "", digest: str = ""
) -> Image:
    name = f"{file_id}: {inner}" if inner else file_id
    part, origin = f"page {number} of {count}", Origin(digest, number)
    return Image(name, "image/png", b"", "", 1131, 1600, part, file_id, SIGHT, origin)


def build_scan(file_id: str, count: int = 6) -> tuple[Image, ...]:
    return tuple(build_page(file_id, number, count) for number in range(1, count + 1))


def list_parts(files: FileContext) -> list[str]:
    shown = files.pictures
    return [f"{one.file_id} {one.origin.number}" for one in shown]


def build_context(earlier: tuple[Image, ...] = (), new: tuple[Image, ...] = ()) -> FileContext:
    pictures: dict[str, list[Image]] = {}
    for one in (*earlier, *new):
        pictures.setdefault(one.file_id, []).append(one)
    parsed = {
        name: ParsedFile(name, "a file", tuple(found), count=6) for name, found in pictures.items()
    }
    return FileContext(new_images=new, earlier_images=earlier, parsed_files=parsed)


def test_of_an_earlier_file_the_first_pages_stay() -> None:
    seen = leave_out_unseen(build_context(build_scan("s.tif")), 4 * 1_250)
    assert list_parts(seen) == [f"s.tif {number}" for number in (1, 2, 3, 4)]
    assert "Left out: pages 5-6 of s.tif." in seen.notes[0]


def test_of_earlier_files_the_newest_stays_and_all_are_sent_in_their_order() -> None:
    earlier = (*build_scan("old.tif", 2), *build_scan("new.tif", 2))
    seen = leave_out_unseen(build_context(earlier), 3 * 1_250)
    assert list_parts(seen) == ["old.tif 1", "new.tif 1", "new.tif 2"]
    assert "Left out: page 2 of old.tif." in seen.notes[0]


def test_what_the_message_names_stays() -> None:
    scans = [build_scan(name, 6) for name in ("a.tif", "b.tif", "c.tif")]
    new = tuple(one for scan in scans for one in scan)
    seen = leave_out_unseen(build_context((), new), 8 * 1_250, scans[2])
    assert list_parts(seen) == ["a.tif 1", "a.tif 2", *(f"c.tif {n}" for n in range(1, 7))]
    assert "Left out: pages 3-6 of a.tif, pages 1-6 of b.tif." in seen.notes[0]
    earlier = build_scan("old.tif", 3)
    seen = leave_out_unseen(build_context(earlier, new), 2 * 1_250, earlier[2:])
    assert list_parts(seen) == ["old.tif 3", "a.tif 1"]


def test_pages_within_an_archive_are_named_as_those_of_their_own_file() -> None:
    first = tuple(build_page("a.zip", number, 3, "s.tif", "0" * 64) for number in (1, 2, 3))
    other = tuple(build_page("a.zip", number, 2, "s.tif", "1" * 64) for number in (1, 2))
    last = build_page("a.zip", 1, 2, "t.tif", "2" * 64)
    seen = leave_out_unseen(build_context((), (*first, *other, last)), 1_250)
    assert (
        "Left out: pages 2-3 of s.tif in a.zip, pages 1-2 of s.tif in a.zip,"
        " page 1 of t.tif in a.zip. Ask"
    ) in seen.notes[0]
    assert seen.parsed_files["a.zip"].left_out == "5 pictures"
    seen = leave_out_unseen(build_context((), first), 2 * 1_250)
    assert seen.parsed_files["a.zip"].left_out == "a picture"
