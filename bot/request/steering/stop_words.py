"""Recognises a message that asks to stop, in five languages. Pure.

Who may stop an answer, and which, `storage/steering/stops.py` decides.
"""

from __future__ import annotations

import re

from bot.request.steering.plain_words import PADDING, normalize_words

# A message that says more than this is about something.
_MAX_CHARS = 60
_ENGLISH = (
    r"(?:stop|cancel|abort|halt|quit)(?: (?:it|that|this|now|there|here|right there|everything"
    r"|(?:the|this|that|your) (?:answer|reply|request|drawing)|answering|drawing|writing|talking"
    r"|generating))?|(?:can|could|would|will) you (?:stop|cancel)(?: it| that)?"
    r"|(?:don't|do not) (?:answer|go on|continue)|(?:that's |that is )?enough|never ?mind"
)
_GERMAN = (
    r"stopp?(?: das| es)?|halt(?: an)?|anhalten|abbruch|abbrechen|brich(?: das| es)? ab|aufhoe?ren"
    r"|hoe?r(?:e)?(?: damit)? auf|stoppen|stoppe(?: das)?|lass (?:es|das)(?: sein)?|genug|schluss"
    r"|es reicht|das reicht"
)
_FRENCH = (
    r"arret(?:e|ez|er|es)(?: toi| vous| ca| cela| tout| de (?:repondre|dessiner|ecrire))?"
    r"|annul(?:e|ez|er)(?: ca| cela| tout)?|stoppe[zr]?|halte|assez|ca suffit|laisse tomber"
    r"|interrompre|interromps"
)
_SPANISH = (
    r"para(?:r|te|lo)?|pare(?:n)?|alto|deten(?:te|lo|er)?|detente|cancel(?:a|ar|alo|e)?|basta"
    r"|ya basta|abort(?:a|ar)|interrump(?:e|ir)|dejalo|deja de (?:responder|dibujar|escribir)"
)
_JAPANESE = (
    r"(?:ストップ|停止|中止|中断|キャンセル|取り消し|取消)(?:して)?(?:下さい|ください)?(?:よ)?"
    r"|(?:止めて|とめて|止めろ|やめて|辞めて|やめろ|止まって|とまって|待って)(?:下さい|ください|くれ)?(?:よ)?"
    r"|もういい(?:です|よ)?|もう結構(?:です)?"
)
# Signs that mean it, as people type them and as Slack names them.
_SIGNS = r"octagonal sign|stop button|black square for stop"
_SIGN_PATTERN = re.compile(r"(?:[\U0001f6d1\u23f9]\ufe0f?\s*)+")
_STOP_PATTERN = re.compile(
    rf"(?:{PADDING} )*(?:{_SIGNS}|{_ENGLISH}|{_GERMAN}|{_FRENCH}|{_SPANISH}|{_JAPANESE})"
    rf"(?: {PADDING})*"
)


def is_stop_request(text: str) -> bool:
    """Whether `text` asks to stop, and says nothing else.

    Letters, accents, punctuation, emoji and Easel's name do not matter; “stop using blue” is
    something else.
    """
    if not text or len(text) > _MAX_CHARS:
        return False
    if _SIGN_PATTERN.fullmatch(text.strip()):
        return True
    words = normalize_words(text)
    # “Stop stop stop”: once is enough.
    parts = words.split(" ")
    if len(parts) > 1 and len(set(parts)) == 1:
        words = parts[0]
    return bool(words) and _STOP_PATTERN.fullmatch(words) is not None
