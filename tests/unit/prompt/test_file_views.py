"""What people are told that the model saw of their files."""

from __future__ import annotations

import pytest

from bot.domain.files import FileContext, FileRef, Image, ParsedFile
from bot.domain.pictures.areas import TINTED_PART, EditMask
from bot.domain.pictures.sight import Shares
from bot.prompt.file_views import build_file_views, format_file_views

LEFT, RIGHT = (0.05, 0.1, 0.3, 0.45), (0.625, 0.1, 0.9, 0.3)


@pytest.mark.parametrize(
    ("boxes", "is_inverted", "told"),
    [
        ([LEFT], False, "one part was to change: from the left 5–30 %, from the top 10–45 %"),
        ([LEFT, RIGHT], False, "2 parts were to change"),
        (
            [RIGHT],
            True,
            "all was to change but one part: from the left 62–90 %, from the top 10–30 %",
        ),
        ([RIGHT, LEFT, LEFT], True, "all was to change but 3 parts"),
    ],
)
def test_the_part_that_was_to_change_is_told(
    boxes: list[Shares], is_inverted: bool, told: str
) -> None:
    picture = Image("quay.png", "image/png", b"", "", 400, 300, file_id="F7")
    files = FileContext(
        new_images=(picture,),
        parsed_files={"F7": ParsedFile("quay.png", "PNG picture", (picture,))},
        mask=EditMask(b"", 400, 300, "F7", "quay.png", b"", tuple(boxes), is_inverted=is_inverted),
    )
    refs = [FileRef("F7", "quay.png", "image/png", 1)]
    answer = format_file_views(build_file_views(files, refs), refs)
    assert f"PNG picture, 400×300 pixels, of which {told}, about" in answer


def test_a_copy_that_only_shows_where_is_no_picture_of_the_file() -> None:
    picture = Image("pier.jpg", "image/jpeg", b"a", "a", 300, 200, file_id="F9")
    copy = Image("pier.jpg", "image/jpeg", b"b", "b", 300, 200, part=TINTED_PART, file_id="F9")
    files = FileContext(
        new_images=(picture, copy),
        parsed_files={"F9": ParsedFile("pier.jpg", "JPEG picture", (picture,))},
        mask=EditMask(b"", 300, 200, "F9", "pier.jpg", b"", (LEFT,)),
    )
    refs = [FileRef("F9", "pier.jpg", "image/jpeg", 1)]
    answer = format_file_views(build_file_views(files, refs), refs)
    assert "JPEG picture, 300×200 pixels, of which one part was to change" in answer
