"""Tells whether a message asks for a picture: “draw a fox”, “16:9, a fox in the snow”. Pure.

Read narrowly: what is not found is still in the message, and the model may draw; what is found
demands a picture, from a model that draws. So “draw conclusions” and code that shows one ask for
none.
"""

from __future__ import annotations

import re

from bot.domain.pictures.sizes import PictureSize
from bot.request import translated_words
from bot.request.flags import ASPECTS
from bot.request.own_words import erase_quotes, normalize_letters
from bot.request.pictures.sizes.named import ImpossibleSizeError, parse_size
from bot.request.pictures.sizes.words import read_size
from bot.request.pictures.variations import is_of_a_new_picture
from bot.request.pictures.visible_things import VISIBLE_THING

_MAX_READ_CHARS = 4_000
_MAX_LEAD_CHARS, _MAX_SIZED_CHARS = 100, 300
# What comes before the wish: “for A4 at 300 dpi: draw a fox”.
_LEAD_END_PATTERN = re.compile(r"[,:](?=\s)|[：、]")
_NO_OTHER_NOUN = (
    r"(?!\.[a-z]|[ -](?:tags?|carousel|placeholder|components?|gallery|formats?|uploads?|uploader"
    r"|urls?|names?|captions?|descriptions?|prompts?|processing|classifier|models?|datasets?|library"
    r"|editor|viewer|cache|compression|loader|elements?|sizes?|fonts?|book report)\b)"
)
_POLITE = r"^\W*(?:(?:please|now|can you|could you)\s+)*"
_DRAW_PATTERN = re.compile(
    rf"{_POLITE}(?:draw|paint|sketch|illustrate"
    r"|(?:make|create|generate|render|design)\b.{0,30}?\b(?:picture|image|drawing"
    rf"|illustration|painting|photo|logo|icon|poster)\b{_NO_OTHER_NOUN})\b",
    re.IGNORECASE | re.DOTALL,
)
# “Draw up a contract”, “sketch the pros and cons”: words are wanted.
_IDIOM_PATTERN = re.compile(
    rf"{_POLITE}(?:"
    r"draw (?:up|upon|out|lots|on (?:your|our|my|his|her|their|what)|from (?:the |this )?"
    r"(?:data|text|file)|(?:(?:a|an|any|some|your|the|my|our) )?"
    r"(?:first |main |clear |new |own |logical )?"
    r"(?:conclusions?|comparisons?|parallels?|distinctions?|inferences?|lessons?|attention"
    r"|analog(?:y|ies)|insights?)(?! (?:charts?|diagrams?|graphs?|pictures?|posters?|tables?)))\b"
    r"|sketch (?:out )?(?:(?:a|an|the|your|our|me) )?(?:\w+ )?"
    r"(?:pros|cons|outline|proposal|argument|approach|strategy)\b)",
    re.IGNORECASE,
)
_CODE_PATTERN = re.compile(
    r"\b(?:in|with|using|as) (?:plain |pure |raw )?(?:html|css|javascript|typescript|react|vue"
    r"|three\.?js|p5\.?js|d3|tikz|latex|matplotlib|canvas code|svg code|ascii)\b|\bsrcset\b"
    r"|\b(?:show|give) me the code\b|\bdockerfile\b|\bimagen de docker\b|\bdocker[- ]image\b",
    re.IGNORECASE,
)
# What is drawn where a size goes with it: without one, it may be made of words or code.
_SIZED_THING = (
    r"(?:(?:web ?)?banners?|posters?|wallpapers?|pictures?|images?|illustrations?|drawings?"
    r"|paintings?|thumbnails?|headers?|flyers?|favicons?|icons?|logos?|avatars?|stickers?"
    r"|postcards?|covers?|plakate?|bild|hintergrund(?:bild)?|zeichnung|titelbild|postkarte"
    r"|aufkleber|bannieres?|affiches?|dessins?|fond d'ecran|vignettes?|miniatures?|carte postale"
    r"|cartel(?:es)?|imagen|fondo(?: de pantalla)?|ilustracion|dibujo|miniaturas?|postal)"
)
_SIZE_TEXT = (
    r"(?:\d[\d.,]* ?(?:px|cm|mm)? ?(?:[x×]|by|mal|sur|por) ?\d[\d.,]*"
    r" ?(?:px|pixels?|pixel|cm|mm|inch(?:es)?|in|zoll)?"
    r"|\d{3,5}[ -]?(?:px|pixels?|pixel)[ -](?:wide|high|tall|breit(?:es)?|hoch|hohes|de large"
    r"|de haut|de ancho|de alto)|[2458]k|full hd|1080p|1440p|a[0-6]|din a[0-6]|\d{1,2}:\d{1,2})"
)
_SIZE_TEXT_PATTERN = re.compile(_SIZE_TEXT)
# “A 1200 px wide banner with sunflowers”, „Poster 50x70 cm mit einem Wal“.
_THING_AND_SIZE_PATTERN = re.compile(
    rf"^\W*(?:(?:an?|ein(?:en?)?|une?|una) )?(?:{_SIZE_TEXT}[ ,-]*(?:\w+ )?{_SIZED_THING}"
    rf"|{_SIZED_THING},? (?:in |im |at |of |de |en |von |auf )?(?:size |format )?{_SIZE_TEXT})"
    r"[ ,:]*(?:of|with|showing|mit|von|avec|de|d'|montrant|con)\b"
)
_BEHIND_THING = (
    "of|with|showing|about|for|in|at|as|on|to|from|by|and|size|format|sized|mit|fur|von|im|auf|uber"
    "|als|zum|und|avec|de|d'|pour|sur|en|au|et|con|para|sobre|al|del|y"
)
# “Design a YouTube thumbnail about bread”.
_MAKE_SIZED_PATTERN = re.compile(
    r"^\W*(?:(?:please|can you|could you|bitte|kannst du) )*(?:make|create|generate|render|design"
    r"|mache?|erstelle?|erzeuge|entwirf|gestalte|fais|cree|genere|haz|crea|disena)"
    r"(?:[ -](?:me|us|mir|uns|moi|nous))? (?:an?|our|my|ein(?:en?)?|unser|une?|un[ao]?) "
    # It is the first noun: no “script that makes a banner”.
    r"(?:(?!(?:of|the|about|that|which|who|to|for|from|with|in|on|as|and|or|du|del|vom|der|die|das"
    r"|den|dem|zu|fur|mit|im|uber|que|qui|pour|avec|para|con|en|api|https?|request|response|csv"
    r"|json|\S+ing|\S*(?:script|program|function)\S*) )\S+ ){0,5}?"
    # The last noun: no “wallpaper script”, no “banner 1200x300 component”.
    rf"\S*?{_SIZED_THING}(?=(?:,? {_SIZE_TEXT})?\s*(?:$|[,.;:!()]|(?<= )(?:{_BEHIND_THING})\b))"
)
# The words around a size that stands alone, in simplified letters.
_BEFORE_PATTERN = re.compile(
    r"^(?:(?:for|in|as|at|on|with|to fit|size|fur|als|im|auf|mit|pour|en|au format|format|para"
    r"|como|a|de|tamano)(?: ?: ?| ))?(?:(?:an?|the|my|our|ein(?:e[nrm]?)?|das|die|den|un[ea]?|la"
    r"|le|el) |l')?"
)
_AFTER_PATTERN = re.compile(
    r"(?: ?(?:format|size|paper|please|bitte|サイズ|用|に|で|として|の解像度))+$"
)
# A score, a mark or a sum of money: “4:3, our team won”, “A5, my son got it”, “8k, my salary”.
_BARE_LEAD_PATTERN = re.compile(r"\s*(?:\d:\d\s*[^\w\s]|(?:[ab]\d|\d{1,2}k)\s*,)", re.IGNORECASE)
_ASPECTS = frozenset(ASPECTS) - {"auto"}
_ARTICLES = (
    r"(?:an?|our|my|some|two|three|four|ein(?:e[nrm]?)?|unser\w*|mein\w*|zwei|drei|un[ea]?"
    r"|des|deux|trois|notre|mon|ma|dos|tres|nuestr[oa]s?|mi)"
)
# What is pictured, named without a verb: “a fox in the snow”.
_SUBJECT_PATTERN = re.compile(
    rf"^\W*(?:{_ARTICLES} "
    r"(?!bit\b|little\b|few\b|lot\b|bisschen\b|wenig\b|peu\b|poco\b|tad\b)\S"
    r"|[\u3040-\u30ff\u4e00-\u9fff])"
)
_SEEN_SUBJECT_PATTERN = re.compile(
    rf"^\W*{_ARTICLES} {VISIBLE_THING}|(?:絵|イラスト|画像|写真|壁紙|ポスター|ロゴ|アイコン)$"
)
# Screens and pixels are of pictures; sheets and places are of texts, too.
_PIXELS_PATTERN = re.compile(
    r"\d ?(?:px|pixels?|pixeln?|pixeles|ピクセル|dpi|ppi|ppp)\b|\d{3} ?[x×] ?\d{3}|\b[24568]k\b"
    r"|\b\d{3,4}p\b|\b(?:full ?|q|w?q|u|ultra )hd\b"
)
# What is written, asked or told, and no picture.
_TEXT_PATTERN = re.compile(
    r"[?？]|\b(?:poems?|texts?|captions?|lists?|tables?|stor(?:y|ies)|summar(?:y|ies)|letters?"
    r"|descriptions?|questions?|ideas?|recipes?|code|slogans?|headlines?|copy|plans?|resolutions?"
    r"|formats?|ratios?|pixels?|sizes?|screens?|monitors?|budgets?|answers?|words?|tips?|advice"
    r"|gedicht|geschichte|brief|frage|idee|auflosung|rezept|poeme|histoire|lettre|recette"
    r"|poema|historia|carta|pregunta|receta|resolucion)\b"
    r"|(?:て|で|る|た|か|う|ください|ね|よ|です|ます|は|何)[。！!]?$|詩|文章|解像度|質問"
)
# Has a size, too, and is no picture, or is written.
_SIZED_PATTERN = re.compile(
    r"\b(?:posts?|e-?mails?|newsletters?|tweets?|videos?|films?|movies?|clips?|rules?|commands?"
    r"|regex\w*|scripts?|functions?|quer(?:y|ies)|css|html|json|components?|presets?|settings?"
    r"|templates?|guides?|tutorials?|reviews?|laptops?|cameras?|tvs?|televisions?|projectors?"
    r"|streams?|links?|prices?|captions?|beitrag|befehl|skript|regel|fernseher|kamera)\b"
)
# Says something, and names no picture alone.
_STATEMENT_PATTERN = re.compile(
    r"[.!:;]\s|\b(?:is|isn't|are|was|were|be|been|has|have|had|needs?|costs?|looks?|fits?|shows?"
    r"|sent|said|says|told|wants?|wanted|asked|got|gets?|does|do|did|can|can't|cannot|will|won't"
    r"|would|should|must|may|might|bought|uses?|used|made|makes|came|comes|went|goes|works?|ist"
    r"|sind|war|hat|haben|hatte|braucht|kostet|soll|sollte|muss|kann|wird|wurde|passt|est|sont"
    r"|etait|avait|faut|doit|peut|coute|es|son|era|tiene|tenia|necesita|cuesta|debe|puede)\b"
)


