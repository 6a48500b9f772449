"""A model of which nothing is known is tried, and what it refuses is learnt."""

from __future__ import annotations

from dataclasses import replace

import httpx

from bot.domain.model_info import FactOrigin, FactSource
from bot.domain.options import RequestOptions
from bot.llm import errors
from bot.playground.model import PlayedModel
from tests.support.codecs import PLAIN, PROMPT
from tests.support.retrying_models import ask, build_model

UNKNOWN = {
    fact: FactOrigin(FactSource.ASSUMED, "2026-01-01")
    for fact in ("input_modalities", "output_modalities", "supported_parameters")
}
NO_PICTURES = {
    "error": {
        "message": "No endpoints found that support the requested output modalities: image, text",
        "code": 404,
    }
}


async def test_a_model_of_which_nothing_is_known_is_tried_and_its_refusal_is_learnt(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played, origins=UNKNOWN)
    assert model.get_model_info().draws
    played.fail(404, NO_PICTURES)
    _, notes, failure = await ask(model, PLAIN)
    assert failure is None and "does not make pictures" in notes[0]
    assert "modalities" in played.requests[0] and "modalities" not in played.requests[1]
    assert not model.get_model_info().draws


async def test_a_picture_that_is_wanted_is_not_replaced_by_words(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played, origins=UNKNOWN)
    played.fail(404, NO_PICTURES)
    _, notes, failure = await ask(model, replace(PLAIN, wants_picture=True))
    assert failure is not None and failure.user_message == errors.NO_PICTURE_OUTPUT_MESSAGE
    assert not notes and not model.get_model_info().draws


async def test_what_is_known_of_a_model_is_not_unlearnt(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played)
    played.fail(404, NO_PICTURES)
    _, _, failure = await ask(model, PLAIN)
    assert failure is not None and failure.user_message == errors.MODEL_NOT_OFFERED_MESSAGE
    assert model.get_model_info().draws and len(played.requests) == 1


async def test_eyes_that_are_refused_are_learnt_where_nothing_was_known(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played, origins=UNKNOWN)
    played.fail(404, {"error": {"code": 404, "message": "No endpoints found that support image"
                                                       " input"}})  # fmt: skip
    _, _, failure = await ask(model, replace(PROMPT, documents=(), options=RequestOptions()))
    assert failure is not None and failure.user_message == errors.NO_PICTURE_INPUT_MESSAGE
    assert not model.get_model_info().sees
