"""Builds the forms in which one message can be sent, the richest first, and tries them in turn.

Slack may refuse how a message is built (blocks, metadata, Markdown) although it would take its
words. `errors.py` tells such a refusal, `ContentRefused`, from one that no other form would change.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, TypeAlias, TypeVar

import structlog

from bot.delivery.escaper import escape_again
from bot.delivery.markdown import join_note
from bot.domain.answers.chart_fence import NativeChart
from bot.domain.errors import ContentRefused
from bot.domain.messages import Message, render
from bot.domain.posts import Button, PostMetadata
from handlers.web_api.blocks import (
    build_blocks,
    build_markdown_blocks,
    build_metadata,
    build_notification_text,
)
from handlers.web_api.tables import (
    build_data_table_block,
    build_table_block,
    find_table,
    format_text_table,
)
from handlers.web_api.visuals.charts import build_chart_block, split_chart
from handlers.web_api.visuals.controls import build_control_blocks

log = structlog.get_logger(__name__)

# The arguments of a call that carry the content of a message.
Form: TypeAlias = dict[str, Any]
_T = TypeVar("_T")

# `chat.update` refuses a longer `text`, which is no matter where blocks carry the words.
MAX_UPDATE_TEXT_CHARS = 4_000

BUTTON_MESSAGES = {
    Button.RETRY: Message(
        "_Slack did not take my “Retry” button. To have me try again, please ask again._"
    ),
    Button.GO_ON: Message(
        "_Slack did not take my “Go on” button. Please choose the other way that I named, or ask"
        " again later._"
    ),
    Button.CONTINUE: Message(
        "_Slack did not take my “Continue” button. To have me go on, please write “go on”._"
    ),
    Button.WITHOUT: Message(
        "_Slack did not take my “Without it” button. To have me answer without it, please say all"
        " that you want in one message._"
    ),
    Button.DELETE: Message(
        "_Slack did not take my “Delete the answer” button. Who manages your workspace can delete"
        " the answer._"
    ),
    Button.STOP: Message("_To end it, write “stop” here._"),
}
_CODE_PATTERN = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]*`)", re.DOTALL)
_BOLD_PATTERN = re.compile(r"\*\*([^*\n]+)\*\*")
# Neither a label nor an address runs on to the end of a text that is full of their beginnings.
_LINK_PATTERN = re.compile(r"!?\[([^\[\]\n]*+)\]\((https?://(?:[^)\s\]]++|\](?!\())++)\)")


def build_post_forms(text: str, metadata: PostMetadata) -> Iterator[Form]:
    """Yield the forms of a new message. One that needs no blocks has none."""
    chart, text = split_chart(text)
    yield from _build_chart_forms(chart, text, metadata)
    yield from _build_table_forms(text, metadata)
    if not metadata.controls.is_empty:
        yield _build_markdown_form(text, metadata)
    words = _add_button_words(text, metadata)
    yield {"markdown_text": words}
    yield {"text": format_plain_text(words)}


def build_update_forms(text: str, metadata: PostMetadata) -> Iterator[Form]:
    """Yield the forms of an edit. Each removes the blocks, and so the buttons, that it replaces.

    An empty list removes the blocks (docs.slack.dev, `chat.update`). It cannot be given with
    `markdown_text`, so that is no form of an edit.
    """
    chart, text = split_chart(text)
    yield from _build_chart_forms(chart, text, metadata)
    yield from _build_table_forms(text, metadata)
    yield _build_markdown_form(text, metadata)
    plain = format_plain_text(_add_button_words(text, metadata))
    if len(plain) <= MAX_UPDATE_TEXT_CHARS:
        yield {"text": plain, "blocks": []}


def build_stop_forms(text: str, metadata: PostMetadata) -> Iterator[Form]:
    """Yield the forms of the end of a stream, which `text` is added to."""
    _, text = split_chart(text)
    if metadata.controls.is_empty:
        yield {"markdown_text": text or None}
        return
    yield {"markdown_text": text or None, "blocks": build_control_blocks(metadata)}
    yield {"markdown_text": _add_button_words(text, metadata)}


async def send_first_accepted(
    forms: Iterable[Form], metadata: PostMetadata, send: Callable[[Form], Awaitable[_T]]
) -> _T:
    """Send the first of `forms` that Slack takes, with the metadata unless that is refused.

    Slack takes nearly always the first, so each form is built when the one before was refused.
    Raises `ContentRefused` if Slack takes none of them.
    """
    extra: Form = {"metadata": build_metadata(metadata)}
    remaining = iter(forms)
    form = next(remaining)
    while True:
        try:
            return await send({**form, **extra})
        except ContentRefused as error:
            log.warning("form_refused", method=error.method, code=error.code)
            if extra and "metadata" in error.code:
                extra = {}
            elif (following := next(remaining, None)) is not None:
                form = following
            elif extra:
                extra = {}
            else:
                raise


def format_plain_text(text: str) -> str:
    """Return Markdown as a message shows it that knows no Markdown: tables aligned, links bare."""
    _, rest = split_chart(text)
    parts = list[str]()
    while (table := find_table(rest)) is not None:
        parts += [_format_plain_words(rest[: table.start]), format_text_table(table)]
        rest = rest[table.end :]
    return escape_again("".join([*parts, _format_plain_words(rest)]), text)


def _format_plain_words(text: str) -> str:
    """Translate the marks of Markdown, except in code."""
    parts = _CODE_PATTERN.split(text)
    # Code is at the odd places: the pattern is one group.
    parts[::2] = [
        _BOLD_PATTERN.sub(r"*\1*", _LINK_PATTERN.sub(r"\1 (\2)", part)) for part in parts[::2]
    ]
    return "".join(parts)


def _add_button_words(text: str, metadata: PostMetadata) -> str:
    """Say what the buttons would have done that an answer needs, where Slack shows none."""
    notes = [BUTTON_MESSAGES[one] for one in metadata.controls.buttons if one in BUTTON_MESSAGES]
    words = text
    for note in notes:
        words = join_note(words, render(note, metadata.language))
    return escape_again(words, text) if notes else text


def _build_chart_forms(
    chart: NativeChart | None, text: str, metadata: PostMetadata
) -> Iterator[Form]:
    """Yield the form with the chart as a block, which not all of Slack takes."""
    if chart is not None:
        blocks = [build_chart_block(chart), *build_blocks(text, metadata)]
        yield {"text": build_notification_text(text), "blocks": blocks}


def _build_table_forms(text: str, metadata: PostMetadata) -> Iterator[Form]:
    """Yield the forms whose table is a block: the newer kind first, which not all of Slack takes.

    Source: docs.slack.dev, "Data table block".
    """
    table = find_table(text)
    if table is None:
        return
    kinds = (
        (table.fits_data_table, build_data_table_block),
        (table.fits_table, build_table_block),
    )
    for fits, build_table in kinds:
        if fits:
            blocks = build_blocks(text, metadata, build_table=build_table)
            yield {"text": build_notification_text(text), "blocks": blocks}


def _build_markdown_form(text: str, metadata: PostMetadata) -> Form:
    """Return the form of one block of Markdown, its table too, and of the controls."""
    blocks = [*build_markdown_blocks(text), *build_control_blocks(metadata)]
    return {"text": build_notification_text(text), "blocks": blocks}
