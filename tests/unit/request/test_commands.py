"""Messages that are commands, and those that only look like one."""

from __future__ import annotations

import pytest

from bot.request.commands import (
    ChangeSettings,
    Command,
    ResetSettings,
    ShowFileViews,
    ShowSettings,
    parse_command,
)
from bot.request.pictures.conversions import (
    CompareVersions,
    ConvertPicture,
    ShowHistory,
    UnsupportedCommand,
)
from bot.request.pictures.go_back import GoBack


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("settings", ShowSettings()),
        ("  Settings  ", ShowSettings()),
        ("settings reset", ResetSettings()),
        ("settings --effort high", ChangeSettings("--effort high")),
        ("settings —quality low", ChangeSettings("—quality low")),
        ("history", ShowHistory()),
        ("show me the picture history, please", None),
        ("compare v2 and v4", CompareVersions((2, 4))),
        ("compare v2, v1 and v2", CompareVersions((2, 1))),
        ("as jpg", ConvertPicture(None, "jpg", None)),
        ("convert v3 to WebP at 1024 wide", ConvertPicture(3, "webp", 1024)),
        ("save it as a png please", ConvertPicture(None, "png", None)),
        ("v2 at 640 px wide", ConvertPicture(2, "", 640)),
        ("what did you see?", ShowFileViews()),
        ("was hast du gesehen", ShowFileViews()),
        ("undo", GoBack()),
        ("settings effort high", ChangeSettings("--effort high")),
        ("Settings: effort=hihg quality low", ChangeSettings("--effort hihg --quality low")),
        ("settings efort high", ChangeSettings("--efort high")),
        ("einstellungen effort high", ChangeSettings("--effort high")),
        ("réglages quality low", ChangeSettings("--quality low")),
        ("設定 effort high", ChangeSettings("--effort high")),
        ("settings are wrong", None),
        ("settings page of the camera", None),
        ("settings table?", None),
        ("settings json file for my editor, please", None),
        ("compare v2 with the sea", None),
        ("write it as a poem", None),
        ("", None),
    ],
)
def test_a_command_is_the_whole_message(text: str, command: Command | None) -> None:
    assert parse_command(text) == command


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("convert it to gif", "jpg, png and webp"),
        ("compare v1 v2 v3, v4 and v5 and v6", ""),
        ("compare v1, v2, v3, v4, v5", "four versions"),
        ("give me v2 90000 px wide", "8,192 pixels"),
    ],
)
def test_what_cannot_be_done_is_a_command_with_a_sentence(text: str, told: str) -> None:
    command = parse_command(text)
    if not told:
        assert command is None
    else:
        assert isinstance(command, UnsupportedCommand) and told in str(command.user_message)
