"""Knows what Slack may take for the beginning of a control sequence, such as `<!channel>`. Pure.

Whatever takes no room between `<` and the sign counts as if it were not there. In doubt a `<` is
written as `&lt;`, which reads the same.
"""

from __future__ import annotations

import re

# What is neither a word nor printable ASCII: all of Unicode's separators, control and formatting
# characters and combining marks, also those to come. Some blanks are letters to Unicode.
_SIGN_NAMES = r"(?:#0{0,8}(?:33|35|64)|#[xX]0{0,8}(?:21|23|40)|excl|num|commat);"
_ANGLE_NAMES = r"(?:#0{0,8}60|#[xX]0{0,8}3[cC]|LT);"
_OTHER_ENTITY = rf"&(?!{_SIGN_NAMES}|{_ANGLE_NAMES}|lt;)[#A-Za-z0-9]{{1,32}};"
_GAP = rf"(?:[^\w!-~]|[\u115f\u1160\u3164\uffa0\\]|{_OTHER_ENTITY})"
_SIGN = rf"(?:[!@#]|&{_SIGN_NAMES})"
_ANGLE = rf"(?:<|&{_ANGLE_NAMES})"
# More than this between the two is never read on: it counts as a control sequence.
_MAX_GAP = 64
MAX_CONTROL_CHARS = 2_600
CONTROL_PATTERN = re.compile(rf"{_ANGLE}(?:{_GAP}{{{_MAX_GAP}}}|{_GAP}*+{_SIGN})")
CONTROL_PREFIX_PATTERN = re.compile(rf"{_ANGLE}{_GAP}{{0,{_MAX_GAP}}}+(?:&[#A-Za-z0-9]{{0,32}})?")
ANGLE_PATTERN = re.compile(_ANGLE)
ANGLE_PREFIX_PATTERN = re.compile(r"&(?:#[0-9xX]?[0-9a-fA-F]{0,10}|LT?)?")
NEXT_ANGLE_PATTERN = re.compile(rf"<{_GAP}{{0,{_MAX_GAP}}}+(?=<)")
ESCAPED_CONTROL_PATTERN = re.compile(rf"&lt;{_GAP}*+{_SIGN}")
_LINK_START = r"<(?=[A-Za-z][A-Za-z0-9+.-]{0,30}:)"
CELL_PATTERN = re.compile(rf"<(?P<rest>{_GAP}*+{_SIGN}[^\s<>]{{0,40}}>?)")
PLAIN_PATTERN = re.compile(rf"{_ANGLE}(?={_GAP}*+(?:{_SIGN}|\Z))|{_LINK_START}")
# The words with which Slack calls all, as whole words: an address has a letter in front, and the
# name of a package goes on after a slash.
BROADCAST_PATTERN = re.compile(
    r"@(?=(?:channel|here|everyone)(?!_?[A-Za-z0-9]|/[A-Za-z0-9]))", re.IGNORECASE
)
BROADCAST_PREFIXES = frozenset(
    f"@{word}{end}"[:length]
    for word in ("channel", "here", "everyone")
    for end in "_/"
    for length in range(1, len(word) + 3)
)
MAX_BROADCAST_CHARS = max(map(len, BROADCAST_PREFIXES))
# Slack drops control characters, and dropping one could join two halves of a control sequence.
DROPPED_CHARACTERS = dict.fromkeys([*range(9), *range(11, 32), 127])
