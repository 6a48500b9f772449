"""Edits happen in another process, and no lie of that process is more than a damaged file."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from PIL import Image

from bot.domain.llm import ImageOutput
from bot.domain.pictures.operations import Operation, OperationKind
from bot.domain.pictures.sizes import PictureSize
from bot.files.editing.editor import PictureEditor
from bot.files.editing.fitter import PictureFitter
from bot.files.sandbox.pool import NOBODY
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError
from tests.support.easel import build_png

FLIP = [Operation(OperationKind.FLIP)]
GOOD = {"before": [1, 1], "after": [1, 1, 0], "steps": [], "wanted": None, "extension": "png"}


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(max_processes=1) as opened:
        yield opened


@pytest.mark.parametrize(
    ("task", "header"),
    [
        ("edit", {}),
        ("edit", {**GOOD, "extension": "../x"}),
        ("edit", {**GOOD, "steps": ["<!channel>"]}),
        ("edit", {**GOOD, "steps": 7}),
        ("edit", {**GOOD, "after": ["a", 1, 1]}),
        ("edit", {**GOOD, "after": [1, 1, 1, 1]}),
        ("edit", {**GOOD, "before": [float("inf"), 1]}),
        ("edit", {**GOOD, "wanted": [None]}),
        ("palette", {"colours": [["<!here>", 0.5]]}),
        ("palette", {"colours": [["#ffffff", 7]]}),
        ("palette", {"colours": [["#ffffff", 0.1]] * 999}),
        ("palette", {"colours": 5}),
        ("compare", {"share": "x"}),
        ("compare", {"share": float("nan")}),
        ("compare", {"share": -1}),
    ],
)
async def test_no_lie_is_more_than_a_damaged_file(
    sandbox: Sandbox, task: str, header: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def return_lies(*_: object) -> tuple[dict[str, Any], list[bytes]]:
        return dict(header), [b"x"]

    monkeypatch.setattr(sandbox.pool, "run_task", return_lies)
    editor = PictureEditor(sandbox)
    asks: dict[str, Callable[[], Any]] = {
        "edit": lambda: editor.edit("a.png", b"", FLIP),
        "palette": lambda: editor.find_palette("a.png", b"", 6),
        "compare": lambda: editor.compare("v1, v2", [b"", b""], overlays=False),
    }
    with pytest.raises(UnreadableError) as refused:
        await asks[task]()
    assert "damaged" in refused.value.user_message


async def test_an_edit_comes_back_with_its_report_and_a_refusal_with_its_sentence(
    sandbox: Sandbox,
) -> None:
    editor = PictureEditor(sandbox)
    half = [Operation(OperationKind.RESIZE, percent=50)]
    picture, report = await editor.edit("a.png", build_png(), half)
    with Image.open(io.BytesIO(picture.data)) as opened:
        assert opened.size == report.after.sides == (32, 24) and picture.mimetype == "image/png"
    out = io.BytesIO()
    Image.new("1", (100_000, 1)).save(out, "PNG")
    with pytest.raises(UnreadableError) as refused:
        await editor.edit("long.png", out.getvalue(), half)
    assert "long.png: it is 100,000 pixels long on one side" in refused.value.user_message
    # This sentence was lost on its way.
    with pytest.raises(UnreadableError) as refused:
        await sandbox.convert("a.png", build_png(), "png", 20_000)
    assert "I make pictures up to 8,192 pixels a side" in refused.value.user_message


async def test_a_drawn_picture_that_is_as_wanted_keeps_its_bytes_and_one_that_is_none_too(
    sandbox: Sandbox,
) -> None:
    fitter = PictureFitter(PictureEditor(sandbox))
    drawn = ImageOutput(build_png(), "image/png", "ab", "a fox")
    same, notes = await fitter.fit([drawn], PictureSize(64, 48), NOBODY)
    assert same == [drawn] and notes == []
    square, notes = await fitter.fit([drawn, drawn], PictureSize(24, 24), NOBODY)
    assert len(square) == 2 and square[0].revised_prompt == "a fox" and len(notes) == 1
    # Models draw sides of whole sixteens: the few pixels too many are cut off without a word.
    story = ImageOutput(build_png(size=(1_088, 1_920)), "image/png", "ef")
    (exact,), notes = await fitter.fit([story], PictureSize(1_080, 1_920), NOBODY)
    with Image.open(io.BytesIO(exact.data)) as opened:
        assert opened.size == (1_080, 1_920) and notes == []
    broken = ImageOutput(b"nothing", "image/png", "cd")
    kept, notes = await fitter.fit([broken], PictureSize(24, 24), NOBODY)
    assert kept == [broken] and "as the model drew it" in str(notes[0])
