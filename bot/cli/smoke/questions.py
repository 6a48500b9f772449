"""The eight questions that documentation leaves open, each asked of the service itself.

Each returns what was found, in plain sentences; what a request cost is in the probe.
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
    """Where the pictures of a stream are, how many, and how it ends."""
    heard = await probe.ask(_DRAW_PROMPT, image_config=_LOW_QUALITY_CONFIG)
    if heard.status != 200:
        return [f"no picture was made: {heard.format_error()}"]
    places = [
        number
        for number, choice in enumerate(heard.list_choices())
        if coerce_mapping(choice.get("delta")).get("images")
    ]
    finish = [(c.get("finish_reason"), c.get("native_finish_reason")) for c in heard.list_choices()]
    return [
        f"{len(heard.chunks)} chunks, pictures in number {places or 'none'}",
        f"{heard.count_pictures('delta')} in delta.images, {heard.count_pictures('message')} in"
        " message.images",
        f"finish_reason and native_finish_reason at the end: {finish[-1] if finish else 'none'}",
        f"X-Generation-Id {'came' if heard.generation_id else 'did not come'} with the headers",
    ]


async def probe_history_pictures(probe: Probe, _account: OpenRouterAccount) -> list[str]:
    """Whether pictures may stand in an assistant's message."""
    picture = {"type": "image_url", "image_url": {"url": _build_picture_url()}}
    messages = [
        {"role": "user", "content": "Draw a red square."},
        {"role": "assistant", "content": "Here it is.", "images": [picture]},
        {"role": "user", "content": "Which colour is the square you drew? One word."},
    ]
    heard = await probe.ask("", messages=messages, modalities=["text"], max_tokens=100)
    if heard.status != 200:
        return [f"refused: {heard.format_error()}"]
    text = _join_text(heard)
    tokens = heard.usage.get("prompt_tokens")
    return [f"taken; it answers “{text[:60]}” with {tokens} prompt tokens (few: it was ignored)"]


async def probe_image_config(probe: Probe, _account: OpenRouterAccount) -> list[str]:
    """Which keys of image_config reach the provider."""
    wanted = {**_LOW_QUALITY_CONFIG, "background": "opaque"}
    heard = await probe.ask(_DRAW_PROMPT, image_config=wanted, debug={"echo_upstream_body": True})
    if heard.status != 200:
        return [f"refused: {heard.format_error()}"]
    echoes = [json.dumps(chunk["debug"]) for chunk in heard.chunks if chunk.get("debug")]
    if not echoes:
        return ["the service does not echo what it sends on"]
    names = (*wanted, "size", "background", "quality")
    found = sorted({name for name in names if f'"{name}"' in echoes[0].replace("\\", "")})
    return [f"what is sent on has the keys {', '.join(found) or 'none of those'}"]


async def probe_billing(probe: Probe, account: OpenRouterAccount) -> list[str]:
    """Whether image tokens are told, and whether the cost is what is charged."""
    heard = await probe.ask(_DRAW_PROMPT, image_config=_LOW_QUALITY_CONFIG)
    if heard.status != 200:
        return [f"no picture was made: {heard.format_error()}"]
    details = coerce_mapping(heard.usage.get("completion_tokens_details"))
    total = await _poll_cost(account, heard.generation_id)
    same = "the same" if total == heard.cost else "another sum"
    return [
        f"completion_tokens_details.image_tokens is {details.get('image_tokens')}",
        f"usage.cost is {heard.cost}, /generation says {total}: {same}",
    ]


async def probe_catalog(probe: Probe, account: OpenRouterAccount) -> list[str]:
    """What the catalogue's entry has besides what is known."""
    entry = await account.fetch_catalog_entry(probe.model) or {}
    pricing = coerce_mapping(entry.get("pricing"))
    return [
        f"reasoning: {json.dumps(entry.get('reasoning'))}",
        f"pricing.image_output: {pricing.get('image_output')}",
        f"expiration_date: {entry.get('expiration_date')}",
        f"supported_parameters: {', '.join(map(str, entry.get('supported_parameters') or []))}",
    ]


async def probe_abort(probe: Probe, account: OpenRouterAccount) -> list[str]:
    """Whether a picture is billed whose request was left while it was drawn."""
    heard, loop = ProbeResult(), asyncio.get_running_loop()
    until = loop.time() + _ABORT_AFTER_SECONDS
    stream = probe.stream(_DRAW_PROMPT, heard, image_config=_LOW_QUALITY_CONFIG)
    try:
        async with asyncio.timeout_at(until):
            async for chunk in stream:
                if loop.time() >= until or chunk.get("usage"):
                    break
    except TimeoutError:
        pass
    finally:
        await stream.aclose()
    drawn = heard.count_pictures("delta")
    total = await _poll_cost(account, heard.generation_id)
    probe.spent_usd += total or Decimal(0)
    when = "after the picture had come" if drawn else "before the picture came"
    return [f"left {when}: /generation says {total} US dollars"]


async def probe_picture_limit(probe: Probe, _account: OpenRouterAccount) -> list[str]:
    """How many pictures a request may hold."""
    found = []
    for count in (_MAX_PICTURES, _MAX_PICTURES + 1):
        parts: list[object] = [{"type": "text", "text": "How many pictures? One number."}]
        parts += [{"type": "image_url", "image_url": {"url": _build_picture_url()}}] * count
        heard = await probe.ask(parts, modalities=["text"], max_tokens=100)
        answer = _join_text(heard)[:40] if heard.status == 200 else heard.format_error()
        found.append(f"{count} pictures: {answer}")
    return found


async def probe_structured_output(probe: Probe, _account: OpenRouterAccount) -> list[str]:
    """Whether data can be asked for beside pictures."""
    schema = {"type": "object", "properties": {"dot": {"type": "string"}}, "required": ["dot"]}
    form = {"type": "json_schema", "json_schema": {"name": "dot", "schema": schema}}
    heard = await probe.ask(
        "Which colour has a red dot? Do not draw.", response_format=form, max_tokens=200
    )
    if heard.status != 200:
        return [f"refused: {heard.format_error()}"]
    return [f"taken; it answers {_join_text(heard)[:80]}"]


QUESTIONS: tuple[tuple[str, ProbeFunction], ...] = (
    ("Where are the pictures in a stream?", probe_stream_shape),
    ("May pictures stand in an assistant's message?", probe_history_pictures),
    ("Which keys of image_config arrive?", probe_image_config),
    ("Are image tokens told, and is the cost what is charged?", probe_billing),
    ("What does the catalogue say?", probe_catalog),
    ("Is a picture billed that was left while it was drawn?", probe_abort),
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
    """What the service says a generation cost; it takes a while to know."""
    for wait in _BILL_WAIT_SECONDS:
        try:
            known = await account.fetch_generation(generation_id) if generation_id else None
        except EaselError:
            return None
        if known is not None:
            return coerce_usd(known.get("total_cost"))
        await asyncio.sleep(wait)
    return None
