"""Counts and prices the tokens of the played provider, with its prompt cache.

The rules are those of the real provider (openrouter.ai/docs and OpenAI, "Prompt caching"): a
beginning of at least 1,024 tokens that was sent in the last five to ten minutes costs a quarter, in
steps of 128 tokens. What a request may draw and its schema count as its very beginning. What the
model wrote is in the cache only once it was sent back.
"""

from __future__ import annotations

import base64
import binascii
import io
import itertools
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PIL import Image

from bot.billing.pricing import PICTURE_TOKENS
from bot.domain.pictures.sight import Detail
from bot.domain.tokens import estimate_picture_tokens
from bot.playground.model.talk import PlayedAnswer

PROMPT_PRICE, CACHED_PRICE, COMPLETION_PRICE, IMAGE_PRICE = 8e-6, 2e-6, 15e-6, 30e-6
# A picture of the quality that the provider chooses itself; others take what they take everywhere.
IMAGE_TOKENS = 1290
MIN_CACHE_SECONDS, MAX_CACHE_SECONDS = 300.0, 600.0
MIN_CACHED_TOKENS, CACHE_STEP_TOKENS = 1024, 128


def count_tokens(text: str) -> int:
    """Count the tokens of a text as this provider does: about four characters each."""
    return len(text) // 4 + 1 if text else 0


class TokenMeter:
    """Meters requests. `clock` gives the seconds by which cached prefixes expire.

    The lifetime of each is drawn between the shortest and the longest, the same in every run.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._rng = random.Random(5)
        self.total_tokens = 0  # prompt tokens of all requests
        # By session: when each prefix expires, and the prefix.
        self._sent_prefixes: dict[str, list[tuple[float, list[tuple[str, int]]]]] = {}

    def compute_usage(
        self,
        answer: PlayedAnswer,
        pieces: Sequence[tuple[str, int]],
        session: str,
        quality: str = "",
    ) -> dict[str, Any]:
        """Return the `usage` of an answer; `pieces` are the request's texts and their tokens.

        `quality` is that of its pictures, if the request says one.
        """
        prompt = sum(tokens for _, tokens in pieces)
        cached = self._count_cached(list(pieces), session)
        self.total_tokens += prompt
        images = PICTURE_TOKENS.get(quality, IMAGE_TOKENS) * len(answer.pictures)
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
        recent = [entry for entry in self._sent_prefixes.get(session, []) if now < entry[0]]
        common_tokens = max((_count_common(pieces, before) for _, before in recent), default=0)
        expires_at = now + self._rng.uniform(MIN_CACHE_SECONDS, MAX_CACHE_SECONDS)
        self._sent_prefixes[session] = [*recent[-7:], (expires_at, pieces)]
        return (
            common_tokens - common_tokens % CACHE_STEP_TOKENS
            if common_tokens >= MIN_CACHED_TOKENS
            else 0
        )


def _count_common(pieces: Sequence[tuple[str, int]], earlier: Sequence[tuple[str, int]]) -> int:
    """Count the tokens of the common beginning of two requests."""
    tokens = 0
    for (piece, size), (earlier_piece, _) in zip(pieces, earlier, strict=False):
        if piece == earlier_piece:
            tokens += size
            continue
        pairs = zip(piece, earlier_piece, strict=False)
        common_chars = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
        return tokens + (common_chars // 4 if len(piece) // 4 + 1 == size else 0)
    return tokens


def split_request(body: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Split a chat request into pieces, in the order in which the model reads them."""
    pieces = [(json.dumps(body.get("modalities")), 0)]
    if body.get("response_format"):
        schema = json.dumps(body["response_format"])
        pieces.append((schema, count_tokens(schema)))
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
                tokens = _estimate_picture_tokens(address, url.get("detail"))
                pieces.append((address[:64] + address[-64:], tokens))
            else:
                text = f"{role}: {part.get('text') or ''}"
                pieces.append((text, count_tokens(text)))
    return pieces


def _estimate_picture_tokens(address: str, detail: object) -> int:
    try:
        data = base64.b64decode(address.partition(",")[2])
        with Image.open(io.BytesIO(data)) as picture:
            is_original = detail == Detail.ORIGINAL
            return estimate_picture_tokens(
                *picture.size, Detail.ORIGINAL if is_original else Detail.HIGH
            )
    except (binascii.Error, OSError, ValueError):
        return 0
