"""Mermaid, DOT and formulas of answers: drawn, mended once, and never in the way of the words."""

from __future__ import annotations

from pathlib import Path

from bot.playground.model.wire import build_chunk, encode_event
from tests.support.easel import EaselEnvironment, run_easel
from tests.support.model_events import build_answer, encode_delta

BROKEN = "Here it is:\n\n```mermaid\nflowchart LR\n  A[Orders --> B\n```\n\nThat is all."
CUT_OFF = (
    encode_delta(content=BROKEN),
    encode_event(build_chunk("gen-1", 1, {"content": ""}, finish="length")),
    *build_answer("")[2:],
)
MENDED = "```mermaid\nflowchart LR\n  A[Orders] --> B\n```"


def list_names(easel: EaselEnvironment, root: str) -> list[str]:
    return [file.name for reply in easel.list_replies(root) for file in reply.files]


def read_text(easel: EaselEnvironment, root: str) -> str:
    return "\n".join(reply.text for reply in easel.list_replies(root))


async def test_each_kind_is_drawn_under_its_code(easel: EaselEnvironment) -> None:
    answer = (
        "Flow:\n```mermaid\nflowchart LR\n  A[Orders] --> B[Billing]\n```\n"
        '```dot\ndigraph { a -> b [label="pays"] }\n```\n$$E = mc^2$$\n'
    )
    easel.model.script(*build_answer(answer))
    root = await easel.ask("how do orders work?")
    assert list_names(easel, root) == ["diagram-1.png", "diagram-2.png", "formula-3.png"]
    text = read_text(easel, root)
    assert "A[Orders] --&gt; B[Billing]" in text or "A[Orders] --> B[Billing]" in text
    pictures = [file for reply in easel.list_replies(root) for file in reply.files]
    assert "Orders, Billing" in pictures[0].alt and pictures[0].data.startswith(b"\x89PNG")
    assert "could not" not in text and len(easel.model.requests) == 1


async def test_a_broken_diagram_is_asked_for_once_more_with_the_parsers_words(
    easel: EaselEnvironment,
) -> None:
    easel.model.script(*build_answer(BROKEN))
    easel.model.script(*build_answer(f"Sorry!\n\n{MENDED}"))
    root = await easel.ask("how do orders work?")
    assert len(easel.model.requests) == 2
    again = easel.get_last_request()["messages"][-1]["content"][0]["text"]
    assert "The parser says: Unterminated node label" in again and "A[Orders -->" in again
    text = read_text(easel, root)
    assert "The corrected diagram:" in text and "Sorry" not in text and "could not" not in text
    assert list_names(easel, root) == ["diagram-1.png"]
    assert [row["purpose"] for row in easel.list_model_requests()] == ["answer", "repair"]


async def test_what_stays_broken_is_said_and_its_code_is_kept(easel: EaselEnvironment) -> None:
    for _ in range(2):
        easel.model.script(*build_answer(BROKEN))
    root = await easel.ask("how do orders work?")
    text = read_text(easel, root)
    assert len(easel.model.requests) == 2 and list_names(easel, root) == []
    assert "I could not draw the Mermaid diagram: “Unterminated node label" in text
    assert "A[Orders" in text and "That is all." in text and "corrected" not in text


async def test_an_answer_that_is_cut_off_is_not_mended(easel: EaselEnvironment) -> None:
    easel.model.script(*CUT_OFF)
    root = await easel.ask("how do orders work?")
    text = read_text(easel, root)
    assert len(easel.model.requests) == 1 and "I could not draw the Mermaid diagram" in text


async def test_more_than_anybody_wants_is_not_drawn(easel: EaselEnvironment) -> None:
    easel.model.script(*build_answer("\n\n".join(f"$$x^{n}$$" for n in range(8))))
    root = await easel.ask("powers?")
    assert len(list_names(easel, root)) == 6
    assert "I drew the first 6 diagrams and formulas" in read_text(easel, root)


async def test_without_room_in_the_budget_nothing_is_mended_and_that_is_said(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path, EASEL_BUDGETS="answer=0.20") as easel:
        easel.model.script(*build_answer(BROKEN, cost=0.12))
        root = await easel.ask("how do orders work? --text-only")
        text = read_text(easel, root)
        assert len(easel.model.requests) == 1
        assert text.index("I could not draw the Mermaid") < text.index("has no room for that")
