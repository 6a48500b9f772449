"""What is under an answer: its buttons, its menu, and the footer that a setting adds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.answering.draft import AnswerDraft
from bot.answering.finishing.controls import choose_controls
from bot.answering.finishing.footer import build_footer
from bot.answering.showing.kept import drop_partial_text, should_keep_earlier
from bot.domain.costs import ModelRequest
from bot.domain.files import FileRef
from bot.domain.llm import FinishReason, ResponseFinished, TextDelta
from bot.domain.posts import Button, MenuEntry
from bot.domain.questions import MAX_CRASHES, Answer, Ending, Outcome
from tests.support.values import build_question

QUESTION = build_question()
WHOLE, CUT = Answer("Hi.", ending=Ending.WHOLE), Answer("Hi", ending=Ending.CUT)
PICTURE = FileRef("F1", "fox.png", "image/png", 9, version=1)
LONG = FileRef("F2", "answer.md", "text/markdown", 25_000)
ALL = (MenuEntry.COPY, MenuEntry.SEEN, MenuEntry.COST, MenuEntry.QUIET)


@pytest.mark.parametrize(
    ("answer", "buttons", "menu"),
    [
        (WHOLE, (Button.REGENERATE,), ALL),
        (CUT, (Button.CONTINUE, Button.REGENERATE), ALL),
        (replace(WHOLE, took_along=True), (Button.WITHOUT, Button.REGENERATE), ALL),
        (replace(CUT, outcome=Outcome.STOPPED), (Button.CONTINUE, Button.REGENERATE), ALL),
        (replace(CUT, text="", outcome=Outcome.STOPPED), (Button.REGENERATE,), ALL[1:]),
        (replace(WHOLE, text="", files=(PICTURE,)), (), ALL[1:]),
        (replace(WHOLE, text="long " * 5_000, files=(LONG,)), (Button.REGENERATE,), ALL[1:]),
        (Answer("Set."), (), ()),
        (Answer(note="No.", outcome=Outcome.FAILED), (Button.RETRY,), ()),
        (Answer(note="Choose.", outcome=Outcome.ASKED_BACK), (Button.GO_ON,), ()),
    ],
)
def test_the_row_goes_by_what_the_answer_is(
    answer: Answer, buttons: tuple[Button, ...], menu: tuple[MenuEntry, ...]
) -> None:
    controls = choose_controls(QUESTION, answer)
    assert (controls.buttons, controls.menu) == (buttons, menu)
    later = choose_controls(replace(QUESTION, version=2), answer)
    assert (MenuEntry.EARLIER in later.menu) is bool(menu)
    assert choose_controls(replace(QUESTION, crashes=MAX_CRASHES), answer).buttons == ()


@pytest.mark.parametrize(
    ("reason", "is_stopped", "display_text", "ending"),
    [
        (FinishReason.STOP, False, None, Ending.WHOLE),
        (FinishReason.LENGTH, False, None, Ending.CUT),
        (FinishReason.LENGTH, False, "a table", Ending.WHOLE),
        (FinishReason.STOP, True, None, Ending.CUT),
    ],
)
def test_an_answer_that_was_cut_is_known_as_such(
    reason: FinishReason, is_stopped: bool, display_text: str | None, ending: Ending
) -> None:
    draft = AnswerDraft(is_stopped=is_stopped, display_text=display_text)
    draft.add_event(TextDelta("It was a dark and"))
    draft.add_event(ResponseFinished(reason, None))
    assert draft.build_answer((), (ModelRequest(),)).ending is ending
    assert draft.build_answer((), ()).ending is Ending.NONE


REQUEST = ModelRequest(
    model="openai/gpt-5.4-image-2",
    cost=Decimal("0.03123"),
    started_at=100.0,
    total_seconds=12.4,
)


@pytest.mark.parametrize(
    ("requests", "footer"),
    [
        ((REQUEST,), "_gpt-5.4-image-2 · 12 s · $0.0313_"),
        (
            (REQUEST, replace(REQUEST, started_at=110.0, model="other")),
            "_gpt-5.4-image-2, other · 22 s · $0.0625_",
        ),
        ((replace(REQUEST, cost=None),), "_gpt-5.4-image-2 · 12 s_"),
        (
            (replace(REQUEST, total_seconds=None, cost=Decimal(2)),),
            "_gpt-5.4-image-2 · 1 s · $2.00_",
        ),
        ((ModelRequest(),), None),
        ((), None),
    ],
)
def test_a_footer_says_what_is_known(
    requests: tuple[ModelRequest, ...], footer: str | None
) -> None:
    found = build_footer(requests)
    assert (None if found is None else str(found)) == footer


@pytest.mark.parametrize("has_footer", [False, True])
def test_a_footer_is_the_last_line_and_only_where_it_is_wanted(has_footer: bool) -> None:
    draft = AnswerDraft(has_footer=has_footer)
    draft.add_event(TextDelta("Hi."))
    assert draft.build_answer((), (REQUEST,)).note.endswith("$0.0313_") is has_footer
    failed = AnswerDraft(has_footer=has_footer)
    failed.fail(failed.length_note)
    assert "$" not in failed.build_answer((), (REQUEST,)).note


def test_only_a_regeneration_without_an_answer_keeps_the_earlier_one() -> None:
    again = replace(QUESTION, is_regeneration=True)
    stopped = Answer("Half", outcome=Outcome.STOPPED)
    assert not should_keep_earlier(QUESTION, stopped)
    assert drop_partial_text(QUESTION, stopped) == stopped
    assert should_keep_earlier(again, stopped)
    assert drop_partial_text(again, stopped).text == ""
    assert not should_keep_earlier(again, replace(stopped, files=(PICTURE,)))
    assert not should_keep_earlier(again, WHOLE)
