"""What the played provider counts and charges: tokens, its cache, its prices.

The rules are the real one's (openrouter.ai/docs, "Prompt caching"): a prefix of at least 1,024
tokens that was sent within the last minutes is read at a quarter of the price, in steps of 128.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PIL import Image

from bot.domain.tokens import estimate_picture_tokens
from bot.playground.model.talk import PlayedAnswer

PROMPT_PRICE, CACHED_PRICE, COMPLETION_PRICE, IMAGE_PRICE = 8e-6, 2e-6, 15e-6, 30e-6
IMAGE_TOKENS = 1290
MAX_CACHE_SECONDS = 600.0
MIN_CACHED_TOKENS, CACHE_STEP_TOKENS = 1024, 128


def count_tokens(text: str) -> int:
    """Tokens of a text, as this provider counts: about four characters each."""
    return len(text) // 4 + 1 if text else 0


class TokenMeter:
    """Counts what requests take. `clock` gives seconds, by which cached prefixes get old."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.total_tokens = 0  # of all requests
        self._sent_prefixes: dict[str, list[tuple[float, list[tuple[str, int]]]]] = {}

    def compute_usage(
        self, answer: PlayedAnswer, pieces: Sequence[tuple[str, int]], session: str
    ) -> dict[str, Any]:
        """The `usage` of an answer to a request of `pieces`: each what it is, and its tokens."""
        prompt = sum(tokens for _, tokens in pieces)
        cached = self._count_cached(list(pieces), session)
        self.total_tokens += prompt
        images = IMAGE_TOKENS * len(answer.pictures)
        thoughts, words = count_tokens(answer.reasoning), count_tokens(answer.text)
        cost = (prompt - cached) * PROMPT_PRICE + cached * CACHED_PRICE
        cost += (words + thoughts) * COMPLETION_PRICE + images * IMAGE_PRICE
        return {
            "prompt_tokens": prompt,
            "completion_tokens": words + thoughts + images,
            "total_tokens": prompt + words + thoughts + images,
            "cost": round(cost, 9),
            "is_byok": False,
            "prompt_tokens_details": {"cached_tokens": cached, "cache_write_tokens": 0},
            "cost_details": {"upstream_inference_cost": round(cost, 9)},
            "completion_tokens_details": {"reasoning_tokens": thoughts, "image_tokens": images},
        }

    def _count_cached(self, pieces: list[tuple[str, int]], session: str) -> int:
        now = self._clock()
        kept = [
            entry
            for entry in self._sent_prefixes.get(session, [])
            if now - entry[0] < MAX_CACHE_SECONDS
        ]
        best = max((_count_common(pieces, before) for _, before in kept), default=0)
        self._sent_prefixes[session] = [*kept[-7:], (now, pieces)]
        return best - best % CACHE_STEP_TOKENS if best >= MIN_CACHED_TOKENS else 0


def _count_common(pieces: Sequence[tuple[str, int]], earlier: Sequence[tuple[str, int]]) -> int:
    """Tokens of the common beginning of two requests."""
    tokens = 0
    for (one, size), (other, _) in zip(pieces, earlier, strict=False):
        if one == other:
            tokens += size
            continue
        same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                    min(len(one), len(other)))  # fmt: skip
        return tokens + (same // 4 if len(one) // 4 + 1 == size else 0)
    return tokens


def split_request(body: Mapping[str, Any]) -> list[tuple[str, int]]:
    """A chat request as a row of pieces, in the order in which the model reads them."""
    found: list[tuple[str, int]] = []
    for message in body["messages"]:
        content = message.get("content")
        parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
        role = str(message.get("role"))
        for part in parts:
            if not isinstance(part, Mapping):
                continue
            url = part.get("image_url")
            if part.get("type") == "image_url" and isinstance(url, Mapping):
                address = str(url.get("url"))
                found.append((address[:64] + address[-64:], _estimate_picture_tokens(address)))
            else:
                text = f"{role}: {part.get('text') or ''}"
                found.append((text, count_tokens(text)))
    if body.get("response_format"):
        schema = json.dumps(body["response_format"])
        found.append((schema, count_tokens(schema)))
    return found


def _estimate_picture_tokens(address: str) -> int:

    try:
        data = base64.b64decode(address.partition(",")[2])
        with Image.open(io.BytesIO(data)) as picture:
            return estimate_picture_tokens(picture.width, picture.height)
    except (binascii.Error, OSError, ValueError):
        return 0
