"""Characters that take no room, as a class for patterns: they hide what somebody writes. Pure."""

from __future__ import annotations

INVISIBLE = r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
