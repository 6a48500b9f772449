"""Tells of a manifest that was written into a message what its file would be called. Pure."""

from __future__ import annotations

import re

_FENCE = re.compile(r"\A\s*```[\w.+-]*\n(?P<text>.*?)\n?```\s*\Z", re.DOTALL)
# Signs that come one after the other, and the first row of them that is found decides. None looks
# for what may be far away: a search from each of thousands of beginnings would hold the service.
_SIGNS = (
    ((r"\A\s*\{", r'"lockfileVersion"'), "package-lock.json"),
    ((r"\A\s*\{", r'"(?:require|require-dev)"\s*:\s*\{'), "composer.json"),
    ((r"\A\s*\{", r'"(?i:(?:dev|peer|optional)?dependencies)"\s*:'), "package.json"),
    ((r"^\[(?:project|tool\.poetry|build-system)\]",), "pyproject.toml"),
    ((r"^\[\[package\]\]\s*\nname = .*\nversion = ",), "Cargo.lock"),
    ((r"^\[(?:package|workspace|dependencies)\]",), "Cargo.toml"),
    ((r"^module \S+[ \t\r]*$", r"^require\b"), "go.mod"),
    ((r"^GEM\n  remote:",), "Gemfile.lock"),
    ((r"<project[\s>]", r"<dependenc"), "pom.xml"),
    ((r'^(?:resource|module|provider) "',), "main.tf"),
    ((r"^services:[ \t\r]*$",), "docker-compose.yml"),
    ((r"^apiVersion:", r"^kind:"), "resources.yaml"),
)
_COMPILED = tuple(
    (tuple(re.compile(sign, re.MULTILINE) for sign in row), name) for row, name in _SIGNS
)
_REQUIREMENT = re.compile(r"\s*[A-Za-z][\w.-]*\s*(?:==|>=|~=|<=).*")
_MIN_REQUIREMENTS = 2
_MAX_CHARS = 40_000


def strip_fence(text: str) -> str:
    """Return text without the marks of a code block around it."""
    found = _FENCE.match(text)
    return found["text"] if found else text.strip()


def guess_name(text: str) -> str:
    """Return the name of the file that `text` would be; "" where it is no manifest."""
    plain = strip_fence(text[:_MAX_CHARS])
    for signs, name in _COMPILED:
        if _has_in_order(plain, signs):
            return name
    lines = [line for line in plain.splitlines() if line.strip()]
    is_list = len(lines) >= _MIN_REQUIREMENTS and all(map(_REQUIREMENT.fullmatch, lines))
    return "requirements.txt" if is_list else ""


def _has_in_order(text: str, signs: tuple[re.Pattern[str], ...]) -> bool:
    at = 0
    for sign in signs:
        found = sign.search(text, at)
        if found is None:
            return False
        at = found.end()
    return True
