"""Parse how long ago, as it is typed after `--since`."""

from __future__ import annotations

import argparse
import re

_UNITS = {"m": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0}
_WANTED = "give minutes, hours, days or weeks, as in 30m, 1h, 2d, 1w"


def parse_age(text: str) -> float:
    """Return the seconds of `90m`, `1h`, `2d` or `1w`. Raises `ArgumentTypeError`."""
    found = re.fullmatch(r"(\d{1,6})([mhdw])", text)
    if found is None:
        raise argparse.ArgumentTypeError(_WANTED)
    return int(found[1]) * _UNITS[found[2]]
