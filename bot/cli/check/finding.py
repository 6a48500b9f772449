"""What one check of `easel check` has found."""

from __future__ import annotations

from dataclasses import dataclass

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
        return f"{word}  {self.name}: {self.text}"
