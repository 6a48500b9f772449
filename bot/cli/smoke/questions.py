"""Eight questions that the documentation leaves open, each asked of the service itself.

Each function returns its findings as plain sentences. The probe adds up the cost.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TypeAlias

from PIL import Image

from bot.cli.smoke.probe import Probe, ProbeResult
from bot.domain.errors import EaselError
from bot.llm.openrouter import OpenRouterAccount
from bot.llm.streaming.payloads import coerce_mapping, coerce_usd

ProbeFunction: TypeAlias = Callable[[Probe, OpenRouterAccount], Awaitable[list[str]]]

_DRAW_PROMPT = "Draw one small red dot on white. Nothing else."
_LOW_QUALITY_CONFIG = {"quality": "low", "aspect_ratio": "1:1"}
_ABORT_AFTER_SECONDS = 3.0
_BILL_WAIT_SECONDS = (2.0, 5.0, 10.0, 20.0, 40.0)
_MAX_PICTURES = 16


async def probe_stream_shape(probe: Probe, _account: OpenRouterAccount) -> list[str]:
    """Find out where the pictures of a stream are, how many, and how it ends."""
    result = await probe.ask(_DRAW_PROMPT, image_config=_LOW_QUALITY_CONFIG)
    if result.status != 200:
        return [f"no picture was made: {result.format_error()}"]
    places = [
        number
        for number, choice in enumerate(result.list_choices())
        if coerce_mapping(choice.get("delta")).get("images")
    ]
    finish = [
        (c.get("finish_reason"), c.get("native_finish_reason")) for c in result.list_choices()
    ]
    return [
        f"{len(result.chunks)} chunks, pictures in number {places or 'none'}",
        f"{result.count_pictures('delta')} in delta.images, {result.count_pictures('message')} in"
        " message.images",
        f"finish_reason and native_finish_reason at the end: {finish[-1] if finish else 'none'}",
        f"X-Generation-Id {'came' if result.generation_id else 'did not come'} with the headers",
    ]


async def probe_history_pictures(probe: Probe, _account: OpenRouterAccount) -> list[str]:
    """Find out whether an assistant's message may hold pictures."""
    picture = {"type": "image_url", "image_url": {"url": _build_picture_url()}}
    messages = [
        {"role": "user", "content": "Draw a red square."},
        {"role": "assistant", "content": "Here it is.", "images": [picture]},
        {"role": "user", "content": "Which colour is the square you drew? One word."},
    ]
    result = await probe.ask("", messages=messages, modalities=["text"], max_tokens=100)
    if result.status != 200:
        return [f"refused: {result.format_error()}"]
    text = _join_text(result)
    tokens = result.usage.get("prompt_tokens")
    return [f"taken; it answers “{text[:60]}” with {tokens} prompt tokens (few: it was ignored)"]


async def probe_image_config(probe: Probe, _account: OpenRouterAccount) -> list[str]:
    """Find out which keys of image_config reach the provider."""
    image_config = {**_LOW_QUALITY_CONFIG, "background": "opaque"}
    result = await probe.ask(
        _DRAW_PROMPT, image_config=image_config, debug={"echo_upstream_body": True}
    )
    if result.status != 200:
        return [f"refused: {result.format_error()}"]
    echoes = [json.dumps(chunk["debug"]) for chunk in result.chunks if chunk.get("debug")]
    if not echoes:
        return ["the service does not echo what it sends on"]
    names = (*image_config, "size", "background", "quality")
    found = sorted({name for name in names if f'"{name}"' in echoes[0].replace("\\", "")})
    return [f"what is sent on has the keys {', '.join(found) or 'none of those'}"]


async def probe_billing(probe: Probe, account: OpenRouterAccount) -> list[str]:
    """Find out whether image tokens are reported, and whether the reported cost is charged."""
    result = await probe.ask(_DRAW_PROMPT, image_config=_LOW_QUALITY_CONFIG)
    if result.status != 200:
        return [f"no picture was made: {result.format_error()}"]
    details = coerce_mapping(result.usage.get("completion_tokens_details"))
    total = await _poll_cost(account, result.generation_id)
    verdict = "the same" if total == result.cost else "another sum"
    return [
        f"completion_tokens_details.image_tokens is {details.get('image_tokens')}",
        f"usage.cost is {result.cost}, /generation says {total}: {verdict}",
    ]


