"""Models that a provider does not serve, though their names are known elsewhere. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.safe_text import reveal_invisible
from bot.llm.model_facts import normalize_model_name
from bot.llm.offers.openai_models import GPT_5_4, OPENAI_MODELS, RESPONSES_ONLY_MODELS

# gpt-5.4-image-2, gpt-5-image and gpt-5-image-mini, however they are written: OpenRouter joins
# OpenAI's models of words and of pictures under such names, and OpenAI itself knows none of them.
_JOINED_PATTERN = re.compile(r"gpt(\d)(\d*)image(.*)")
_WELL_WRITTEN_PATTERN = re.compile(r"gpt-\d+(?:[.-]\d+)?-image(?:-.*)?")
_DRAWING_PATTERN = re.compile(r"(?:chat)?gptimage.+|dalle\d.*")
_JOINED_MODEL = "gpt-5.4-image-2"
# A model that was trained further has a name with colons, and capitals at its end.
_OWN_MODEL_PREFIX = "ft:"
_NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# A maker and a model, or what an account has set up, with variants: openrouter.ai/models.
_OPENROUTER_PATTERN = re.compile(
    r"(?:~?[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*(?::[a-z0-9._-]+)*)?(?:@preset/[a-z0-9._-]+)?",
    re.ASCII | re.IGNORECASE,
)
_MAX_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True)
class _Setting:
    """Where the model at `number` of those in use is written. `openai_api` as in settings."""

    number: int
    openai_api: str

    @property
    def name(self) -> str:
        return name_setting(self.number)

    @property
    def wanted(self) -> str:
        """What to write for the model that draws."""
        return self.write("openai", GPT_5_4.model)

    @property
    def drawing(self) -> str:
        """What else to write, so that it does."""
        return " and EASEL_OPENAI_API=responses" if self.openai_api == "chat" else ""

    def write(self, provider: str, model: str) -> str:
        """Return what to write for `model`."""
        if self.number:
            return f"{provider}:{model}"
        chosen = "" if provider == "openai" else f"EASEL_PROVIDER={provider} and "
        return f"{chosen}EASEL_MODEL={model}"


def name_setting(number: int) -> str:
    """Return where the model at `number` of those in use is written: the fallbacks follow it."""
    return "EASEL_FALLBACKS" if number else "EASEL_MODEL"


def list_misnamed_models(
    models: Sequence[tuple[str, str]], openai_api: str, *, is_openai_itself: bool = True
) -> dict[tuple[str, str], str]:
    """Return the models (provider and name) that OpenAI does not serve, each with what to write.

    `openai_api` is `responses` or `chat`. The first of `models` is EASEL_MODEL. Azure and gateways
    have names of their own, but none serves OpenRouter's default model under its name.
    """
    found = {
        (provider, model): _find_problem(model, _Setting(number, openai_api))
        for number, (provider, model) in enumerate(models)
        if provider == "openai"
        and not model.startswith(_OWN_MODEL_PREFIX)
        and (is_openai_itself or normalize_model_name(model) == _JOINED_MODEL)
    }
    return {pair: problem for pair, problem in found.items() if problem}


def list_makerless_models(models: Sequence[tuple[str, str]]) -> list[str]:
    """Return what to write for each of `models` that OpenRouter does not serve: its names begin
    with the maker's, as in `openai/gpt-5.4-image-2`, and have no characters but those."""
    problems = []
    for number, (provider, model) in enumerate(models):
        if provider != "openrouter" or not model or _OPENROUTER_PATTERN.fullmatch(model):
            continue
        setting = _Setting(number, "")
        known = _find_joined_name(model.lower()) or _find_listed_name(model.lower())
        right = f"openai/{known.removeprefix('openai/')}" if known else "MAKER/MODEL"
        problems.append(
            f"{setting.name}: OpenRouter's names begin with the maker's, as at"
            f" openrouter.ai/models, and {_reveal(model)} is none of them: write"
            f" {setting.write('openrouter', right)}"
        )
    return problems


def _find_problem(model: str, setting: _Setting) -> str:
    problem = _find_foreign(model, setting) or _find_misspelt(model, setting)
    return f"{setting.name}: {problem}" if problem else ""


def _find_foreign(model: str, setting: _Setting) -> str:
    """Say that a name is OpenRouter's, or of what only draws; "" where it is neither."""
    name, shown = model.lower(), _reveal(model)
    if joined := _find_joined_name(name):
        return (
            f"{shown} is a name of OpenRouter's, and OpenAI serves no such model: write"
            f" {setting.wanted}{setting.drawing}, which draws with gpt-image-2, or"
            f" {setting.write('openrouter', joined)}"
        )
    if _DRAWING_PATTERN.fullmatch(_reduce_name(name)):
        return f"{shown} only draws, and cannot answer: write {setting.wanted}{setting.drawing}"
    if name.startswith("openai/"):
        plain = setting.write("openai", _find_listed_name(name) or _reveal(model.partition("/")[2]))
        return f"OpenAI's own names have no “openai/” before them: write {plain}"
    if "/" in name:
        # Another maker's, as OpenRouter writes it.
        elsewhere = setting.write("openrouter", shown)
        return f"{shown} is a name of OpenRouter's: write {setting.wanted}, or {elsewhere}"
    return ""


def _find_misspelt(model: str, setting: _Setting) -> str:
    """Say that a name is written in another way, or belongs to the other API; "" for neither."""
    listed, shown = _find_listed_name(model.lower()), _reveal(model)
    if listed and listed != model:
        right = setting.write("openai", listed)
        return f"{shown} is not how OpenAI writes the name of that model: write {right}"
    if not _NAME_PATTERN.fullmatch(model):
        return f"{shown} cannot be the name of a model at OpenAI: write {setting.wanted}"
    if setting.openai_api == "chat" and normalize_model_name(model) in RESPONSES_ONLY_MODELS:
        return f"OpenAI serves {shown} by its Responses API only: write EASEL_OPENAI_API=responses"
    return ""


def _find_joined_name(name: str) -> str:
    """Return OpenRouter's name of a model that is joined there; "" for any other."""
    found = _JOINED_PATTERN.fullmatch(_reduce_name(name))
    short_name = re.sub(r"[^a-z0-9._-]", "", normalize_model_name(name))
    if found is None:
        return ""
    major, minor, rest = found.groups()
    joined = f"gpt-{major}{minor and '.' + minor}-image{rest and '-' + rest}"
    if _WELL_WRITTEN_PATTERN.fullmatch(short_name):
        joined = re.sub(r"^gpt-(\d+)-(\d+)-", r"gpt-\1.\2-", short_name)
    # Only that of 5.4 is there with its number alone.
    return f"openai/{'gpt-5.4-image-2' if joined == 'gpt-5.4-image' else joined}"


def _find_listed_name(name: str) -> str:
    """Return the name in the table that `name` was meant to be, with its date; "" for none."""
    short_name = normalize_model_name(name)
    if short_name in OPENAI_MODELS and _NAME_PATTERN.fullmatch(name):
        return name
    listed = {_reduce_name(row): row for row in OPENAI_MODELS}
    return listed.get(_reduce_name(name), "")


def _reduce_name(name: str) -> str:
    """Return the letters and digits of a name, without its provider, variant and date."""
    short_name = normalize_model_name(name.removeprefix("openai:"))
    return re.sub(r"[^a-z0-9]", "", short_name)


def _reveal(model: str) -> str:
    return reveal_invisible(model, _MAX_SHOWN_CHARS)
