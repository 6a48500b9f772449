"""manifest.yml asks for what Easel uses and nothing else, in a form that Slack accepts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import yaml
from jsonschema import Draft7Validator
from slack_bolt.async_app import AsyncApp

from bot.request.recipes import MAX_MENU_RECIPES, MENU_RECIPES, RECIPES
from handlers import register_all
from handlers.identifiers import (
    ASK_CALLBACK_ID,
    FEEDBACK_CALLBACK_ID,
    MORE_CALLBACK_ID,
    PICTURE_CALLBACK_ID,
)
from handlers.manifest import (
    MANIFEST_PATH,
    list_bot_events,
    list_bot_scopes,
    list_optional_scopes,
    load_manifest,
)
from handlers.services import Services

ROOT = MANIFEST_PATH.parent

# The rules of Slack's published schema (slackapi/manifest-schema, 2.0.0) for the parts that the
# manifest uses; no other parts are allowed.
TEXT_SCHEMA = {"type": "string", "minLength": 1}
FLAG_SCHEMA = {"type": "boolean"}


SCOPES_SCHEMA = {"type": "array", "uniqueItems": True, "maxItems": 255, "items": TEXT_SCHEMA}


def build_closed_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


PROMPT_SCHEMA = build_closed_object(title=TEXT_SCHEMA, message=TEXT_SCHEMA) | {
    "required": ["title", "message"]
}
SHORTCUT_SCHEMA = build_closed_object(
    name=TEXT_SCHEMA | {"maxLength": 24},
    type={"enum": ["message", "global"]},
    callback_id=TEXT_SCHEMA | {"maxLength": 255},
    description=TEXT_SCHEMA | {"maxLength": 150},
) | {"required": ["name", "type", "callback_id", "description"]}
MANIFEST_SCHEMA = build_closed_object(
    _metadata=build_closed_object(major_version={"const": 2}),
    display_information=build_closed_object(
        name=TEXT_SCHEMA | {"maxLength": 35},
        description=TEXT_SCHEMA | {"maxLength": 140},
        background_color={"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"},
    )
    | {"required": ["name"]},
    features=build_closed_object(
        app_home=build_closed_object(
            home_tab_enabled=FLAG_SCHEMA,
            messages_tab_enabled=FLAG_SCHEMA,
            messages_tab_read_only_enabled=FLAG_SCHEMA,
        ),
        bot_user=build_closed_object(
            display_name=TEXT_SCHEMA | {"maxLength": 80}, always_online=FLAG_SCHEMA
        ),
        agent_view=build_closed_object(
            agent_description=TEXT_SCHEMA | {"maxLength": 300},
            suggested_prompts={"type": "array", "maxItems": 4, "items": PROMPT_SCHEMA},
        )
        | {"required": ["agent_description"]},
        shortcuts={"type": "array", "minItems": 1, "maxItems": 10, "items": SHORTCUT_SCHEMA},
    ),
    oauth_config=build_closed_object(
        scopes=build_closed_object(bot=SCOPES_SCHEMA, bot_optional=SCOPES_SCHEMA)
    ),
    settings=build_closed_object(
        event_subscriptions=build_closed_object(
            bot_events={"type": "array", "uniqueItems": True, "maxItems": 100, "items": TEXT_SCHEMA}
        ),
        interactivity=build_closed_object(is_enabled=FLAG_SCHEMA),
        org_deploy_enabled=FLAG_SCHEMA,
        socket_mode_enabled=FLAG_SCHEMA,
        token_rotation_enabled=FLAG_SCHEMA,
    ),
)


class RecordingApp:
    """Records the constraints of listeners; implements what `register_all` uses of `AsyncApp`."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.actions: list[Any] = []
        self.shortcuts: list[Any] = []
        self.views: list[Any] = []

    def event(self, constraint: Any) -> Callable[[Any], None]:
        return lambda _listener: self.events.append(constraint)

    def action(self, constraint: Any) -> Callable[[Any], None]:
        return lambda _listener: self.actions.append(constraint)

    def shortcut(self, constraint: Any) -> Callable[[Any], None]:
        return lambda _listener: self.shortcuts.append(constraint)

    def view(self, constraint: Any) -> Callable[[Any], None]:
        return lambda _listener: self.views.append(constraint)


