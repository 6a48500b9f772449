"""Takes out of a wish the words of a size, which Easel has read already. Pure.

See `bot/request/pictures/sizes/` for how Easel reads them.
"""

from __future__ import annotations

import re

_BEFORE = (
    r"(?:\b(?:for|as|in|at|to fit|für|als|im|auf|pour|comme|en|para|como)\s+"
    r"(?:(?:an?|the|my|our|eine[nr]?|ein|mein|une?|mon|la|le|un[ao]?|el|mi)\s+)?)?"
)
_PLACE = (
    r"(?:instagram|insta|linkedin|facebook|twitter|youtube|tiktok|pinterest|twitch|discord"
    r"|bluesky|whatsapp|snapchat|インスタ(?:グラム)?)"
)
_POSTED = (
    r"(?:stor(?:y|ies)|reels?|posts?|beitrag|banners?|bannière|banderole|covers?|titelbild"
    r"|headers?|thumbnails?|miniature|pins?|square|portrait|status|historia|ストーリー(?:ズ)?"
    r"|バナー|投稿)"
)
_SHEET = r"(?:[ab][0-7]|(?:us )?letter|legal|tabloid)"
_TURN = r"(?:\s+(?:landscape|portrait|querformat|hochformat|paysage|apaisado|vertical))?"
_SIZES = (
    rf"{_PLACE}[ -]?の?{_POSTED}|{_POSTED} (?:(?:de|pour|für|for|para|en)\s+)?{_PLACE}|{_PLACE}",
    r"(?:wallpaper|background|hintergrund|fond d'écran|fondo)"
    r" (?:for|für|pour|para) (?:my|the|an?|mein\w*|mon|mi) (?:iphone|phone|ipad|desktop|laptop)",
    r"(?:phone|iphone|ipad|desktop) wallpaper",
    rf"{_SHEET}(?:[ -]?(?:size|sized|format|サイズ|用))?{_TURN}",
    r"(?:[2458]k|uhd|qhd|full[ -]?hd|\d{3,4}p)(?:[ -]?(?:picture|image|bild))?(?: of)?",
    r"\d+(?:[.,]\d+)?\s*[x×]\s*\d+(?:[.,]\d+)?\s*(?:cm|mm|inch(?:es)?|in|zoll|px|pixels?)?",
)
_EDGE = r"(?![a-zäöü0-9])"
_PATTERNS = (
    re.compile(
        r",?\s*(?:(?:at|with|mit|bei|a|à|con)\s+)?\d{2,4}\s*(?:dpi|ppi|ppp)\b", re.IGNORECASE
    ),
    *(re.compile(rf"{_BEFORE}(?<![a-z0-9]){size}{_EDGE}", re.IGNORECASE) for size in _SIZES),
)


def erase_size(question: str) -> str:
    """Return a question without the words of a size: “draw a fox” of “draw a fox for A4”."""
    for pattern in _PATTERNS:
        question = pattern.sub(" ", question)
    return " ".join(question.split())
