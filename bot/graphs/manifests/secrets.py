"""Takes passwords out of addresses: what is drawn is seen by a whole channel. Pure."""

from __future__ import annotations

import re

_USER = re.compile(r"(?<=://)(?!git@)[^/\s@]{1,500}@")
_PARAMETER = re.compile(
    r"(?<=[?&])((?:access_|auth_|private_)?(?:token|key|password|secret|auth|sig))=[^&#\s]+",
    re.IGNORECASE,
)


def hide_secrets(text: str) -> str:
    """Return the text without user, password and token of the addresses in it."""
    if "://" not in text:
        return text
    return _PARAMETER.sub(r"\1=…", _USER.sub("", text))
