"""Reads messages that follow the question which area is meant: what answers it, and what does not.

Pure. See `parse.py` for the areas that they name.
"""

from __future__ import annotations

import re

from bot.request.own_words import erase_quotes, normalize_letters
from bot.request.pictures.areas.patterns import POLITE_PATTERN, VERB
from bot.request.pictures.areas.place_words import AGREEMENT_PATTERN

_MAX_CHARS = 1_000
_MAX_POINTING_CHARS = 120
_PUNCTUATION = ".,:;!?…()-"
_TAKEN_BACK_PATTERN = re.compile(
    r"\b(?:never ?mind(?! (?:the|my))|nvm|forget (?:it|that|this|about (?:it|that|this))"
    r"|scratch that|drop (?:it|that)"
    r"|don'?t bother|changed my mind|on second thoughts?|not needed|no longer needed"
    r"|something else|ignore (?:it|that|this|my (?:question|message|last)))\b"
    r"|\b(?:vergiss (?:es|das|die)|vergiss's|egal(?! welch)|schon gut"
    r"|lass (?:es|gut sein|mal gut sein)|doch nicht|nicht mehr notig|hat sich erledigt"
    r"|anders uberlegt|(?:et)?was anderes)\b"
    r"|\b(?:laisse(?:z|r)? tomber|oublie(?:z)?(?:[ -](?:ca|cela|le|moi))?(?=$|[ .,;!])"
    r"|peu importe(?! l[ae])|tant pis|change d'avis|finalement non|plus la peine|autre chose)\b"
    r"|\b(?:olvidal[oa]|olvida (?:eso|esto)|no importa(?! cual)|dejalo|da igual(?! cual)"
    r"|cambie de (?:idea|opinion)|otra cosa)\b"
    r"|やっぱり?(?:いい|やめ|なし|要らない|いらない)|忘れて|気にしないで|もういい|取り消し|やめて(?:$|[。、!])"
)
_PRAISE_PATTERN = re.compile(
    r"\b(?:great|nice|cool|good|perfect|super|sorry|thx|cheers|got it|you|very much|a lot|gut|prima"
    r"|toll|sehr|vielen|dank|parfait|genial|bien|beaucoup|perfecto|muchas|vale)\b|ありがとう(?:ございます)?|了解"
)
# Words of which a message is made that only shows the marks again.
_POINTING_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        this that these those one ones it it's its is here here's there a an the i i've i'd have
        mean meant marked marks mark circled circle circles ringed outlined outline highlighted
        framed boxed box arrow drew drawn again now only just in my around with copy picture image
        photo version better clearer clearly try attached look see like so and of same area part
        red blue green yellow pink magenta orange purple black white cyan colour color bright sorry
        yes yep
        dies diese dieser dieses diesen das die der den dem ich habe hab meine meinte markiert
        markierte markierten eingekreist eingekreiste umrandet kreis pfeil neu nochmal noch mal
        wieder nur so bild foto kopie ja genau besser deutlicher im ist hier mit rot blau grun gelb
        rosa stelle bereich teil sorry es nun
        ce cette ces celui celle ceux celles celui-ci celle-ci celui-la celle-la ci la le les voici
        voila ici je j'ai veux dire c'est ca comme encore une un fois entoure entouree marque
        marquee cercle fleche image photo copie oui plutot mieux en rouge bleu vert jaune rose zone
        partie dans de
        este esta esto ese esa eso estos estas estos aqui aca otra vez nuevo quiero decir he
        marcado marcada rodeado circulo flecha imagen foto copia si mejor el lo los las asi es rojo
        azul verde amarillo rosa parte zona por favor te vous plait s'il you
        """,
    )
)
_POINTING_JA_PATTERN = re.compile(
    r"(?:これ|それ|ここ|そこ|こちら|この|その|部分|写真|画像|ところ|所|方|今度|もう一度|再度|改めて|マーク"
    r"|印|丸|枠|赤|青|緑|黄色?|囲(?:み|んだ|いました|みました|い)|直し|付け|つけ|しました|ました"
    r"|した|た|です|だよ|だ|を|に|は|が|で|の|も|お願い|します|ください|[、。!\s])+"
)
_WISH_PATTERN = re.compile(
    rf"\b(?:{VERB}|add|put|give|draw|write|swap|move|rotate|crop|translate|explain|describe"
    r"|sharpen|let|fug\w*|setz\w*|zeichne\w*|schreib\w*|gib|verschieb\w*|beschreib\w*"
    r"|ajoute\w*|dessine\w*|ecri[st]\w*|donne\w*|deplace\w*|decri[st]\w*"
    r"|anade\w*|agrega\w*|dibuja\w*|escribe\w*|mueve\w*|dale|describe\w*)\b"
    r"|(?:して|消して|変えて|描いて|足して|加えて|書いて|ほしい|欲しい)(?:$|ください|[、。!])"
)


def is_taken_back(text: str) -> bool:
    """Whether a message takes back what was wished before: “never mind”."""
    return _TAKEN_BACK_PATTERN.search(_normalize(text)) is not None


def is_only_pointing(text: str) -> bool:
    """Whether a message, sent with a picture, says no more than “this one”, or nothing at all."""
    words = _normalize(text)
    if len(words) > _MAX_POINTING_CHARS:
        return False
    if _POINTING_JA_PATTERN.fullmatch(words):
        return True
    tokens = [token.strip(_PUNCTUATION) for token in words.split()]
    return all(
        not token or token in _POINTING_WORDS or POLITE_PATTERN.fullmatch(token) for token in tokens
    )


def is_only_polite(text: str) -> bool:
    """Whether a message wishes nothing: “ok, thanks”, or what only takes back."""
    rest = _TAKEN_BACK_PATTERN.sub("", AGREEMENT_PATTERN.sub("", _normalize(text)))
    rest = _PRAISE_PATTERN.sub("", rest).strip(_PUNCTUATION + " ")
    return POLITE_PATTERN.fullmatch(rest) is not None


def has_verb_of_wish(text: str) -> bool:
    """Whether a message says what is to be done to a picture, and not only where."""
    return _WISH_PATTERN.search(_normalize(text)) is not None


def _normalize(text: str) -> str:
    return " ".join(normalize_letters(erase_quotes(text[:_MAX_CHARS])).split())
