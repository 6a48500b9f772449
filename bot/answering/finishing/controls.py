"""Chooses the row under an answer by what the answer is. Pure.

See `handlers/web_api/visuals/controls.py` for how the row looks.
"""

from __future__ import annotations

from bot.delivery.long_answers import FILE_NAME
from bot.domain.posts import Button, Controls, MenuEntry
from bot.domain.questions import MAX_CRASHES, Answer, Ending, Outcome, Question

_BUTTONS = {Outcome.FAILED: (Button.RETRY,), Outcome.ASKED_BACK: (Button.GO_ON,)}


def choose_controls(question: Question, answer: Answer) -> Controls:
    """Return the controls of the message that ends the answer."""
    is_models = answer.ending is not Ending.NONE
    # A question that has ended the process so often is not answered again, whatever is pressed.
    is_askable = question.crashes < MAX_CRASHES
    return Controls(
        _choose_buttons(answer) if is_askable else (),
        has_feedback=is_models and answer.outcome is Outcome.ANSWERED,
        version=question.version,
        menu=_choose_menu(question, answer) if is_models else (),
    )


def _choose_buttons(answer: Answer) -> tuple[Button, ...]:
    if answer.outcome in _BUTTONS:
        return _BUTTONS[answer.outcome]
    is_models, is_cut = answer.ending is not Ending.NONE, answer.ending is Ending.CUT
    wanted = {
        Button.CONTINUE: is_cut and bool(answer.text),
        Button.WITHOUT: answer.took_along and answer.outcome is Outcome.ANSWERED,
        # Pictures without words have controls of their own.
        Button.REGENERATE: is_models and (bool(answer.text) or not answer.files),
    }
    return tuple(button for button, is_wanted in wanted.items() if is_wanted)


def _choose_menu(question: Question, answer: Answer) -> tuple[MenuEntry, ...]:
    wanted = {
        # A long answer is a file already.
        MenuEntry.COPY: bool(answer.text) and all(one.name != FILE_NAME for one in answer.files),
        MenuEntry.EARLIER: question.version > 1,
        MenuEntry.SEEN: True,
        MenuEntry.COST: True,
        # In direct messages Easel always answers.
        MenuEntry.QUIET: not question.thread.is_direct,
    }
    return tuple(entry for entry, is_wanted in wanted.items() if is_wanted)
