"""Reads a message of any author, as Slack shows it, into text and files. Pure.

See `content/` for its parts. Stored text holds people, channels and groups by their ids: `<@U…>`,
`<#C…|name>`, `<!subteam^S…|name>`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.files import FileRef
from bot.prompt.speaker_marks import escape_quoted_notes
from handlers.parsing.content.attachments import (
    is_forwarded,
    list_attachments,
    read_attachments,
)
from handlers.parsing.content.blocks import read_block_texts
from handlers.parsing.content.choice import choose_fuller, drop_repetitions
from handlers.parsing.content.mrkdwn import read_mrkdwn
from handlers.parsing.content.state import ReadState, complete_text
from handlers.parsing.fields import read_mapping, read_mappings, read_text
from handlers.parsing.files import merge_files, parse_files


@dataclass(frozen=True, slots=True)
class MessageContent:
    """What people see of a message.

    `mentioned` are the ids of the people whom its own words mention; `addresses_group`: they
    mention a group or a whole channel. What it quotes mentions no one.
    """

    text: str = ""
    files: tuple[FileRef, ...] = ()
    mentioned: frozenset[str] = frozenset()
    addresses_group: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to answer."""
        return not self.text and not self.files


def read_message(
    raw: Mapping[str, Any], *, bot_user_id: str = "", channel: str = ""
) -> MessageContent:
    """Read a message in `channel`, "" where that is not known.

    Never raises, and takes time in proportion to the message's length.
    Easel's name is written as `@Easel`, and left out at the start. Text that is too long is cut,
    and says so.
    """
    state, body = _read_body(raw, bot_user_id, channel)
    body = escape_quoted_notes(body)
    paragraphs = [body] if body else []
    paragraphs += drop_repetitions(read_attachments(raw, state), body)
    text = state.cut_text(complete_text("\n\n".join(paragraphs)))
    omission = state.format_omission()
    return MessageContent(
        text=f"{text}\n\n{omission}".strip() if omission else text,
        files=_collect_files(raw, channel),
        mentioned=frozenset(state.mentioned),
        addresses_group=state.addresses_group,
    )


def find_block_pictures(raw: Mapping[str, Any]) -> tuple[FileRef, ...]:
    """Return a file for each picture that a block shows and Slack stores.

    Easel's own pictures are in blocks, which give the id of the file and nothing else.
    """
    return parse_files([*_describe_block_pictures(raw)])


def _read_body(raw: Mapping[str, Any], bot_user_id: str, channel: str) -> tuple[ReadState, str]:
    """Read text and blocks, and choose. People mentioned in either are mentioned."""
    state, block_state = ReadState(bot_user_id, channel), ReadState(bot_user_id, channel)
    text = read_mrkdwn(raw.get("text"), state)
    body = choose_fuller(text, read_block_texts(_list_blocks(raw, bot_user_id), block_state))
    if body != text:
        state, block_state = block_state, state
    state.mentioned |= block_state.mentioned
    state.addresses_group = state.addresses_group or block_state.addresses_group
    return state, body


def _list_blocks(raw: Mapping[str, Any], bot_user_id: str) -> object:
    """Return the blocks of a message; of Easel's own without its buttons and its tables' captions.

    The buttons are not what it said, and a caption repeats the line above the table.
    """
    if not bot_user_id or raw.get("user") != bot_user_id:
        return raw.get("blocks")
    return [
        {key: value for key, value in block.items() if key != "caption"}
        if block.get("type") in ("table", "data_table")
        else block
        for block in read_mappings(raw.get("blocks"))
        if block.get("type") != "actions"
    ]


def _collect_files(raw: Mapping[str, Any], channel: str) -> tuple[FileRef, ...]:
    """Return the files of a message and of the messages that it forwards."""
    refs = [*parse_files(raw.get("files"))]
    for attachment in list_attachments(raw, channel):
        if is_forwarded(attachment):
            refs += parse_files(attachment.get("files"))
            for one in read_mappings(attachment.get("message_blocks")):
                refs += parse_files(read_mapping(one, "message").get("files"))
    return merge_files(refs)


def _describe_block_pictures(raw: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for block in read_mappings(raw.get("blocks")):
        file_id = read_text(read_mapping(block, "slack_file").get("id"))
        if block.get("type") == "image" and file_id:
            yield {"id": file_id, "name": "picture", "mimetype": "image/*"}
