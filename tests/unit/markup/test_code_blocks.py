"""Which blocks of an answer are found: fences as CommonMark has them, formulas that stand alone."""

from __future__ import annotations

import pytest

from bot.markup.code_blocks import BlockKind, CodeBlock, find_code_blocks
from bot.markup.dot import clean_attribute, replace_html
from bot.markup.faults import BrokenMarkupError, UnknownMarkupError
from bot.markup.formulas import FormulaLine, split_formula
from bot.markup.labels import list_labels
from bot.markup.mending import format_block
from bot.markup.mermaid import prepare_mermaid
from tests.support.processor_time import hold_to

M, D, F = BlockKind.MERMAID, BlockKind.DOT, BlockKind.FORMULA


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("```mermaid\npie\n```", [(M, "pie\n")]),
        ("```Mermaid title=x\npie\n```", [(M, "pie\n")]),
        ("``` {.mermaid}\npie\n```", [(M, "pie\n")]),
        ("~~~~dot\ngraph {}\n~~~\n~~~~", [(D, "graph {}\n~~~\n")]),
        ("- so:\n  ```graphviz\n  graph {}\n  ```", [(D, "graph {}\n")]),
        ("1. a\n   - b\n     ```dot\n     graph {}\n     ```", [(D, "graph {}\n")]),
        ("> ```mermaid\n> pie\n> ```", [(M, "pie\n")]),
        ("```mermaid\n> no quote\n```", [(M, "> no quote\n")]),
        ("```mermaid\r\npie\r\n```\r\n", [(M, "pie\r\n")]),
        ("````markdown\n```mermaid\npie\n```\n````", []),
        ("    ```mermaid\n    pie\n    ```", []),
        ("```mermaid\npie", []),
        ("```mermaid\n\n```", []),
        ("```python\nx = '$$a^2$$'\n```", []),
        ("```mermaid\npie\n```\n$$a^2$$\n```tex\nb\n```", [(M, "pie\n"), (F, "a^2"), (F, "b\n")]),
        ("it is \\[ a^2 \\] and `$$b^2$$`", [(F, "a^2")]),
        ("$$\na^2\n= b\n$$", [(F, "a^2\n= b")]),
        ("it costs $$ here and $$ there", []),
        ("$$ first $$$ x^2 $$", []),
        ("\\begin{align*}a&=b\\end{align*}", [(F, "\\begin{align*}a&=b\\end{align*}")]),
        ("a \\\\[2pt] b \\\\] c", []),
    ],
)
def test_blocks_are_found(text: str, found: list[tuple[BlockKind, str]]) -> None:
    assert [(block.kind, block.code) for block in find_code_blocks(text)] == found


@pytest.mark.parametrize(
    "text",
    ["```mermaid\n" * 20_000, "$$" * 50_000, "\\[" * 50_000, "`" * 100_000, "- " * 50_000,
     "\\begin{align}" * 8_000, "> " * 40_000 + "```mermaid", "```\n" * 50_000, "> ```\n" * 25_000],
)  # fmt: skip
def test_hostile_answers_are_looked_through_quickly(text: str) -> None:
    with hold_to(2):
        find_code_blocks(text)


@pytest.mark.parametrize("piece", ["(", "[", "{", ">", "((", "{(", ">a", "(a", ":  ", '"', "|a"])
def test_the_words_of_a_hostile_diagram_are_found_quickly(piece: str) -> None:
    code = f"flowchart TD\n%% {piece * 10_000}\nA[Cart] --> B"
    for kind in BlockKind:
        with hold_to(0.3):
            list_labels(CodeBlock(kind, code))
    assert "Cart" in list_labels(CodeBlock(BlockKind.MERMAID, "flowchart TD\nA-->B((Cart))"))


def test_a_block_in_a_fence_is_the_same_block() -> None:
    (block,) = find_code_blocks("````mermaid\npie\n```\n````")
    assert find_code_blocks(format_block(block)) == [block]


def test_what_mermaid_is_told_apart_from_its_words_is_easels() -> None:
    code = "---\ntitle: T\nconfig:\n  theme: x\n---\n%%{init: {\n'a': 1}}%%\nflowchart LR\n A-->B\n"
    prepared = prepare_mermaid(code + ' click A "javascript:x()"\n click B callback\n')
    assert prepared.startswith('---\ntitle: "T"\n---\n%%{init: {"theme": "default"')
    assert "javascript" not in prepared and "callback" not in prepared and "'a'" not in prepared
    assert prepared.count("%%{") == 1 and "A-->B" in prepared


def test_a_node_that_is_called_click_or_link_stays() -> None:
    code = "flowchart LR\n click --> link\n link --> links\n callback --> a[click here now]\n"
    assert prepare_mermaid(code).endswith(code)


def test_words_of_html_labels_become_plain_labels() -> None:
    code = 'digraph { a [label=<<b>x</b> &amp;<br/>"y">, tooltip="<i>"] /* <z> */ a -> b }'
    kept = 'digraph { a [label="x &\\n\\"y\\"", tooltip="<i>"] /* <z> */ a -> b }'
    assert replace_html(code) == kept
    assert replace_html("digraph { a [label=<<b>never closed") == 'digraph { a [label="never close"'


def test_only_harmless_attributes_are_kept() -> None:
    assert clean_attribute("image", "/etc/passwd") == clean_attribute("URL", "http://x") == ""
    assert clean_attribute("layout", "../x") == "" and clean_attribute("layout", "circo") == "circo"
    assert clean_attribute("fontsize", "99999") == "96" and clean_attribute("color", "red") == "red"


def test_formulas_are_taken_apart_into_lines() -> None:
    assert split_formula(r"\begin{align} a &= b \label{x} \\ &\ge c \end{align}") == [
        FormulaLine("a", "{}= b"),
        FormulaLine("", r"{}\geq c"),
    ]
    assert split_formula(r"$$\frac12$$") == [FormulaLine(r"\frac{1}{2}")]
    for broken in (r"\frac{a}{b", "a}", r"\left( x"):
        with pytest.raises(BrokenMarkupError):
            split_formula(broken)
    for unknown in ("", r"\begin{matrix}a\end{matrix}", "速度", "a $x$ b $y$"):
        with pytest.raises(UnknownMarkupError):
            split_formula(unknown)


def test_the_words_of_a_picture_are_told() -> None:
    (flow,) = find_code_blocks('```mermaid\nflowchart LR\n A["Ord<br>ers"] -->|pays| B{Ok?}\n```')
    assert list_labels(flow) == "Ord ers, pays, Ok?"
    (graph,) = find_code_blocks('```dot\ndigraph { a -> b [label="x"] }\n```')
    assert list_labels(graph) == "x, a, b"
