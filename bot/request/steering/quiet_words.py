"""Recognises a message that asks Easel to be quiet, or not to be any more. Pure.

`storage/steering/quiet.py` decides which messages are answered then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from bot.request.steering.plain_words import PADDING, normalize_words

# What a menu stands for, as a person would write it.
LEAVE_WORDS = "leave this thread"
MENTIONS_ONLY_WORDS, NO_MENTION_WORDS = "answer only when mentioned", "answer without a mention"
# A message that says more than this is about something.
_MAX_CHARS = 100
_LEAVE = (
    r"leave(?: (?:this|the|our))?(?: (?:thread|conversation|discussion))?|go away"
    r"|verlass(?:e)?(?: (?:den|diesen|diese|die|das|dieses))?"
    r" (?:thread|faden|unterhaltung|gesprach)"
    r"|(?:den|diesen) (?:thread|faden) verlassen|geh (?:raus|weg)"
    r"|quitte[rz]?(?: (?:ce|le|cette|la))? (?:fil|thread|conversation|discussion)|va t'?en"
    r"|(?:sal|salte|abandona|deja)(?: de)?(?: (?:este|el|esta|la)) (?:hilo|conversacion)|vete"
    r"|(?:この)?(?:スレッド|会話)(?:から|を)?(?:退出|離脱|抜け|離れ|出)(?:して|て)(?:下さい|ください)?"
)
_IN_PLACE = (
    r"(?: (?:here|in (?:this|the) channel|hier|in diesem (?:channel|kanal)|ici|dans ce canal"
    r"|aqui|en este canal))?"
)
_MENTION = r"(?:(?:when|if) (?:you are |you're |someone |somebody )?(?:mentioned|mentions you)"
_MENTION += r"|(?:when|if) i mention you|to mentions|on mentions?)"
_QUIET = (
    rf"(?:answer|reply|respond|speak){_IN_PLACE} only {_MENTION}{_IN_PLACE}"
    rf"|only (?:answer|reply|respond|speak){_IN_PLACE} {_MENTION}{_IN_PLACE}"
    rf"|antworte{_IN_PLACE} nur(?: noch)? (?:bei erwahnung(?:en)?|auf erwahnung(?:en)?"
    r"|wenn (?:du erwahnt wirst|man dich erwahnt|dich jemand erwahnt))"
    rf"|(?:ne )?repond[sz]?{_IN_PLACE} (?:que|qu'|seulement|uniquement) ?"
    r"(?:(?:quand|si|lorsque|lorsqu') ?(?:on te mentionne|tu es mentionne)|aux mentions)"
    rf"|responde{_IN_PLACE} (?:solo|solamente|unicamente) (?:(?:cuando|si) "
    r"(?:te (?:mencion[ae]n?)|alguien te mencion[ae]|se te mencion[ae])|a menciones)"
    r"|メンション(?:された|した)?(?:の)?(?:時|とき|場合)?(?:に)?(?:だけ|のみ)(?:に)?"
    r"(?:答えて|回答して|返事して|返信して|応答して)(?:下さい|ください)?"
)
_AGAIN = r"(?: again| wieder| a nouveau| de nouveau| de nuevo| otra vez)?"
_LOUD = (
    rf"(?:answer|reply|respond){_IN_PLACE}(?: also)? without (?:(?:a|being) )?"
    rf"(?:mention(?:s|ed)?){_AGAIN}|answer in threads{_AGAIN}"
    rf"|antworte{_IN_PLACE}{_AGAIN}(?: auch)? ohne erwahnung(?:en)?"
    rf"|repond[sz]?{_IN_PLACE}{_AGAIN}(?: aussi)? sans mention{_AGAIN}"
    rf"|responde{_IN_PLACE}{_AGAIN}(?: tambien)? sin menci(?:on|ones){_AGAIN}"
    r"|メンション(?:が)?(?:なし|無し|なく|無く)(?:で|て)?も?"
    r"(?:答えて|回答して|返事して|返信して|応答して)(?:下さい|ください)?"
)
_PATTERNS = {
    name: re.compile(rf"(?:{PADDING} )*(?:{words})(?: {PADDING})*")
    for name, words in (("leave", _LEAVE), ("quiet", _QUIET), ("loud", _LOUD))
}


@dataclass(frozen=True, slots=True)
class LeaveThread:
    """`leave this thread`: nothing in it is answered any more, until somebody mentions Easel."""


@dataclass(frozen=True, slots=True)
class AnswerMentionsOnly:
    """`answer only when mentioned`, for a channel; not `is_on`: `answer without a mention`."""

    is_on: bool


QuietCommand: TypeAlias = LeaveThread | AnswerMentionsOnly


def parse_quiet_command(text: str) -> QuietCommand | None:
    """Return what `text` asks for and says nothing else; None for any other message."""
    if not text or len(text) > _MAX_CHARS:
        return None
    words = normalize_words(text)
    if _PATTERNS["leave"].fullmatch(words):
        return LeaveThread()
    if _PATTERNS["quiet"].fullmatch(words):
        return AnswerMentionsOnly(is_on=True)
    return AnswerMentionsOnly(is_on=False) if _PATTERNS["loud"].fullmatch(words) else None
