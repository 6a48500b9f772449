"""Seals what a form carries along, so that it is neither made up nor changed. Pure.

What a form brings back is foreign: Slack keeps it for the app, but whoever can make up a payload
can make up that, too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence

from handlers.parsing.fields import read_text

# Slack's bound for `private_metadata` (docs.slack.dev, "Modal view object").
MAX_METADATA_CHARS = 3_000


def seal(fields: Mapping[str, str], key: bytes, *, kind: str = "") -> str:
    """Return `fields` with a seal; `open_sealed` reads them. `kind` tells forms apart."""
    sealed = {**fields, "seal": sign(list(fields.values()), key, kind)}
    return json.dumps(sealed, separators=(",", ":"))


def open_sealed(
    metadata: str, names: Sequence[str], key: bytes, *, kind: str = ""
) -> dict[str, str] | None:
    """Return the fields that were sealed in the order of `names`, None for anything else."""
    carried = _read_object(metadata)
    fields = {name: read_text(carried.get(name)) for name in names}
    expected = sign(list(fields.values()), key, kind)
    is_sealed = hmac.compare_digest(read_text(carried.get("seal")).encode(), expected.encode())
    return fields if is_sealed else None


def _read_object(text: str) -> dict[str, object]:
    if len(text) > MAX_METADATA_CHARS:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def sign(values: list[str], key: bytes, kind: str) -> str:
    """Return the seal of `values`, in hexadecimal digits: without `key` it tells nothing of them.

    `kind` tells apart what is sealed.
    """
    told = json.dumps([kind, *values] if kind else values).encode()
    return hmac.new(key, told, hashlib.sha256).hexdigest()