async def probe_catalog(probe: Probe, account: OpenRouterAccount) -> list[str]:
    """Find out what the catalogue says about reasoning, prices, expiry and parameters."""
    entry = await account.fetch_catalog_entry(probe.model) or {}
    pricing = coerce_mapping(entry.get("pricing"))
    return [
        f"reasoning: {json.dumps(entry.get('reasoning'))}",
        f"pricing.image_output: {pricing.get('image_output')}",
        f"expiration_date: {entry.get('expiration_date')}",
        f"supported_parameters: {', '.join(map(str, entry.get('supported_parameters') or []))}",
    ]


async def probe_abort(probe: Probe, account: OpenRouterAccount) -> list[str]:
    """Find out whether a picture is billed if its request is aborted while it is drawn."""
    result, loop = ProbeResult(), asyncio.get_running_loop()
    deadline = loop.time() + _ABORT_AFTER_SECONDS
    stream = probe.stream(_DRAW_PROMPT, result, image_config=_LOW_QUALITY_CONFIG)
    try:
        async with asyncio.timeout_at(deadline):
            async for chunk in stream:
                if loop.time() >= deadline or chunk.get("usage"):
                    break
    except TimeoutError:
        pass
    finally:
        await stream.aclose()
    picture_count = result.count_pictures("delta")
    total = await _poll_cost(account, result.generation_id)
    probe.spent_usd += total or Decimal(0)
    when = "after the picture had come" if picture_count else "before the picture came"
    return [f"left {when}: /generation says {total} US dollars"]


async def probe_picture_limit(probe: Probe, _account: OpenRouterAccount) -> list[str]:
    """Find out how many pictures a request may hold."""
    findings = []
    for count in (_MAX_PICTURES, _MAX_PICTURES + 1):
        parts: list[object] = [{"type": "text", "text": "How many pictures? One number."}]
        parts += [{"type": "image_url", "image_url": {"url": _build_picture_url()}}] * count
        result = await probe.ask(parts, modalities=["text"], max_tokens=100)
        answer = _join_text(result)[:40] if result.status == 200 else result.format_error()
        findings.append(f"{count} pictures: {answer}")
    return findings


async def probe_structured_output(probe: Probe, _account: OpenRouterAccount) -> list[str]:
    """Find out whether data can be asked for together with pictures."""
    schema = {"type": "object", "properties": {"dot": {"type": "string"}}, "required": ["dot"]}
    response_format = {"type": "json_schema", "json_schema": {"name": "dot", "schema": schema}}
    result = await probe.ask(
        "Which colour has a red dot? Do not draw.", response_format=response_format, max_tokens=200
    )
    if result.status != 200:
        return [f"refused: {result.format_error()}"]
    return [f"taken; it answers {_join_text(result)[:80]}"]


QUESTIONS: tuple[tuple[str, ProbeFunction], ...] = (
    ("Where are the pictures in a stream?", probe_stream_shape),
    ("May pictures stand in an assistant's message?", probe_history_pictures),
    ("Which keys of image_config arrive?", probe_image_config),
    ("Are image tokens reported, and is the cost what is charged?", probe_billing),
    ("What does the catalogue say?", probe_catalog),
    ("Is a picture billed whose request was aborted while it was drawn?", probe_abort),
    ("How many pictures may a request hold?", probe_picture_limit),
    ("Do data and pictures go together?", probe_structured_output),
)


def _join_text(result: ProbeResult) -> str:
    parts = (coerce_mapping(choice.get("delta")).get("content") for choice in result.list_choices())
    return " ".join("".join(part for part in parts if isinstance(part, str)).split())


def _build_picture_url() -> str:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (220, 30, 30)).save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


async def _poll_cost(account: OpenRouterAccount, generation_id: str) -> Decimal | None:
    """Return the cost of a generation, which the service knows only after a while, or None."""
    for wait in _BILL_WAIT_SECONDS:
        try:
            generation = await account.fetch_generation(generation_id) if generation_id else None
        except EaselError:
            return None
        if generation is not None:
            return coerce_usd(generation.get("total_cost"))
        await asyncio.sleep(wait)
    return None