def register_listeners() -> RecordingApp:
    app = RecordingApp()
    register_all(cast(AsyncApp, app), cast(Services, None))  # nothing is called on registering
    return app


def test_the_manifest_keeps_the_rules_of_slacks_schema() -> None:
    Draft7Validator(MANIFEST_SCHEMA).validate(load_manifest())


def test_the_rules_can_fail() -> None:
    wrong = load_manifest() | {"surprise": 1}
    assert list(Draft7Validator(MANIFEST_SCHEMA).iter_errors(wrong))


def test_the_manifest_is_valid_by_slacks_own_schema(specs: Path) -> None:
    schema = json.loads((specs / "slack-manifest.schema.2.0.0.json").read_text())
    Draft7Validator(schema).validate(load_manifest())


def test_every_event_is_listened_to_and_every_listener_subscribed() -> None:
    constraints = register_listeners().events
    assert isinstance(constraints.pop(), re.Pattern), "the last listener takes the rest"
    listened = {item["type"] if isinstance(item, dict) else item for item in constraints}
    assert listened == {event.partition(".")[0] for event in list_bot_events()}


def test_every_shortcut_is_listened_to_and_every_listener_has_one() -> None:
    constraints = register_listeners().shortcuts
    assert isinstance(constraints.pop(), re.Pattern), "the last listener takes the rest"
    listened = [item["callback_id"] for item in constraints]
    # Of a recipe that left the menu, too: an app may be older than this manifest.
    assert listened == [*RECIPES, MORE_CALLBACK_ID, ASK_CALLBACK_ID]
    shortcuts = load_manifest()["features"]["shortcuts"]
    assert {shortcut["callback_id"] for shortcut in shortcuts} <= set(listened)


def test_every_form_is_listened_to() -> None:
    forms = [ASK_CALLBACK_ID, FEEDBACK_CALLBACK_ID, MORE_CALLBACK_ID, PICTURE_CALLBACK_ID]
    assert sorted(register_listeners().views) == sorted(forms)


def test_the_menu_holds_its_recipes_in_their_order_and_more() -> None:
    wanted = [
        {
            "name": str(recipe.title),
            "type": "message",
            "callback_id": recipe.name,
            "description": str(recipe.description),
        }
        for recipe in MENU_RECIPES
    ]
    wanted.append(
        {
            "name": "More…",
            "type": "message",
            "callback_id": MORE_CALLBACK_ID,
            "description": "All my other requests, with room for your own words",
        }
    )
    wanted.append(
        {
            "name": "Ask Easel…",
            "type": "global",
            "callback_id": ASK_CALLBACK_ID,
            "description": "Ask from anywhere, and choose where I answer",
        }
    )
    must_say = yaml.safe_dump({"shortcuts": wanted}, sort_keys=False, allow_unicode=True)
    asked_for = load_manifest()["features"]["shortcuts"]
    assert asked_for == wanted, f"under `features`, manifest.yml must say:\n{must_say}"


def test_slack_takes_so_many_shortcuts() -> None:
    assert 0 < len(MENU_RECIPES) <= MAX_MENU_RECIPES == 10 - 2


def test_the_readme_names_every_scope() -> None:
    readme = (ROOT / "README.md").read_text()
    scopes = [*list_bot_scopes(), *list_optional_scopes()]
    table = readme.partition("| scope |")[2].partition("\n\n")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    listed = sorted(
        scope for row in rows for scope in re.findall(r"`([a-z_]+:[a-z]+|commands)`", row)
    )
    assert listed == sorted(scopes)


def test_no_scope_is_both_needed_and_optional() -> None:
    assert not set(list_bot_scopes()) & set(list_optional_scopes())
