"""References in stored text, rendered as a whole and in pieces; what only looks like one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.references import (
    RenderedText,
    list_references,
    mark_literals,
    render_references,
)

LABELS = {"U0ANN": "@Ann", "C0OPS": "#ops"}
_PIECES = [
    "<@U0ANN>",
    "<@U0BEN>",
    "<#C0OPS|ops>",
    "<!here>",
    "<",
    ">",
    "@U0ANN>",
    "\u2060",
    "|",
    "a",
]
_TEXTS = st.lists(st.sampled_from(_PIECES) | st.text(max_size=2), max_size=12).map("".join)


@given(_TEXTS, st.integers(1, 9))
def test_pieces_are_rendered_as_the_whole(text: str, size: int) -> None:
    growing = RenderedText(LABELS)
    for at in range(0, len(text), size):
        growing.add(text[at : at + size])
        assert str(growing) == render_references(text[: at + size], LABELS, keep_unknown=True)
    assert bool(growing) == bool(text)
    growing.clear()
    assert not growing and str(growing) == ""


@given(_TEXTS)
def test_what_is_marked_is_no_reference_and_is_read_as_it_was(text: str) -> None:
    marked = mark_literals(text)
    assert list(list_references(marked)) == []
    assert render_references(marked, LABELS) == text
