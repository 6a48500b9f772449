"""Tells cells that are only named (“B2 and C3”, “a cat in B3”) from other letters with numbers.

Pure. Held against simplified text; see `patterns.py` for the rest of the words.
"""

from __future__ import annotations

import re

from bot.request.pictures.areas.patterns import CELL_NOUN, LAST_VERB, VERB

# What may stand before a cell at the start of a message, or of a sentence in it.
_START = (
    r"(?:(?:please|and|also|now|then|ok(?:ay)?|yes|no|only|just|or|und|auch|jetzt|dann|bitte|ja"
    r"|nein|nur|et|aussi|maintenant|oui|non|seulement|y|tambien|ahora|si|solo"
    r"|por favor|s'il te plait)[\s,]+)*"
)
_PLACE = (
    r"(?:in|at|on|inside|within|into|onto|over|under|below|above|next to|near|behind|between|for"
    r"|except(?: for)?|but|apart from|other than|ausser|bis auf|sauf|hormis|excepto|salvo|menos"
    r"|im|auf|uber|unter|neben|hinter|zwischen|fur|dans|en|sur|sous|pour|sobre|bajo|para|entre)"
)
_THE = rf"(?:(?:the|das|die|der|dem|den|la|le|les|el|los|las) )?(?:{CELL_NOUN} )?"
_BEFORE_PATTERN = re.compile(rf"(?:(?:^|[.;!?]\s+){_START}|(?:^|[\s(、。]){_PLACE} {_THE})$")
_COLOUR = (
    r"(?:red|blue|green|yellow|orange|purple|violet|pink|black|white|gr[ae]y|brown|gold(?:en)?"
    r"|silver|transparent|rot|blau|grun|gelb|lila|rosa|schwarz|weiss|grau|braun|rouge|bleu|vert"
    r"|jaune|rose|noir|blanc|gris|rojo|azul|verde|amarillo|negro|blanco|brighter|darker|lighter"
    r"|sharper|heller|dunkler)"
)
# Words that go on with a wish. Any other one, and more behind it, is the thing's own name.
_GOES_ON = (
    r"(?:and|but|or|in|into|to|with|without|as|at|on|from|for|of|by|like|until|through|thru|is"
    r"|are|should|shall|must|can|could|may|might|will|would|has|have|needs?|gets?|looks?|becomes?"
    r"|too|also|only|now|please|pls|then|thanks|again|the|a|an|my|our|your|their|his|her|its|it"
    r"|this|that|so|all|more|less|much|very|slightly|completely|light|dark|bright|pale|put|add|let"
    r"|und|aber|oder|zu|zum|zur|mit|ohne|als|auf|aus|im|von|bis|wie|ist|sind|soll(?:en|te)?|muss"
    r"|darf|kann|wird|werden|hat|bitte|auch|jetzt|noch|nur|danke|den|die|das|der|dem|ein|eine|einen"
    r"|mein|unser|ganz|etwas|viel|hell|dunkel\w*|et|mais|ou|en|avec|sans|dans|est|sont|doit|doivent"
    r"|comme|aussi|seulement|merci|un|une|le|la|les|plus|moins|tout|y|pero|con|sin|debe|deben"
    r"|tambien|por|como|una|mucho|beaucoup|mas|menos|muy|el|los|las)"
)
_NAMES_A_THING_PATTERN = re.compile(
    rf" (?!(?:{_GOES_ON}|{_COLOUR}|{VERB}|{LAST_VERB})(?![a-z]))[a-z]{{2,}}[a-z'-]*"
    rf" (?!(?:{_COLOUR}|{LAST_VERB}|please|bitte|thanks|danke|merci|gracias|too|auch)(?![a-z]))\S"
)


def is_in_place(words: str, start: int) -> bool:
    """Whether a cell that begins at `start` begins a message, or stands behind a place's word.

    Behind “a”, “the letter” or “draw a big” it is what is drawn.
    """
    return _BEFORE_PATTERN.search(words[:start]) is not None


def is_name_of_thing(words: str, end: int) -> bool:
    """Whether what ends at `end` begins the name of a thing: “A1 quality leather”."""
    return _NAMES_A_THING_PATTERN.match(words, end) is not None
