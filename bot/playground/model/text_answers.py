"""The played model's answers in words: sums, essays, code, a haiku, or the question again. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

_SUM_PATTERN = re.compile(
    r"(?:^|\b(?:what(?:'s| is)|how much is|calculate|compute|plus)\s+)"
    r"(-?\d+(?:\.\d+)?)\s*([-+*/x×÷:])\s*(-?\d+(?:\.\d+)?)(?![\d-])",
    re.IGNORECASE,
)
_WORD_COUNT_PATTERN = re.compile(r"(\d{2,4})\s+words", re.IGNORECASE)
_REFERENCE_PATTERN = re.compile(r"^<[@#!]|https?://")
_CODE_ANSWER = """A small function for “{question}”:

```python
def answer() -> str:
    return {literal}
```

It takes no arguments."""
_HAIKU_ANSWER = """*Slow fan, patient disk —*
*the cursor blinks like a star.*
*Tea first, then answers.*"""


def summarize_thread(earlier: tuple[str, ...], max_words: int) -> str:
    """Summarize a thread: the beginning of each message, about `max_words` words in all.

    An earlier summary may keep half of the room.
    """
    max_chars, lines = 6 * max_words, list[str]()
    if earlier and earlier[0].startswith("- "):
        earlier, lines = earlier[1:], [earlier[0][: max_chars // 2]]
    share = max(40, (max_chars - sum(map(len, lines))) // max(1, len(earlier)))
    lines += [f"- {text[:share]}" for text in earlier if text]
    return "\n".join(lines)[:max_chars]


def answer_text(question: str, said: Sequence[tuple[str, str]]) -> str:
    """Work out a sum, write what is asked for, or repeat the question and count its words.

    `said` is what was said earlier, each with who said it.
    """
    question = html.unescape(question)
    words = question.split()
    if match := _SUM_PATTERN.search(question):
        return _calculate(match)
    if match := _WORD_COUNT_PATTERN.search(question):
        return _write_essay(question, min(int(match[1]), 3000))
    if re.match(r"(say|repeat|echo)\b", question, re.IGNORECASE) and len(words) > 1:
        return question.split(None, 1)[1]
    if re.search(r"\b(code|function|python|script)\b", question, re.IGNORECASE):
        return _CODE_ANSWER.format(question=question, literal=repr(question[:60]))
    if re.search(r"\bhaiku\b", question, re.IGNORECASE):
        return _HAIKU_ANSWER
    lines = [f"You asked: “{question}”", ""]
    if said:
        name, words_said = said[-1]
        lines += [f"Earlier in this thread {name} said: “{words_said[:120]}”", ""]
    # Addresses and people are none of the words that somebody says.
    spoken = [word for word in words if not _REFERENCE_PATTERN.search(word)] or words
    longest = max(spoken, key=len, default="nothing").strip(".,;:!?")
    word_count = f"{len(words)} word{'s' if len(words) != 1 else ''}"
    lines += [
        f"That is **{word_count}**; the longest is *{longest}*.",
        "",
        "I am the playground's model: I can draw what you name, change a picture you send,"
        " describe it, or work out a sum.",
    ]
    return "\n".join(lines)


def _calculate(match: re.Match[str]) -> str:
    left, sign, right = float(match[1]), match[2], float(match[3])
    if sign in "/÷:" and right == 0:
        return "Dividing by zero has no result."
    result = {
        "+": left + right,
        "-": left - right,
        "*": left * right,
        "x": left * right,
        "×": left * right,
    }.get(sign, left / right if right else 0.0)
    return (
        f"{match[1]} {sign} {match[3]} = **{result:g}**"
        if abs(result) < 1e6
        else f"= **{result:,.0f}**"
    )


def _write_essay(question: str, count: int) -> str:
    words = (question.split() or ["words"]) * (count // max(len(question.split()), 1) + 1)
    words = words[:count]
    paragraphs = [" ".join(words[start : start + 60]) + "." for start in range(0, count, 60)]
    return "\n\n".join(paragraph[:1].upper() + paragraph[1:] for paragraph in paragraphs)
