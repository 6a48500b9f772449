"""manifest.yml asks for what Easel uses and nothing else, in a form that Slack takes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator

from bot.request.recipes import RECIPES
from handlers.manifest import MANIFEST_PATH, list_bot_events, list_bot_scopes, load_manifest

ROOT = MANIFEST_PATH.parent

# The rules of Slack's published schema (slackapi/manifest-schema, 2.0.0) for the parts that the
# manifest uses, and nothing else allowed beside them.
TEXT_SCHEMA = {"type": "string", "minLength": 1}
FLAG_SCHEMA = {"type": "boolean"}


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
        scopes=build_closed_object(
            bot={"type": "array", "uniqueItems": True, "maxItems": 255, "items": TEXT_SCHEMA}
        )
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

# What each scope is for; an event or a call below needs it.
SCOPES = {
    "app_mentions:read": "app_mention",
    "assistant:write": "agent_view",
    "channels:history": "message.channels",
    "chat:write": "chat_postMessage",
    "commands": "app.shortcut",
    "files:read": "files_info",
    "files:write": "files_completeUploadExternal",
    "groups:history": "message.groups",
    "im:history": "message.im",
    "mpim:history": "message.mpim",
}


def test_the_manifest_keeps_the_rules_of_slacks_schema() -> None:
    Draft7Validator(MANIFEST_SCHEMA).validate(load_manifest())


def test_the_rules_can_fail() -> None:
    wrong = load_manifest() | {"surprise": 1}
    assert list(Draft7Validator(MANIFEST_SCHEMA).iter_errors(wrong))


def test_the_manifest_is_valid_by_slacks_own_schema(specs: Path) -> None:
    schema = json.loads((specs / "slack-manifest.schema.2.0.0.json").read_text())
    Draft7Validator(schema).validate(load_manifest())


def test_every_event_is_listened_to_and_every_listener_subscribed() -> None:
    source = "".join(path.read_text() for path in (ROOT / "handlers").rglob("*.py"))
    listened = set(re.findall(r'app\.event\((?:\{"type": )?"([a-z_]+)"', source))
    assert listened == {event.partition(".")[0] for event in list_bot_events()}


def test_every_recipe_is_a_shortcut_and_nothing_else_is() -> None:
    wanted = [
        {
            "name": recipe.title,
            "type": "message",
            "callback_id": recipe.name,
            "description": recipe.description,
        }
        for recipe in RECIPES.values()
    ]
    must_say = yaml.safe_dump({"shortcuts": wanted}, sort_keys=False, allow_unicode=True)
    asked_for = load_manifest()["features"]["shortcuts"]
    assert asked_for == wanted, f"under `features`, manifest.yml must say:\n{must_say}"


def test_slack_takes_so_many_shortcuts() -> None:
    assert 0 < len(RECIPES) <= 10


def test_every_scope_is_used_and_none_is_missing() -> None:
    assert list_bot_scopes() == sorted(SCOPES)
    code = "".join(path.read_text() for path in (ROOT / "handlers").rglob("*.py"))
    manifest = MANIFEST_PATH.read_text()
    for scope, use in SCOPES.items():
        assert use in code or use in manifest, f"{scope} is asked for and not used"


def test_the_readme_names_every_scope() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [scope for scope in list_bot_scopes() if f"`{scope}`" not in readme] == []
