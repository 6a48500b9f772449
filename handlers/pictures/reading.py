"""Reads what the forms about pictures bring back, and seals the picture that one is about. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.conversation import Person
from bot.domain.options import RequestOptions
from bot.domain.pictures.operations import FORMATS
from bot.domain.pictures.presses import PictureAction, PictureName, PictureWish
from bot.domain.questions import Presser
from bot.request.flag_values import InvalidValueError, parse_picture_size
from bot.request.flags import ASPECTS, BACKGROUNDS, QUALITIES
from bot.request.pictures.press_words import PERCENTS
from handlers.identifiers import PICTURE_CALLBACK_ID, WORDS_FIELD_ID
from handlers.parsing.actions import ButtonPress
from handlers.parsing.fields import is_ts, read_mapping, read_text
from handlers.parsing.seal import open_sealed, seal
from handlers.parsing.views import read_words

ASPECT_FIELD_ID, QUALITY_FIELD_ID, BACKGROUND_FIELD_ID = "aspect", "quality", "background"
SIZE_FIELD_ID, REFERENCE_FIELD_ID = "size", "reference"
FORMAT_FIELD_ID, PERCENT_FIELD_ID = "format", "percent"
_KIND = "picture"
_NAMES = ("action", "question", "version", "channel", "user", "user_team", "at")
_CHOICES = {
    ASPECT_FIELD_ID: ASPECTS, QUALITY_FIELD_ID: QUALITIES, BACKGROUND_FIELD_ID: BACKGROUNDS,
    FORMAT_FIELD_ID: FORMATS, PERCENT_FIELD_ID: tuple(map(str, PERCENTS)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PictureForm:
    """What a form is about: the press that opened it, by whom and when."""

    action: PictureAction
    name: PictureName
    presser: Presser


@dataclass(frozen=True, slots=True)
class PictureSubmission:
    """A submitted form. `chosen` are the values of its lists, by field; `teams` are the workspaces
    that the payload names."""

    person: str
    metadata: str
    words: str
    chosen: Mapping[str, str]
    teams: frozenset[str]


def name_picture(press: ButtonPress) -> PictureName:
    """Return the picture that a press is about."""
    return PictureName(press.question_id, press.version, press.channel)


def sign_form(form: PictureForm, key: bytes) -> str:
    """Return what the form takes along; `open_form` reads it."""
    name, presser = form.name, form.presser
    values = (
        form.action.value,
        str(name.question_id),
        str(name.version),
        name.channel,
        presser.person.id,
        presser.person.team,
        presser.ts,
    )
    return seal(dict(zip(_NAMES, values, strict=True)), key, kind=_KIND)


def open_form(submission: PictureSubmission, key: bytes) -> PictureForm | None:
    """Return what the form is about, None if it was not sealed for who sends it. Never raises."""
    fields = open_sealed(submission.metadata, _NAMES, key, kind=_KIND)
    if fields is None or fields["user"] != submission.person or not is_ts(fields["at"]):
        return None
    name = PictureName(int(fields["question"]), int(fields["version"]), fields["channel"])
    presser = Presser(Person(fields["user"], fields["user_team"]), fields["at"])
    return PictureForm(PictureAction(fields["action"]), name, presser)


def parse_picture_form(
    body: Mapping[str, Any], *, bot_user_id: str = ""
) -> PictureSubmission | None:
    """Return the submitted form, None if `body` is none about a picture. Never raises."""
    view, user = read_mapping(body, "view"), read_mapping(body, "user")
    if body.get("type") != "view_submission" or view.get("callback_id") != PICTURE_CALLBACK_ID:
        return None
    values = read_mapping(read_mapping(view, "state"), "values")
    names = [*_CHOICES, SIZE_FIELD_ID, REFERENCE_FIELD_ID]
    teams = (read_mapping(body, "team").get("id"), user.get("team_id"), view.get("team_id"))
    words = read_text(_read_field(values, WORDS_FIELD_ID).get("value"))
    return PictureSubmission(
        read_text(user.get("id")),
        read_text(view.get("private_metadata")),
        read_words(words, bot_user_id),
        {name: _read_choice(values, name) for name in names},
        frozenset(map(read_text, teams)) - {""},
    )


def build_wish(form: PictureForm, submission: PictureSubmission) -> PictureWish | None:
    """Return what is wished, None where something was chosen that is not offered."""
    chosen = submission.chosen
    if any(chosen[name] and chosen[name] not in known for name, known in _CHOICES.items()):
        return None
    try:
        size = parse_picture_size(chosen[SIZE_FIELD_ID]) if chosen[SIZE_FIELD_ID] else None
    except InvalidValueError:
        return None
    return PictureWish(
        form.action,
        submission.words.strip(),
        RequestOptions(
            size=size,
            aspect=chosen[ASPECT_FIELD_ID] or None,
            quality=chosen[QUALITY_FIELD_ID] or None,
            background=chosen[BACKGROUND_FIELD_ID] or None,
        ),
        chosen[REFERENCE_FIELD_ID],
        chosen[FORMAT_FIELD_ID],
        int(chosen[PERCENT_FIELD_ID] or 0),
        form=f"{form.presser.person.id}/{form.presser.ts}",
    )


def _read_choice(values: Mapping[str, Any], name: str) -> str:
    selected = read_mapping(_read_field(values, name), "selected_option")
    return read_text(selected.get("value"))


def _read_field(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return read_mapping(read_mapping(values, name), name)
