"""The codes and words by which refusals are told apart, as one table. Pure.

Words decide before the HTTP status: OpenRouter says that a model is not offered with 400, OpenAI
that the account is empty with 429, llama.cpp that a prompt is too long with 500. The table is in
order: the first rule that fits decides. `tests/unit/llm/test_error_bodies.py` holds recorded bodies
for each of them. See `kinds.py` for the status where no rule fits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, auto

from bot.llm.failures.facts import ErrorFacts


class FailureKind(StrEnum):
    """What a refusal is about, named by what helps."""

    NOT_VERIFIED = auto()
    MODERATED = auto()
    NO_CREDIT = auto()
    LIMIT_REACHED = auto()  # of a day or month; it passes, but not in a minute
    REGION = auto()
    KEY_REJECTED = auto()
    NO_ACCESS = auto()
    OUTPUT_TOO_LONG = auto()  # more output is asked for than the model ever writes
    CONTEXT_TOO_LONG = auto()
    NO_PICTURE_INPUT = auto()
    NO_PICTURE_OUTPUT = auto()
    DATA_POLICY = auto()  # of those who offer the model none may be asked
    NOT_OFFERED = auto()
    REQUEST_TOO_LARGE = auto()
    BAD_PICTURE = auto()
    BAD_SCHEMA = auto()
    PARAMETER = auto()
    BUSY = auto()
    TIMEOUT = auto()
    UNAVAILABLE = auto()
    NOT_ACCEPTED = auto()


@dataclass(frozen=True, slots=True)
class Rule:
    """Fits if a code is in `codes`, the sentences match `words`, or `parameter` is refused.

    A rule with `statuses` fits no other status; none at all counts as any.
    """

    kind: FailureKind
    codes: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None
    statuses: range = range(600)
    parameter: str = ""

    def is_met(self, facts: ErrorFacts, status: int | None) -> bool:
        if status is not None and status not in self.statuses:
            return False
        if not self.codes.isdisjoint(facts.codes):
            return True
        if self.parameter and self.parameter in facts.parameters:
            return True
        return self.words is not None and self.words.search(facts.text) is not None


def _build_rule(
    kind: FailureKind, codes: str = "", words: str = "", statuses: range = range(600)
) -> Rule:
    pattern = re.compile(words, re.IGNORECASE | re.MULTILINE) if words else None
    return Rule(kind, frozenset(codes.split()), pattern, statuses)


_REFUSED = range(400, 500)
_OF_NO_CONTENT = r"(?:(?!\b(?:content|input|prompt|request|message|topic)s?\b)[^\n])"
_PARAMETER_CODES = (
    "unsupported_parameter unsupported_value unknown_parameter unsupported_request_value"
    " extra_forbidden invalid_parameter unsupportedparamserror integer_above_max_value"
    " integer_below_min_value invalid_parameter_error"
)
RULES = (
    _build_rule(FailureKind.NOT_VERIFIED, words=r"organi[sz]ation must be verified"),
    _build_rule(
        FailureKind.MODERATED,
        "bio_policy content_filter content_policy_violation image_content_policy_violation"
        " invalid_prompt moderation_blocked refusal responsibleaipolicyviolation"
        " sanitizer_moderation_error",
        r"moderation_blocked|content management policy|rejected (?:by|as a result of) (?:the|our)"
        r" safety system|not allowed by our safety system|IMAGE_SAFETY|safety polic"
        r"|violation of provider terms|violat\w+ (?:our|the) (?:usage |content )?polic"
        r"|input was flagged|flagged (?:as|for) |may violate our guardrails|requires moderation",
    ),
    _build_rule(
        FailureKind.NO_CREDIT,
        "insufficient_quota billing_hard_limit_reached billing_not_active payment_required"
        " budget_exceeded insufficient_user_quota openrouter_credits openrouter_key_limit",
        r"insufficient (?:credits|balance|funds|quota)|credit balance is too low"
        r"|exceeded your current quota|more credits|key limit exceeded|budget has been exceeded"
        r"|billing hard limit|account is not active",
    ),
    _build_rule(
        FailureKind.LIMIT_REACHED,
        "openrouter_free_tier_daily",
        r"free-models-per-day|(?:daily|monthly) (?:request |usage |token )?limit"
        r"|requests? per day|tokens per day",
        range(429, 430),
    ),
    _build_rule(
        FailureKind.REGION,
        "unsupported_country_region_territory region_restricted data_residency_mismatch",
        r"country, region,? or territory not supported|user location is not supported"
        r"|not available in your (?:country|region)",
    ),
    _build_rule(
        FailureKind.KEY_REJECTED,
        "invalid_api_key api_key_invalid authentication authentication_error account_deactivated"
        " token_expired",
        r"incorrect api key|invalid api key|api key not valid|no auth credentials"
        r"|missing authentication|invalid (?:proxy server )?token|account \w* ?\w* ?deactivated",
        range(400, 404),
    ),
    _build_rule(
        FailureKind.DATA_POLICY,
        "privacy_restricted constraint.data_collection constraint.zdr constraint.only"
        " constraint.ignore constraint.order",
        r"(?:no|all) endpoints\b[^\n]{0,60}\b(?:data polic|privacy|zero data retention|zdr\b)"
        r"|(?:excluded|filtered|removed|restricted)[^\n]{0,10} by [^\n]{0,20}(?:data polic|privacy)"
        r"|no allowed providers are available|all providers have been ignored",
        range(400, 430),
    ),
    _build_rule(
        FailureKind.NO_PICTURE_INPUT,
        words=r"(?:no endpoints found that|does not|do not|doesn't|not) support image input"
        r"|image input is not supported|is not a multimodal model|at most 0 image"
        r"|image_url'? is only supported|does not support (?:images|vision)"
        r"|unknown variant `?image_url",
    ),
    _build_rule(
        FailureKind.NO_PICTURE_OUTPUT,
        words=r"support the requested output modalities[^\n]*image"
        r"|tool '?image_generation'? is not supported"
        r"|(?:does not|doesn't) support image (?:output|generation)"
        r"|modalities[^\n]{0,40}(?:not permitted|not supported|unsupported)"
        r"|(?:unsupported|unknown|unrecognized)[^\n]{0,40}\bmodalities"
        r"|invalid value: 'image'[^\n]{0,40}'audio'",
    ),
    _build_rule(
        FailureKind.OUTPUT_TOO_LONG,
        "",
        r"max_(?:completion_|output_)?tokens\b[^\n]{0,20} is too large"
        r"|supports at most \d+ (?:completion|output) tokens|valid range of max_\w*tokens"
        r"|maximum allowed number of output tokens"
        r"|max_(?:completion_|output_)?tokens[^\n]{0,60}above maximum"
        r"|max_(?:completion_|output_)?tokens\W{1,3}(?:must|should) be (?:less than|at most|<=)"
        r"|max_(?:completion_|output_)?tokens is limited|invalid max_tokens value",
    ),
    _build_rule(
        FailureKind.CONTEXT_TOO_LONG,
        "context_length_exceeded max_tokens_exceeded string_too_long string_above_max_length"
        " token_limit_exceeded exceed_context_size_error request_too_large_for_model",
        r"maximum context length|(?:prompt|input|request|messages?) (?:is|are|was) too long\b"
        r"|exceed\w*[^\n]{0,40}context|context (?:size|length|window)[^\n]{0,30}exceed"
        r"|exceeds the maximum number of tokens|reduce the length of|token limit (?:was )?reached"
        r"|input length and `?max_tokens`? exceed|maximum prompt length|too many (?:input )?tokens"
        r"|exceed\w* n_ctx|range of input length should be|request too large for "
        r"|exceed\w* (?:the )?(?:model'?s? )?(?:max\w* )?(?:input )?(?:token|length) limit",
    ),
    _build_rule(
        FailureKind.BUSY,
        "capacity_exhausted engine_overloaded overloaded_error rate_limit_exceeded rate_limit_error"
        " rate_limited provider_overloaded openrouter_in_flight_budget",
    ),
    _build_rule(FailureKind.UNAVAILABLE, "temporarily_unavailable provider_unavailable"),
    # With 408 it is a timeout all the same.
    _build_rule(FailureKind.UNAVAILABLE, "server server_error", statuses=range(500, 600)),
    _build_rule(
        FailureKind.BAD_PICTURE,
        "empty_image_file image_download_failed image_not_found image_parse_error image_too_small"
        " invalid_base64_image invalid_image invalid_image_format invalid_image_mode"
        " invalid_image_url unsupported_image_format unsupported_image_media_type"
        " failed_to_download_image image_file_not_found sanitizer_server_error",
        r"unsupported image|not represent a valid image|could not process image"
        r"|(?:invalid|corrupt\w*) image (?:data|file|format)|failed to (?:load|decode) image"
        r"|cannot identify image file",
        _REFUSED,
    ),
    _build_rule(
        FailureKind.REQUEST_TOO_LARGE,
        "payload_too_large image_too_large image_file_too_large request_too_large",
        r"payload too large|request entity too large|image exceeds [\d.]+ ?mb|total size of images",
        _REFUSED,
    ),
    _build_rule(
        FailureKind.BAD_SCHEMA,
        "invalid_json_schema invalid_function_parameters",
        r"invalid schema for (?:response_format|text\.format)|invalid json schema",
        _REFUSED,
    ),
    Rule(FailureKind.NOT_OFFERED, statuses=range(400, 430), parameter="model"),
    _build_rule(FailureKind.PARAMETER, _PARAMETER_CODES, statuses=_REFUSED),
    _build_rule(
        FailureKind.NOT_OFFERED,
        "model_not_found wrong_endpoint no_endpoints model_deprecated model_unavailable_upstream"
        " constraint_filtered free_variant_ended deploymentnotfound"
        " invalid_model_id key_model_access_denied team_model_access_denied"
        " user_model_access_denied model_not_supported unsupported_api_for_model"
        " model_decommissioned not_found_error model_not_available",
        r"not a valid model id|no endpoints (?:found|available)|invalid model(?: name| id|\.|\b)"
        r"|model[^\n]{0,100}(?:does not exist|not exist\b|was not found|is not found|not found"
        r"|has been (?:deprecated|decommissioned|retired|shut down)|is not available)"
        r"|(?:don't|do not) have access to (?:it|this model|the model)"
        r"|not allowed to access (?:the )?model|no (?:such|available) model"
        r"|model identifier is invalid|llm provider not provided|api deployment for this resource"
        r"|no (?:healthy )?deployments? available|unknown model|no available channel"
        r"|model (?:is )?not supported\b|not supported (?:model|in the v1/)",
        range(400, 430),
    ),
    _build_rule(
        FailureKind.PARAMETER,
        "",
        r"(?:unsupported|unknown|unrecognized|unexpected) (?:request )?(?:parameter|argument|value"
        r"|field|key)|extra (?:inputs|fields) (?:are )?not permitted|argument not supported"
        r"|additional properties are not allowed"
        r"|transparent background is not supported|does not support (?:the )?parameter"
        r"|property '?\w+'? is unsupported|invalid size\b|supported sizes|size is not supported"
        r"|invalid value: '?\d+x\d+|does not support parameters|is not supported with this model"
        r"|(?:aspect.?ratio|resolution|background|quality)\b[^\n]{0,40}not supported",
        _REFUSED,
    ),
    _build_rule(
        FailureKind.NO_ACCESS,
        "permission_denied permission_error insufficient_permissions",
        r"insufficient permissions|permission denied",
        _REFUSED,
    ),
    # Of OpenRouter's own 403 these are no moderation: who asks is refused, or for which model.
    _build_rule(
        FailureKind.NO_ACCESS,
        words=r"management keys?|allow-?list|guardrail\b[^\n]{0,40}(?:not allow|does not permit)"
        rf"|^{_OF_NO_CONTENT}*\b(?:keys?|accounts?|organi[sz]ations?|orgs?|projects?|teams?|users?"
        r"|you|models?|endpoints?|plans?|providers?|apis?|access)\b"
        rf"{_OF_NO_CONTENT}{{0,60}}(?:not (?:permitted|authori[sz]ed|allowed) (?:to|for|by) "
        r"|(?:is|are) (?:disabled|restricted)\b)",
        statuses=range(403, 404),
    ),
)
