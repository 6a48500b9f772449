"""Pictures become sheets of paper that lie as they do, of all the pixels that there are."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.commands.changes.choosing import find_source
from bot.domain.files import FileRef
from bot.domain.pictures.operations import EditPicture, Operation, Step
from bot.files.editing.edits import edit
from bot.files.editing.opening import open_picture
from bot.files.readers.dispatch import read_file
from bot.request.commands import parse_command
from tests.support.picture_edits import CROP, FLIP, RESIZE, STRIP, draw, load, run
from tests.support.pictures import encode_picture


def parse(text: str) -> tuple[Operation, ...]:
    command = parse_command(text)
    assert isinstance(command, EditPicture)
    return command.operations


@pytest.mark.parametrize(
    ("text", "size", "steps"),
    [
        ("for A5 at 100 dpi", (827, 583), [Step.CROPPED, Step.ENLARGED]),
        ("als A5 quer mit 100 dpi", (827, 583), [Step.CROPPED, Step.ENLARGED]),
        ("for A5 portrait at 100 dpi", (583, 827), [Step.SHRUNK, Step.PADDED]),
        ("resize to 583x827", (583, 827), [Step.SHRUNK, Step.PADDED]),
        ("crop to A5 at 100 dpi", (827, 583), [Step.CROPPED, Step.ENLARGED]),
    ],
)
def test_paper_lies_as_the_picture_and_keeps_half_of_it(
    text: str, size: tuple[int, int], steps: list[Step]
) -> None:
    edited = run(encode_picture(draw(900, 420)), *parse(text))
    assert load(edited).size == size
    assert list(edited.report.steps) == steps


def test_a_passport_photo_never_lies() -> None:
    assert load(run(encode_picture(draw(900, 700)), *parse("as a passport photo"))).size == (
        413,
        531,
    )


def build_versions(*texts: str) -> list[FileRef]:
    made_from, refs = "a.png", [FileRef("F0", "a.png", "image/png")]
    for number, text in enumerate(texts, 1):
        ref = FileRef(
            f"F{number}", f"v{number}.png", "image/png", version=number, made_from=made_from,
            request_text=text,
        )  # fmt: skip
        made_from = f"v{number}"
        refs.append(ref)
    return refs


@pytest.mark.parametrize(
    ("texts", "text", "size", "step"),
    [
        (["resize to 200 px"], "resize to 150%", (300, 200), Step.ENLARGED),
        (["resize to 50%"], "for A6 at 150 dpi", (874, 620), Step.ENLARGED),
        (["resize to 200 px", "flip"], "resize to 900 px", (900, 600), Step.ENLARGED),
        (["resize to 50%", "crop to a square"], "resize to 300%", (600, 600), Step.ENLARGED),
        (["resize to 200 px"], "resize to 200 px", (200, 133), None),
        (["resize to 300 px"], "resize to 200 px", (200, 133), Step.SHRUNK),
    ],
)
def test_what_was_made_small_is_enlarged_from_what_was_sent(
    texts: list[str], text: str, size: tuple[int, int], step: Step | None
) -> None:
    versions = build_versions(*texts)
    operations = parse(text)
    source = find_source(versions[-1], versions, operations)
    assert source.ref.id == "F0"
    opened = open_picture("a.png", encode_picture(draw(600, 400)))
    edited = edit("a.png", opened, operations, source.earlier)
    assert load(edited).size == size
    assert (step in edited.report.steps) if step else not edited.report.steps
    assert edited.report.wanted is None


def test_a_scan_keeps_its_dpi_where_no_pixel_is_scaled_and_tells_of_its_first_page() -> None:
    out = io.BytesIO()
    pages = [draw(300, 200), draw(300, 200)]
    pages[0].save(out, "TIFF", dpi=(200, 200), save_all=True, append_images=pages[1:])
    cut = run(out.getvalue(), Operation(CROP, shape=(1, 1)), Operation(FLIP))
    assert round(load(cut).info["dpi"][0]) == 200 and Step.FIRST_PAGE in cut.report.steps
    assert not cut.report.after.dpi
    for operation in (Operation(RESIZE, percent=50), Operation(STRIP)):
        assert "dpi" not in load(run(out.getvalue(), operation)).info
    screen = io.BytesIO()
    pages[0].save(screen, "PNG", dpi=(96, 96))
    assert "dpi" not in load(run(screen.getvalue(), Operation(FLIP))).info


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_full_size_of_a_turned_tiff_is_told_upright(orientation: int) -> None:
    out = io.BytesIO()
    Image.new("RGB", (90, 40)).save(out, "TIFF", tiffinfo={274: orientation})
    (picture,) = read_file("a.tiff", out.getvalue()).pictures
    full = (picture.sight.full_width, picture.sight.full_height)
    assert full == ((40, 90) if orientation > 4 else (90, 40)) == (picture.width, picture.height)
