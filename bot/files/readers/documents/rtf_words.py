"""Holds what the control words, symbols and character sets of RTF mean."""

from __future__ import annotations

# Destinations that hold no text of the document; unknown ones begin with \* (skipped as well).
_SKIPPED_NAMES = (
    "fonttbl colortbl stylesheet info filetbl listtable listoverridetable revtbl rsidtbl generator"
    " themedata colorschememapping datastore latentstyles xmlnstbl fldinst objdata objclass"
    " operator author title subject doccomm company creatim revtim printim keywords category"
    " pgdsctbl bkmkstart bkmkend nonshppict sp xe tc txe rxe mmathPr defchp defpap wgrffmtfilter"
    " background userprops template passwordhash oleclsid listpicture blipuid"
)
SKIPPED = frozenset(_SKIPPED_NAMES.split())
# Named with \* and read all the same.
READ_STARRED = frozenset(
    ("shppict", "htmltag", "footnote", "annotation", "atnauthor", "do", "shpinst")
)
BREAKS = {
    "par": "\n", "line": "\n", "sect": "\n\n", "page": "\f", "tab": "\t", "cell": "\x1f",
    "row": "\x1e", "nestcell": " | ", "nestrow": "\n", "emdash": "—", "endash": "–",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "emspace": "\u2003", "enspace": "\u2002",
}  # fmt: skip
SYMBOLS = {b"~": "\xa0", b"_": "\u2011", b"-": "", b"\n": "\n", b"\r": "\n", b"\t": "\t"}
CHARSETS = {
    0: "cp1252", 2: "symbol", 77: "mac_roman", 78: "cp932", 128: "cp932", 129: "cp949",
    130: "johab", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
    254: "cp437", 255: "cp850",
}  # fmt: skip
