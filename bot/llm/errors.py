"""Errors of the model providers, each with the sentence that the person who asked reads. Pure.

See `error_translation.py` for how a provider's response becomes one of them.
"""

from __future__ import annotations

from typing import NoReturn

from bot.domain.errors import EaselError, OperatorError, TransientError, UserError
from bot.domain.llm import FinishReason, Usage
from bot.domain.messages import Message
from bot.domain.stores.alerts import AlertKind
from bot.llm.failures.lengths import ToldLengths
from bot.llm.failures.parameters import RefusedParameter

KEY_REJECTED_MESSAGE = Message(
    "The model provider does not accept my key. Please tell the person who runs me to check it."
)
NOT_VERIFIED_MESSAGE = Message(
    "The model provider does that only for verified organisations. Please tell the person who runs"
    " me to verify theirs at platform.openai.com."
)
NO_CREDIT_MESSAGE = Message(
    "The account that pays for the model is out of credit. Please tell the person who runs me."
)
MODEL_NOT_OFFERED_MESSAGE = Message(
    "The model I am set to use is not offered with these settings. Please tell the person who"
    " runs me to run `easel check`."
)
DATA_POLICY_MESSAGE = Message(
    "No provider that I may send this to offers the model I am set to use. Please tell the person"
    " who runs me to look at `EASEL_DATA_POLICY` and at openrouter.ai/settings/privacy."
)
ACCESS_DENIED_MESSAGE = Message(
    "The model provider does not let my account use this model. Please tell the person who runs me"
    " to run `easel check`."
)
REGION_MESSAGE = Message(
    "The model provider does not serve the country or region in which I run. Please tell the person"
    " who runs me."
)
LIMIT_REACHED_MESSAGE = Message(
    "The account that pays for the model has used up what it is allowed for now. Please tell the"
    " person who runs me, or ask again tomorrow."
)
NO_PICTURE_INPUT_MESSAGE = Message(
    "The model I am set to use cannot look at pictures. Please ask without one, or tell the person"
    " who runs me to choose a model that sees."
)
NO_PICTURE_OUTPUT_MESSAGE = Message(
    "The model I am set to use cannot make pictures. Please tell the person who runs me to choose a"
    " model that draws."
)
PARAMETER_MESSAGE = Message(
    "The model provider does not take a part of my request. Please tell the person who runs me; the"
    " log says which part."
)
CONTENT_MODERATED_MESSAGE = Message(
    "The model provider's safety check refused this request. Please ask in another way."
)
CONTENT_MODERATED_FOR_MESSAGE = (
    "The model provider's safety check refused this request ({reasons}). Please ask in another way."
)
REQUEST_TOO_LARGE_MESSAGE = Message(
    "That is too much for one request. Please send less at once, such as fewer or smaller pictures."
)
CONVERSATION_TOO_LONG_MESSAGE = Message(
    "This conversation is too long for the model. Please start a new thread with what matters."
)
REQUEST_NOT_ACCEPTED_MESSAGE = Message(
    "The model provider did not accept the request. Please ask in another way."
)
SCHEMA_REFUSED_MESSAGE = Message(
    "The model provider does not take this schema. Please send a simpler one with an object at its"
    " root, or ask for a table in words."
)
UNREADABLE_PICTURE_MESSAGE = Message(
    "The model could not read one of the pictures. Please send it again as PNG or JPEG."
)
MODEL_BUSY_MESSAGE = Message("The model is very busy right now. Please ask again in a minute.")
MODEL_UNAVAILABLE_MESSAGE = Message(
    "The model is not available right now. Please ask again in a minute."
)
PROVIDER_UNREACHABLE_MESSAGE = Message(
    "I cannot reach the model provider right now. Please ask again in a minute."
)
MODEL_TIMEOUT_MESSAGE = Message(
    "The model took too long. Please ask again, perhaps for something smaller."
)
ANSWER_INTERRUPTED_MESSAGE = Message(
    "The model's answer broke off here. Please ask again if you need the rest."
)
ANSWER_TOO_LARGE_MESSAGE = Message(
    "The model sent far more than an answer can hold, so I stopped it here. What came until then is"
    " kept. Please ask for something smaller."
)
UNREADABLE_ANSWER_MESSAGE = Message("The model's answer could not be read. Please ask again.")
EMPTY_ANSWER_MESSAGE = Message(
    "The model gave an empty answer. Please ask again, perhaps in other words."
)
PICTURE_BROKEN_MESSAGE = Message("The model sent a picture that cannot be read. Please ask again.")
DRAWING_FAILED_MESSAGE = Message("The picture could not be drawn. Please ask again.")
THOUGHTS_ONLY_MESSAGE = Message(
    "The model used up its length limit before it wrote anything. Please ask for something smaller,"
    " or add `--effort low`."
)
ANSWER_FILTERED_MESSAGE = Message(
    "The model's safety filter kept back the answer. Please ask in another way."
)