def is_drawing_request(text: str) -> bool:
    """Whether a message begins by asking for a picture, after its size where it begins with one."""
    text = erase_quotes(text[:_MAX_READ_CHARS])
    if _is_order_to_draw(text) or _is_sized_thing(text):
        return True
    lead, rest = _split_lead(text)
    if not lead:
        return _is_sized_subject(text)
    return _is_order_to_draw(rest) or (not _BARE_LEAD_PATTERN.match(text) and _is_subject(rest))


def _is_sized_thing(text: str) -> bool:
    """Whether a picture is asked for by what it is and its size: “a 4k wallpaper with a fox”."""
    words = " ".join(normalize_letters(text[:_MAX_SIZED_CHARS]).split())
    found = _THING_AND_SIZE_PATTERN.search(words)
    made = found or _MAKE_SIZED_PATTERN.search(words)
    # Pixels are a word of texts about pictures as well.
    if not made or _TEXT_PATTERN.search(_SIZE_TEXT_PATTERN.sub(" ", words[made.start() :])):
        return False
    if _CODE_PATTERN.search(words):
        return False
    try:
        return bool(found) or read_size(words) is not None
    except ImpossibleSizeError:
        return True  # told before anything is drawn


def read_lead_size(text: str) -> PictureSize | None:
    """Return the size with which a message begins, if that stands alone: “4k: a fox”."""
    lead, _ = _split_lead(text)
    return None if not lead or lead in _ASPECTS else parse_size(lead)


