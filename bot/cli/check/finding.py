"""What one check of `easel check` has found."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.safe_text import reveal_invisible

_MAX_TEXT_CHARS = 4_000
_LOGIN_PATTERN = re.compile(r"://[^\s/?#]{1,2000}@")
# The name of findings about wrong settings.
SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. `text` says what was found, or what to do.

    `is_warning`: Easel runs, but not as it is probably meant to.
    """

    ok: bool
    name: str
    text: str
    is_warning: bool = False

    def __str__(self) -> str:
        word = "FAIL" if not self.ok else "warn" if self.is_warning else "ok  "
        # What a server says may be in it: it forges no line, and turns no terminal. And what is
        # printed is shown to others: an address in it may hold a name and a password.
        text = _LOGIN_PATTERN.sub("://…@", self.text)
        return f"{word}  {self.name}: {reveal_invisible(text, _MAX_TEXT_CHARS)}"
