"""One member's heavy files do not hold up those of another, and whose files come last is told."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bot.files.file_messages import BEHIND_OTHERS_MESSAGE
from bot.files.sandbox import turns
from bot.files.sandbox.sandbox import Sandbox
from bot.playground.slack.directory import add_person
from tests.support.answers import wait_for_answers
from tests.support.easel import GENERAL, MENTION, EaselEnvironment, build_png


def build_heavy_svg(seed: int, size: int = 1_300_000) -> bytes:
    """A drawing of many small squares, which takes a decoder about a second."""
    dice = random.Random(seed)
    parts, length = ['<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900">'], 0
    while length < size:
        x, y = dice.randrange(900), dice.randrange(900)
        name = f"{dice.getrandbits(1200):0300x}"
        parts.append(f'<rect id="r{name}" x="{x}" y="{y}" width="3" height="3"/>')
        length += len(parts[-1])
    return "".join([*parts, "</svg>"]).encode()


@pytest.fixture
def read_names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files, in the order in which they were read or refused."""
    read, names = Sandbox.read, list[str]()

    async def note_end(self: Sandbox, name: str, data: bytes, **more: Any) -> object:
        try:
            return await read(self, name, data, **more)
        finally:
            names.append(name)

    monkeypatch.setattr(Sandbox, "read", note_end)
    return names


async def test_a_small_picture_is_seen_before_the_heavy_ones_of_somebody_else(
    easel: EaselEnvironment, read_names: list[str]
) -> None:
    drawings = [(f"plan-{number}.svg", build_heavy_svg(number)) for number in range(8)]
    heavy = await easel.slack.post_as_person(GENERAL, f"{MENTION} see these", files=drawings)
    await easel.slack.wait_until(lambda: read_names, seconds=120)
    before = len(read_names)
    small = await easel.slack.post_as_person(
        GENERAL, f"{MENTION} and this", user="U0SAM", files=[("fox.png", build_png((320, 200)))]
    )
    await wait_for_answers(easel.slack, GENERAL, small, seconds=120)
    # At most the two that are being read, and one that ended before the message came in.
    assert read_names.index("fox.png") - before <= 3
    assert "320 × 200" in easel.list_replies(small)[0].text
    await wait_for_answers(easel.slack, GENERAL, heavy, seconds=300)
    assert sorted(read_names) == sorted(["fox.png", *(name for name, _ in drawings)])


async def test_whose_files_come_behind_those_of_others_is_told_once(
    easel: EaselEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a first file takes is as much as anybody may use.
    monkeypatch.setattr(turns, "HEAVY_SECONDS", 0.0)
    texts = []
    for number in range(3):
        root = await easel.ask("see", files=[(f"{number}.png", build_png((50 + number, 50)))])
        texts.append(easel.list_replies(root)[-1].text)
    assert [BEHIND_OTHERS_MESSAGE in text for text in texts] == [True, False, False]
    # Who sends nothing is told nothing.
    ts = await easel.slack.post_as_person(GENERAL, f"{MENTION} say hello", user="U0SAM")
    (reply,) = await wait_for_answers(easel.slack, GENERAL, ts)
    assert reply.text == "hello"


async def test_it_is_told_in_the_language_of_who_sent_the_files(
    easel: EaselEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "HEAVY_SECONDS", 0.0)
    add_person(easel.slack.workspace, "U0LUC", "Luc", locale="de-DE")
    await easel.ask("hallo", user="U0LUC")
    root = await easel.ask("Was ist das?", user="U0LUC", files=[("a.png", build_png())])
    assert "kommen die Dateien anderer zuerst dran" in easel.list_replies(root)[-1].text
