"""“Copy as Markdown file”: an answer of the thread as a file in it."""

from __future__ import annotations

from bot.commands.context import CommandContext, CommandResult
from bot.domain.answers.chart_fence import remove_fence
from bot.domain.files import GeneratedFile
from bot.domain.messages import Message
from bot.domain.stores.conversations import ConversationStore
from bot.request.commands import CopyAnswer
from bot.request.parse import ParsedRequest

_COPIED = Message("The answer as a Markdown file:")
_NOTHING = Message("There is no answer with words here that I could copy.")


class AnswerCopier:
    """Copies the answer to the message that the command is about, else the last of the thread."""

    def __init__(self, conversations: ConversationStore) -> None:
        self._conversations = conversations

    async def run(self, context: CommandContext, request: ParsedRequest) -> CommandResult | None:
        if not isinstance(request.command, CopyAnswer):
            return None
        found = await self._conversations.find_answer(
            context.thread, before=context.ts, question_ts=context.about_ts
        )
        text = remove_fence(found).strip()
        if not text:
            return CommandResult(_NOTHING)
        data = f"{text}\n".encode()
        return CommandResult(_COPIED, files=(GeneratedFile("answer.md", "text/markdown", data),))
