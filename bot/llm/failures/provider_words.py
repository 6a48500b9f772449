"""The words that a provider needs to tell of a refusal, and that tell nothing of a person. Pure.

They are those of the rules, and those that hold a sentence together. See `reason.py`.
"""

from __future__ import annotations

import re

from bot.llm.failures.parameters import OPTION_BY_PARAMETER
from bot.llm.failures.rules import RULES

_SENTENCE_WORDS = """
    a about access account allowed already an and any are argument as ask at available bad be
    because been between body but by can cannot change check class code completion configured
    content could denied deprecated does don due endpoint error exceeded exceeds expected failed
    field for found from got had has have however if in input instead internal invalid is it its
    json key least less length limit long longer many max maximum message messages min minimum
    missing more most must no none not null object of offered on one only option or out output
    parameter parse per permitted please process property provide provided provider range reached
    reason received reduce rejected request requested required requires resulted retry role s same
    see sent server service should specified state status string support supported supports t than
    that the their them these this to token tokens too type unable unexpected unknown
    unprocessable unrecognized unsupported up use used user valid value values was were when which
    while with within would wrong you your auto background high image images low medium minimal
    modalities model models opaque png quality reasoning seed size stop stream text tools
    transparent xhigh
"""


def _list_words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", re.sub(r"\\.", " ", text.lower())))


PROVIDER_WORDS = frozenset(
    _list_words(_SENTENCE_WORDS).union(
        *(_list_words(" ".join(rule.codes)) for rule in RULES),
        *(_list_words(rule.words.pattern) for rule in RULES if rule.words),
        *map(_list_words, OPTION_BY_PARAMETER),
    )
)