_ALERT_KINDS = {
    KEY_REJECTED_MESSAGE: AlertKind.KEY_REJECTED,
    ACCESS_DENIED_MESSAGE: AlertKind.KEY_REJECTED,
    REGION_MESSAGE: AlertKind.KEY_REJECTED,
    NO_CREDIT_MESSAGE: AlertKind.NO_CREDIT,
    LIMIT_REACHED_MESSAGE: AlertKind.NO_CREDIT,
    MODEL_NOT_OFFERED_MESSAGE: AlertKind.MODEL_MISSING,
    DATA_POLICY_MESSAGE: AlertKind.MODEL_MISSING,
}


def find_alert_kind(error: EaselError) -> AlertKind | None:
    """Return what the operators have to hear of a failed request, None if it is not theirs."""
    if not isinstance(error, OperatorError):
        return None
    return _ALERT_KINDS.get(error.user_message)


class InsufficientCredit(OperatorError):
    """The account is out of credit (402).

    `affordable_tokens` is how many output tokens the balance still allows, None if the provider
    did not state it.
    """

    user_message = NO_CREDIT_MESSAGE

    def __init__(self, detail: str, *, affordable_tokens: int | None = None) -> None:
        super().__init__(detail)
        self.affordable_tokens = affordable_tokens


class RequestTooLarge(UserError):
    """The request is too large (413). A smaller one may be accepted."""

    user_message = REQUEST_TOO_LARGE_MESSAGE


class ContextTooLong(UserError):
    """The prompt is longer than the model can read. A shorter one may be accepted.

    `lengths` are what the provider told of it.
    """

    user_message = CONVERSATION_TOO_LONG_MESSAGE

    def __init__(self, detail: str, lengths: ToldLengths) -> None:
        super().__init__(detail)
        self.lengths = lengths


class SchemaRefused(UserError):
    """The provider does not take the schema of the answer. In words the model may follow it."""

    user_message = SCHEMA_REFUSED_MESSAGE


class Adaptable(EaselError):
    """The request may be accepted in another form.

    `can_adapt`: what was learnt from this refusal gives the request another form. `note` tells the
    person what is different then; None for what they do not see.
    """

    can_adapt = False
    note: Message | None = None


class ParameterRefused(UserError, Adaptable):
    """The model does not take a parameter that carries an option, or not with this value."""

    def __init__(self, detail: str, refused: RefusedParameter, *, user_message: Message) -> None:
        super().__init__(detail, user_message=user_message)
        self.refused = refused


class ExtraParameterRefused(OperatorError, Adaptable):
    """The provider does not know a parameter of ours that no option carries."""

    user_message = PARAMETER_MESSAGE

    def __init__(self, detail: str, refused: RefusedParameter) -> None:
        super().__init__(detail)
        self.refused = refused


class PicturesRefused(OperatorError, Adaptable):
    """The model does not read pictures (`is_input`), or does not make any."""

    def __init__(self, detail: str, *, is_input: bool) -> None:
        message = NO_PICTURE_INPUT_MESSAGE if is_input else MODEL_NOT_OFFERED_MESSAGE
        super().__init__(detail, user_message=message)
        self.is_input = is_input


class ContentModerated(UserError):
    """The provider's moderation refused the request, or left nothing of the answer."""


class AnswerInterrupted(TransientError):
    """The stream broke off before the answer was complete."""

    user_message = ANSWER_INTERRUPTED_MESSAGE


class AnswerTooLarge(AnswerInterrupted):
    """More came than is taken of one answer, and Easel broke it off."""

    user_message = ANSWER_TOO_LARGE_MESSAGE


class EmptyAnswer(TransientError):
    """The answer is complete but holds neither text nor a picture."""

    user_message = EMPTY_ANSWER_MESSAGE


def raise_empty(
    finish: str,
    reason: FinishReason,
    usage: Usage | None,
    *,
    has_unreadable: bool = False,
    has_failed_drawing: bool = False,
) -> NoReturn:
    """Raise the error for a complete answer without content: `ContentModerated` or `EmptyAnswer`.

    `finish` is the provider's own word for `reason`. `has_unreadable`: a picture came that cannot
    be read. `has_failed_drawing`: one was begun and did not come.
    """
    if has_unreadable:
        raise EmptyAnswer("an unreadable picture", user_message=PICTURE_BROKEN_MESSAGE)
    if reason is FinishReason.CONTENT_FILTER:
        raise ContentModerated("content_filter, nothing said", user_message=ANSWER_FILTERED_MESSAGE)
    if has_failed_drawing:
        raise EmptyAnswer("a drawing failed", user_message=DRAWING_FAILED_MESSAGE)
    raise EmptyAnswer(
        f"finish {finish[:40]}, nothing said",
        user_message=THOUGHTS_ONLY_MESSAGE if reason is FinishReason.LENGTH else None,
        is_unbilled=usage is not None and usage.is_free,
    )
