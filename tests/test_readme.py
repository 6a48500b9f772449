"""What the README says can be typed and opened is there, and it is short enough for a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from bot.cli.main import _build_parser
from tests.playground.screenshots import MAX_BYTES, WINDOWS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAGES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", README, re.MULTILINE))
    assert {"run", "setup"} <= named <= targets


def test_every_command_that_is_named_is_one() -> None:
    known = _build_parser().format_help()
    named = set(re.findall(r"(?:-m bot|bin/easel|`easel) ([a-z]+)", README))
    assert {"playground", "check", "backup"} <= named
    assert [name for name in named if not re.search(rf"\b{name}\b", known)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_inside_the_house_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text()
    links = re.findall(r"\]\(((?!https?:)[^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"", text)
    for link in (first or second for first, second in links):
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), link
        if anchor:
            titles = re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE)
            anchors = [re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in titles]
            assert anchor in anchors, link


@pytest.mark.parametrize(
    "name", [f"{name}-{theme}" for name in WINDOWS for theme in ("light", "dark")]
)
def test_every_picture_is_small_and_shown(name: str) -> None:
    path = ROOT / "docs" / "images" / f"{name}.png"
    assert path.stat().st_size <= MAX_BYTES
    assert f"docs/images/{name}.png" in README
    with Image.open(path) as picture:
        assert picture.size == WINDOWS[name.rpartition("-")[0]]


def test_the_first_screens_come_in_the_order_of_a_newcomer() -> None:
    titles = re.findall(r"^## (.+)$", README, re.MULTILINE)
    assert titles[:3] == [
        "Try it in a minute", "Put it into Slack", "What is stored where, and who gets it"
    ]  # fmt: skip


def test_the_page_for_people_fits_one_screen_and_knows_no_jargon() -> None:
    page = (ROOT / "docs" / "for-people.md").read_text()
    assert len(page.split()) < 330
    assert not re.search(r"\b(token|prompt|API|LLM|socket|webhook|repository|SQLite)\b", page)