def _is_order_to_draw(text: str) -> bool:
    if _IDIOM_PATTERN.search(text) or _CODE_PATTERN.search(text):
        return False
    return bool(
        _DRAW_PATTERN.search(text)
        or is_of_a_new_picture(text)
        or translated_words.DRAW_PATTERN.search(normalize_letters(text))
    )


def _is_subject(text: str) -> bool:
    words = normalize_letters(text).strip()
    if _TEXT_PATTERN.search(words) or _CODE_PATTERN.search(words):
        return False
    return bool(_SUBJECT_PATTERN.search(words))


def _is_sized_subject(text: str) -> bool:
    """Whether all of a message names a picture and its size: “a fox, 1080p”, “a 4K image of a fox”.

    What says something of it is no such name: “a friend sent me a 4K wallpaper”; nor is what may be
    written: “a bio for LinkedIn”, “a checklist for A4”.
    """
    words = normalize_letters(text).strip()
    is_other = _STATEMENT_PATTERN.search(words) or _SIZED_PATTERN.search(words)
    if len(words) > _MAX_LEAD_CHARS or is_other or not _is_subject(text):
        return False
    if not _PIXELS_PATTERN.search(words) and not _SEEN_SUBJECT_PATTERN.search(words):
        return False
    try:
        return read_size(text) is not None
    except ImpossibleSizeError:
        return False


def _split_lead(text: str) -> tuple[str, str]:
    """Return the size or shape that comes first and stands alone, simplified, and what follows.

    Both are "" for “our banner is 4k: make it blue” and all that begins otherwise.
    """
    end = _LEAD_END_PATTERN.search(text[:_MAX_LEAD_CHARS])
    if end is None:
        return "", ""
    words = " ".join(normalize_letters(text[: end.start()]).split()).strip(" .-–—")
    lead = _AFTER_PATTERN.sub("", _BEFORE_PATTERN.sub("", words, count=1)).strip()
    if lead not in _ASPECTS:
        try:
            parse_size(lead)
        except ImpossibleSizeError:
            return "", ""
    return lead, text[end.end() :]
