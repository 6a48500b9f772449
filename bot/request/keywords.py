"""Find the words of a message that name something. Pure.

Messages that were summarized are looked up again by these words: a summary may leave out exactly
what someone asks for by name a hundred messages later.
"""

from __future__ import annotations

import re

MAX_KEYWORDS = 6
_WORD_PATTERN = re.compile(r"[\w][\w./#@+-]*[\w]|[\w]{3,}")
_STOP_WORDS = frozenset(
    """
    about above after again against all also always and any are because been before being below
    between both but can cannot could did does doing don down during each ever every few for
    from further get give got had has have having her here hers him his how into its just know
    last let like make many may maybe might more most much must need never not now off once only
    other our out over own please put said same say see she should show some such sure take tell
    than thank thanks that the their them then there these they thing think this those through
    today told too under until use used very want was well were what when where which while who
    whom why will with would yes yet you your yours picture image draw again first second aber
    alle als auch auf aus bei bin bitte das dass dein dem den denn der des die dies diese doch
    dort durch ein eine einem einen einer eines er es für hat hatte hier ich ihr ihre im ist
    jetzt kann kein keine können man mein mich mir mit muss nach nicht noch nur oder ohne sehr
    sein sich sie sind soll über und uns unter vom von vor war warum was weil welche wenn wer
    wie wieder wir wird wo zum zur
    """.split()  # noqa: SIM905 - a list of one a line would be a page
)


def find_keywords(text: str) -> list[str]:
    """Return up to `MAX_KEYWORDS` words of `text` that name something, the most telling first."""
    plain = re.sub(r"<[^<>]*+>|\[[^\[\]]*+\]", " ", text[:4_000])
    scores: dict[str, float] = {}
    for found in _WORD_PATTERN.finditer(plain):
        word = found.group().strip("./-")
        lowered = word.lower()
        if len(lowered) < 3 or lowered in _STOP_WORDS or lowered in scores:
            continue
        # Numbers, capitals and long words are names more often than short plain ones.
        name_score = any(c.isdigit() for c in word) * 3
        name_score += word[:1].isupper() * (found.start() > 0) * 2
        scores[lowered] = name_score + min(len(lowered), 12) / 6
    ranked = sorted(scores, key=lambda word: -scores[word])
    return ranked[:MAX_KEYWORDS]
