"""Finds the encoding that a text file declares in its own words. Believes nothing."""

from __future__ import annotations

import re

_START_BYTES, _LINES_BYTES = 4_096, 400
_LABEL = rb"([A-Za-z][\w.+-]{1,39})"
_XML = re.compile(rb"\A\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']" + _LABEL, re.IGNORECASE)
_HTML = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*" + _LABEL, re.IGNORECASE)
# PEP 263, Emacs and Vim, in the first two lines, or at the end for Vim.
_COMMENT = re.compile(rb"\A(?:[^\n]{0,200}\n)?[^\n]{0,200}?\bcoding[:=][ \t]*" + _LABEL)
_VIM = re.compile(rb"\bvim?:[^\n]{0,200}?\b(?:fileencoding|fenc)=" + _LABEL)
_OTHERS = (
    re.compile(rb"\A\s*@charset\s+[\"']" + _LABEL),  # CSS
    re.compile(  # mail, and the head of gettext's catalogues
        rb"^\"?Content-Type:[^\n]{0,200}?(?:\n[ \t][^\n]{0,200}?)?charset\s*=\s*[\"']?" + _LABEL,
        re.IGNORECASE | re.MULTILINE,
    ),
    re.compile(rb"\\usepackage\[" + _LABEL + rb"\]\{inputenc\}"),  # LaTeX
    re.compile(rb"^(?:/\*!\d+ )?SET NAMES '?" + _LABEL, re.IGNORECASE | re.MULTILINE),
    re.compile(rb"^SET client_encoding = '" + _LABEL, re.IGNORECASE | re.MULTILINE),
    re.compile(rb";CHARSET=\"?" + _LABEL, re.IGNORECASE),  # vCard 2.1, vCalendar 1.0
    re.compile(rb"\ASET " + _LABEL + rb"\s*$", re.MULTILINE),  # dictionaries of Hunspell
)
# Databases have names of their own.
_OTHER_NAMES = {
    "latin1": "cp1252",
    "latin7": "iso-8859-13",
    "utf8": "utf-8",
    "win": "cp1251",
    "sql_ascii": "",
    "binary": "",
    "default": "",
}


def find_declared(data: bytes) -> str:
    """Return the name of an encoding that the text declares, as it stands there; "" for none."""
    start = data[:_START_BYTES].removeprefix(b"\xef\xbb\xbf")
    found = (
        _XML.search(start) or _HTML.search(start) or _COMMENT.search(start[:_LINES_BYTES])
        or _VIM.search(start[:_LINES_BYTES]) or _VIM.search(data[-_LINES_BYTES:])
    )  # fmt: skip
    found = found or next(filter(None, (pattern.search(start) for pattern in _OTHERS)), None)
    if found is None:
        return ""
    label = found[1].decode("ascii", "ignore")
    return _OTHER_NAMES.get(label.lower(), label)
