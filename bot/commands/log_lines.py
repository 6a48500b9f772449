"""“Lines 4300-4350”: quotes lines of the thread's newest log. Asks no model and costs nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.commands.context import CommandContext, CommandResult
from bot.diagnosis.excerpt import Excerpt
from bot.domain.files import FileRef
from bot.domain.messages import Message, MessageList
from bot.domain.safe_text import clean_name
from bot.domain.stores.conversations import AFTER_ANY_TS, ConversationStore
from bot.files.logs import LogReader
from bot.files.owners import build_person_owner
from bot.request.logs.lines import ShowLines
from bot.request.parse import ParsedRequest

_MAX_LINES = 100
# What Easel adds to an answer is no log.
_OWN_NAME = re.compile(r"what-failed\.md|code-\d{1,6}\.\w+")
_LOG_NAME = re.compile(
    r"[^.]+|.*\.(?:log|txt|text|out|err|stdout|stderr|trace|xml|json|jsonl|ndjson|sarif|har|trx|tap|zip)"
    r"(?:[.-]\d{1,12}){0,3}",
    re.IGNORECASE | re.DOTALL,
)

_LINE = "Line {first:,} of {name}, which has {total:,}:"
_LINES = "Lines {first:,} to {last:,} of {name}, which has {total:,}:"
_LISTED = "Lines {first:,} to {last:,} of {total:,} in the list that I made of {name}:"
_NO_LINE = "{name} has no line {first:,}: its last is {total:,}."
_LIMIT = "_I show {count} lines at a time._"
_MASKED = Message("_What looks like a password, a key or a token is masked._")


class LogLines:
    """Quotes lines of logs."""

    def __init__(self, conversations: ConversationStore, log_reader: LogReader) -> None:
        self._conversations = conversations
        self._log_reader = log_reader

    async def run(self, context: CommandContext, request: ParsedRequest) -> CommandResult | None:
        """Quote the lines that `request` asks for; None where the thread has no log.

        Raises `EaselError`.
        """
        command = request.command
        if not isinstance(command, ShowLines):
            return None
        history = await self._conversations.load(context.thread, before=AFTER_ANY_TS, limit=0)
        ref = choose_log((*history.files, *context.files), command.file)
        if ref is None:
            return None
        first = max(1, command.first - command.context)
        wanted = command.last + command.context
        last = min(wanted, first + _MAX_LINES - 1)
        owner = build_person_owner(context.person)
        excerpt = await self._log_reader.read_lines(ref, first, last, owner=owner)
        return CommandResult(format_lines(ref.name, excerpt, command.first, is_cut=wanted > last))


def choose_log(files: Sequence[FileRef], name: str) -> FileRef | None:
    """Return the newest log of a thread, or the newest that is called `name`."""
    known = [ref for ref in files if not ref.is_gone and not ref.is_declared_picture]
    if name:
        named = [ref for ref in known if name in ref.name.lower()]
        return named[-1] if named else None
    logs = [ref for ref in known if not _OWN_NAME.fullmatch(ref.name) and not ref.is_web_page]
    logs = [ref for ref in logs if _LOG_NAME.fullmatch(ref.name)]
    return logs[-1] if logs else None


def format_lines(name: str, excerpt: Excerpt, first: int, *, is_cut: bool) -> Message:
    """Return lines as an answer: each in a code block that it cannot end, with its number."""
    if not excerpt.lines or first > excerpt.total:
        return Message(_NO_LINE, first=first, name=clean_name(name), total=excerpt.total)
    end = excerpt.lines[-1].number
    width = len(str(end))
    lines = [f"{line.number:>{width}}  {line.text}".rstrip() for line in excerpt.lines]
    longest = max(len(run) for line in lines for run in ["", *re.findall(r"`+", line)])
    mark = "`" * max(3, longest + 1)
    notes = [Message(_LIMIT, count=_MAX_LINES)] if is_cut and end < excerpt.total else []
    notes += [_MASKED] if excerpt.masked_count else []
    return MessageList([_build_head(clean_name(name), excerpt), mark, *lines, mark, *notes])


def _build_head(name: str, excerpt: Excerpt) -> Message:
    first, last, total = excerpt.lines[0].number, excerpt.lines[-1].number, excerpt.total
    if excerpt.kind != "log":
        return Message(_LISTED, first=first, last=last, name=name, total=total)
    if first == last:
        return Message(_LINE, first=first, name=name, total=total)
    return Message(_LINES, first=first, last=last, name=name, total=total)
