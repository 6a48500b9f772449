"""What a press under an answer will likely cost: told where it draws, asked where it is dear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.answering.showing.press_costs import PressCosts, plan_drawing
from bot.billing.likely_cost import LikelyCosts
from bot.domain.conversation import Thread
from bot.domain.errors import TransientError
from bot.domain.files import FileRef
from bot.domain.options import RequestOptions
from bot.domain.posts import Button, ButtonCost, Controls
from bot.domain.questions import Answer, Ending, Outcome
from bot.domain.stores.pictures import PictureCost
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.request.parse import parse_request
from tests.support.values import build_question

FAILED = Answer(note="No.", outcome=Outcome.FAILED)
WORDS = Answer("Hi.", ending=Ending.WHOLE)
PICTURE = FileRef("F1", "fox.png", "image/png", 9, version=1)
TWO = replace(WORDS, files=(PICTURE, replace(PICTURE, id="F2", version=2)))
# The model's picture, and the one with the original's surroundings around the part that was meant.
PUT_BACK = replace(
    WORDS,
    files=(
        replace(PICTURE, version=2, made_from="v1"),
        replace(PICTURE, id="F2", version=3, made_from="v2"),
    ),
)
PHOTO = FileRef("F3", "photo.jpg", "image/jpeg", 9)


@pytest.mark.parametrize(
    ("text", "answer", "count"),
    [
        ("say hello", WORDS, 0),
        ("say hello", FAILED, 0),
        ("tell a story with pictures", TWO, 2),
        ("only B3: make it grey", PUT_BACK, 1),
        ("zeichne einen Igel", FAILED, 1),
        ("draw a hedgehog --variations 3", FAILED, 3),
        ("draw a hedgehog", WORDS, 1),
        ("draw a hedgehog --text-only", FAILED, 0),
        ("make the sky purple", FAILED, 1),
        ("make the sky purple", WORDS, 0),
        ("go back to v2", FAILED, 0),
        ("v2 --as jpg", FAILED, 0),
        ("help", FAILED, 0),
    ],
)
def test_what_would_be_drawn_once_more(text: str, answer: Answer, count: int) -> None:
    plan = plan_drawing(parse_request(text), answer)
    assert count == (0 if plan is None else plan.options.variations or 1)


class Ledger:
    """Tells what pictures cost, unless it is away."""

    def __init__(self, cost: str = "0.2", *, is_away: bool = False) -> None:
        self._costs = [PictureCost(Decimal(cost), "--quality high, 0 pictures")] * 3
        self._is_away = is_away

    async def list_costs(self, team: str, model: str) -> Sequence[PictureCost]:
        if self._is_away:
            raise TransientError("away")
        return self._costs


def build_costs(ledger: Ledger, *files: FileRef, draws: bool = True) -> PressCosts:
    info = GPT_5_4_IMAGE_2
    if not draws:
        info = replace(info, output_modalities=frozenset({"text"}))
    high = RequestOptions(quality="high")
    likely = LikelyCosts(ledger, lambda: [info], lambda _: high, lambda: 0.0)

    async def list_files(_: Thread) -> Sequence[FileRef]:
        return files

    return PressCosts(likely, list_files, Decimal("0.3"))


async def add(costs: PressCosts, text: str, answer: Answer, *buttons: Button) -> Controls:
    request = parse_request(text)
    return await costs.add(Controls(buttons), build_question(text), request, answer)


async def test_each_button_has_its_cost_and_what_is_dear_is_asked_first() -> None:
    buttons = Button.CONTINUE, Button.WITHOUT, Button.REGENERATE
    controls = await add(build_costs(Ledger()), "a story with pictures", TWO, *buttons)
    assert controls.costs == (
        ButtonCost(Button.CONTINUE, Decimal("0.2")),
        ButtonCost(Button.WITHOUT, Decimal("0.4"), is_dear=True),
        ButtonCost(Button.REGENERATE, Decimal("0.4"), is_dear=True),
    )
    assert (await add(build_costs(Ledger()), "say one", WORDS, *buttons)).costs == ()
    assert (await add(build_costs(Ledger()), "draw a cat", FAILED, Button.DELETE)).costs == ()


@pytest.mark.parametrize("files", [(), (PICTURE,), (PHOTO,), (replace(PHOTO, mode="tombstone"),)])
async def test_a_change_costs_only_where_there_is_a_picture(files: tuple[FileRef, ...]) -> None:
    costs = build_costs(Ledger(), *files)
    controls = await add(costs, "make it brighter", FAILED, Button.RETRY)
    is_there = bool(files) and not files[0].is_gone
    assert controls.costs == ((ButtonCost(Button.RETRY, Decimal("0.2")),) if is_there else ())


async def test_nothing_is_told_of_what_is_unknown_or_next_to_nothing() -> None:
    for costs in (
        build_costs(Ledger(is_away=True)),
        build_costs(Ledger(), draws=False),
        build_costs(Ledger("0.004")),
    ):
        assert (await add(costs, "draw a cat", FAILED, Button.RETRY)).costs == ()
