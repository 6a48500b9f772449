"""What Easel says under a text stands outside of the text's code, quotes, lists and tables."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.delivery.markdown import build_closing

NOTE = "_I stopped here._"
CUT_TEXTS = [
    "Here it is:\n\n```python\nfor x in y:\n    print(x",
    "```\n",
    "```",
    "text\n```py",
    "~~~sh\nnpm i\n```\nstill tildes",
    "````md\n```py\ncode\n```\nstill in four",
    "- Run this:\n\n  ```bash\n  npm i",
    "- Run this:\n  ```bash\n  npm i\n\n  npm start",
    "1. Run this:\n\n   ```bash\n   npm i\n   ",
    "10. Run this:\n\n    ```bash\n    npm i",
    "- a\n  - b\n\n    ```js\n    let x",
    "- ```python\n  print(1",
    "> Quoted:\n> ```\n> code",
    "> ```\n> code\n> more",
    "> - ```\n>   code",
    "   ```\n   code",
    "`" * 20 + "\ncode",
    "```a\nb\n```\n\n```c\nd",
    "```\n" + "x\n" * 2_000,
]
CLOSED_TEXTS = [
    "",
    "Nothing at all.",
    "An `unclosed code and **bold",
    "```inline``` is no block",
    "``` a`b",
    "```py\ncode\n```",
    "```py\ncode\n```\n\nafter\n",
    "- x\n\n  ```py\n  code\n  ```\n- y",
    "- x\n  ```\n  code\nOut of the list, and of its code.",
    "> ```\n> code\n\nOut of the quote.",
    "| a | b |\n| --- | --- |\n| 1 | `2",
    "| a | b |\n| --- | --- |\n| 1 ",
    "> a quote that is cu",
    "1. a list that is cu",
    "    ```\n    code by its indent",
]


def render(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)


def is_last_paragraph(text: str, note: str) -> bool:
    """Whether `text` ends with `note` as a paragraph of its own, in nothing."""
    tokens = render(text)[-3:]
    kinds = [token.type for token in tokens]
    is_paragraph = kinds == ["paragraph_open", "inline", "paragraph_close"]
    return is_paragraph and (tokens[1].content, tokens[1].level) == (note, 1)


def is_outside(text: str) -> bool:
    return is_last_paragraph(f"{text}{build_closing(text)}\n\n{NOTE}", NOTE)


@pytest.mark.parametrize("text", CUT_TEXTS)
def test_a_block_that_was_cut_is_closed(text: str) -> None:
    assert build_closing(text)
    assert is_outside(text)


@pytest.mark.parametrize("text", CLOSED_TEXTS)
def test_nothing_is_added_where_no_block_is_open(text: str) -> None:
    assert build_closing(text) == ""
    assert is_outside(text)


@pytest.mark.parametrize("text", [*CUT_TEXTS, *CLOSED_TEXTS])
def test_wherever_an_answer_is_cut_the_note_is_outside(text: str) -> None:
    for end in range(len(text[:300]) + 1):
        assert is_outside(text[:end]), text[:end]


_LINES = st.sampled_from(
    ["```", "```py", "~~~", "code", "", "- item", "  ```", "  code", "> quote", "> ```", "````"]
)


@example(["- item", "> quote", "  ```", "code"])
@example(["- item", "> quote", "  ```"])
@given(st.lists(_LINES, max_size=8))
def test_any_lines_leave_the_note_outside(lines: list[str]) -> None:
    assert is_outside("\n".join(lines)), lines
