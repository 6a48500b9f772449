"""Every refusal that is known, and what Easel makes of it.

`tests/golden/error_bodies.jsonl` holds bodies as public projects and the providers' documentation
show them, shortened and without names, each with where it is from and its outcome.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import EaselError, OperatorError, TransientError, UserError
from bot.llm import errors
from bot.llm.error_translation import translate_error, translate_response

BODIES = Path(__file__).parents[2] / "golden" / "error_bodies.jsonl"
ROWS = [json.loads(line) for line in BODIES.read_text().splitlines()]
# The class of the error, and its sentence where every error of the class has the same one.
OUTCOMES: dict[str, tuple[type[EaselError], str]] = {
    "not_offered": (OperatorError, errors.MODEL_NOT_OFFERED_MESSAGE),
    "data_policy": (OperatorError, errors.DATA_POLICY_MESSAGE),
    "not_verified": (OperatorError, errors.NOT_VERIFIED_MESSAGE),
    "key": (OperatorError, errors.KEY_REJECTED_MESSAGE),
    "no_access": (OperatorError, errors.ACCESS_DENIED_MESSAGE),
    "region": (OperatorError, errors.REGION_MESSAGE),
    "limit": (OperatorError, errors.LIMIT_REACHED_MESSAGE),
    "credit": (errors.InsufficientCredit, errors.NO_CREDIT_MESSAGE),
    "moderated": (errors.ContentModerated, ""),
    "too_long": (errors.ContextTooLong, errors.CONVERSATION_TOO_LONG_MESSAGE),
    "too_large": (errors.RequestTooLarge, errors.REQUEST_TOO_LARGE_MESSAGE),
    "parameter": (errors.ParameterRefused, ""),
    "extra": (errors.ExtraParameterRefused, errors.PARAMETER_MESSAGE),
    "pictures_in": (errors.PicturesRefused, errors.NO_PICTURE_INPUT_MESSAGE),
    "pictures_out": (errors.PicturesRefused, errors.MODEL_NOT_OFFERED_MESSAGE),
    "pictures_role": (UserError, errors.REQUEST_NOT_ACCEPTED_MESSAGE),
    "bad_picture": (UserError, errors.UNREADABLE_PICTURE_MESSAGE),
    "schema": (errors.SchemaRefused, errors.SCHEMA_REFUSED_MESSAGE),
    "not_accepted": (UserError, errors.REQUEST_NOT_ACCEPTED_MESSAGE),
    "zod": (OperatorError, errors.REQUEST_NOT_ACCEPTED_MESSAGE),
    "busy": (TransientError, errors.MODEL_BUSY_MESSAGE),
    "timeout": (TransientError, errors.MODEL_TIMEOUT_MESSAGE),
    "unavailable": (TransientError, errors.MODEL_UNAVAILABLE_MESSAGE),
}
EXAMPLES = {
    "error_400_zod_live_shape.json": "zod",
    "error_401_spec.json": "key",
    "error_402_live_shape.json": "credit 4000",
    "error_402_spec.json": "credit",
    "error_403_guardrail_spec.json": "moderated",
    "error_403_moderation_docs_shape.json": "moderated",
    "error_404_modalities_live_shape.json": "pictures_out",
    "error_413_image_live_shape.json": "too_large",
    "error_413_spec.json": "too_large",
    "error_429_availability_docs.json": "busy",
    "error_429_openrouter_live_shape.json": "limit",
    "error_429_upstream_live_shape.json": "busy",
    "error_524_spec.json": "timeout",
    "error_529_spec.json": "busy",
    "openai_moderation_blocked.json": "moderated",
}


# In words that no public report has, but that the documentation lets expect.
EXPECTED: list[tuple[int, str, dict[str, Any]]] = [
    (404, "data_policy", {"message": "No endpoints available that match your data policy."}),
    (404, "data_policy", {"message": "All endpoints were removed by your privacy settings."}),
    (404, "data_policy", {"message": "Filtered out.", "metadata": {
        "availability": {"code": "privacy_restricted"}}}),
    (404, "not_offered", {"message": "No endpoints found for openai/gpt-5.4-image-2."}),
    (403, "no_access", {"code": 403, "message": "Only management keys can perform this operation"}),
    (403, "no_access", {"code": 403, "message": "The model is not on your guardrail's allow-list"}),
    (403, "moderated", {"code": 403, "message": "Forbidden"}),
    (408, "timeout", {"message": "Request timeout", "type": "server_error", "code": None}),
    (500, "unavailable", {"message": "Sorry about that!", "type": "server_error", "code": None}),
    (400, "extra prompt_cache_retention", {
        "message": "Invalid value: '24h'. Supported values are: 'in_memory'.",
        "param": "prompt_cache_retention", "code": "invalid_value"}),
    (400, "extra prompt_cache_retention", {
        "message": "prompt_cache_retention=24h cannot be used with zero data retention"}),
    (400, "extra safety_identifier", {
        "message": "Invalid 'safety_identifier': string too long. Expected a string with maximum"
        " length 64.", "code": "string_above_max_length", "param": "safety_identifier"}),
    (403, "extra prompt_cache_retention", {
        "message": "prompt_cache_retention 24h is not allowed for ZDR organizations",
        "param": "prompt_cache_retention"}),
    (403, "extra prompt_cache_retention", {
        "code": 403, "message": "`prompt_cache_retention` is not permitted for this project"}),
    (400, "extra prompt_cache_retention", {
        "message": "Zero data retention organizations cannot use extended prompt caching."}),
    (400, "extra stream_options", {"message": "The stream_options parameter is not supported."}),
    (400, "extra session_id", {"message": "This server does not support the parameter session_id"}),
    (422, "extra stream_options", {"message": "stream_options: Extra inputs are not permitted"}),
    # Whom a provider has shut out is not asked for under another name.
    (403, "no_access", {
        "message": "Access for this safety_identifier was blocked", "param": "safety_identifier",
        "code": "permission_denied"}),
    (400, "moderated", {
        "message": "Invalid prompt: it may violate our usage policies.", "code": "invalid_prompt",
        "param": "safety_identifier"}),
    # What is asked is refused, not who asks.
    *((403, "moderated", {"code": 403, "message": message}) for message in (
        "Input is restricted: sexual/minors",
        "Your request was not permitted by the provider's content rules",
        "This content is disabled by our policy",
        "The prompt for this model is restricted",
        "Messages of this kind are not allowed by the model's provider")),
    *((403, "no_access", {"code": 403, "message": message}) for message in (
        "This model is restricted to organizations with an agreement",
        "Your account is disabled",
        "API key is not authorized to use this model",
        "You are not permitted to use this endpoint",
        "This model is not allowed to answer your request")),
    # Names that are listed, or are of a schema, are not refused.
    (400, "not_accepted", {"message": "Invalid schema: property stream_options has no type"}),
    (400, "not_accepted", {
        "message": "temperature is not supported; allowed: seed, stop, stream_options"}),
    (400, "not_accepted", {"message": "Expected session_id or prompt_cache_key in the answer"}),
    (400, "extra foo", {"message": "Unknown parameter: 'foo'. Allowed: safety_identifier"}),
    (400, "schema", {
        "message": "Invalid schema for response_format 'answer': schema must be a JSON Schema of"
        " 'type: \"object\"', got 'type: \"array\"'.",
        "param": "text.format.schema", "code": "invalid_json_schema"}),
    (400, "schema", {
        "message": "Invalid schema for response_format 'x': In context=(), 'additionalProperties'"
        " is required to be supplied and to be false.", "param": "response_format", "code": None}),
    # A sentence that lists what there is names none of it.
    (400, "extra seeds", {"message": "Unknown parameter: 'seeds'. Known: prompt_cache_key, seed",
                          "param": "seeds", "code": "unknown_parameter"}),
]  # fmt: skip


@pytest.mark.parametrize(("status", "outcome", "error"), EXPECTED)
def test_what_is_expected_in_other_words_has_its_outcome(
    status: int, outcome: str, error: dict[str, Any]
) -> None:
    check_outcome(translate_response(status, {"error": error}), outcome)


def describe(row: dict[str, Any]) -> str:
    return f"{row['outcome']}-{row['from']}"


def check_outcome(error: EaselError, outcome: str) -> None:
    kind, *facts = outcome.split()
    expected, message = OUTCOMES[kind]
    # An error that another class handles in another way must not pass for its base.
    is_exact = expected not in (OperatorError, UserError, TransientError)
    assert type(error) is expected if is_exact else isinstance(error, expected), repr(error)
    assert not message or error.user_message == message
    assert error.user_message.endswith((".", "`."))
    match error:
        case errors.ContextTooLong():
            assert [error.lengths.limit] == [int(facts[0]) if facts else None]
        case errors.InsufficientCredit():
            assert [error.affordable_tokens] == [int(facts[0]) if facts else None]
        case errors.ParameterRefused():
            assert error.refused.option == facts[0]
            assert error.refused.limit == (int(facts[1]) if facts[1:] else None)
        case errors.ExtraParameterRefused():
            assert error.refused.name == facts[0]
        case errors.PicturesRefused():
            assert error.is_input is (kind == "pictures_in")
        case _:
            pass


def test_the_table_is_long_and_no_body_is_in_it_twice() -> None:
    bodies = {(row["status"], json.dumps(row["body"])) for row in ROWS}
    assert len(ROWS) == len(bodies) >= 100


@pytest.mark.parametrize("row", ROWS, ids=describe)
def test_every_recorded_refusal_has_its_outcome(row: dict[str, Any]) -> None:
    error = translate_response(row["status"], row["body"])
    check_outcome(error, row["outcome"])
    assert error.code == str(row["status"])
    assert len(error.reason) <= 240


@pytest.mark.parametrize("row", [row for row in ROWS if row["body"]], ids=describe)
def test_in_the_middle_of_a_stream_it_has_the_same_outcome(row: dict[str, Any]) -> None:
    body = row["body"][0] if isinstance(row["body"], list) else row["body"]
    told = body.get("error") if isinstance(body, dict) else body
    error = told if isinstance(told, dict) else {"message": told}
    # A stream has no status of its own: it is in the error.
    found = translate_error({"http_status": row["status"]} | error | _find_rest(body))
    check_outcome(found, row["outcome"])


def _find_rest(body: Any) -> dict[str, Any]:
    """Return what stands around the error of a body, where the body is the error."""
    if not isinstance(body, dict) or isinstance(body.get("error"), dict):
        return {}
    return {name: value for name, value in body.items() if name != "error"}


@pytest.mark.parametrize(("name", "outcome"), EXAMPLES.items())
def test_every_example_of_the_specifications_has_its_outcome(
    name: str, outcome: str, specs: Path
) -> None:
    body = json.loads((specs / "examples" / name).read_text())
    status = int(name.split("_")[1]) if name.startswith("error") else 400
    check_outcome(translate_response(status, body), outcome)


def test_every_example_is_in_the_table(specs: Path) -> None:
    names = {path.name for path in (specs / "examples").glob("error_*.json")}
    assert names | {"openai_moderation_blocked.json"} == set(EXAMPLES)
