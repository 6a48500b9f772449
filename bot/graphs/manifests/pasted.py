"""Tells of a manifest that was written into a message what its file would be called. Pure."""

from __future__ import annotations

import re

_FENCE = re.compile(r"\A\s*```[\w.+-]*\n(?P<text>.*?)\n?```\s*\Z", re.DOTALL)
# The first that is found decides.
_SIGNS = (
    (re.compile(r'\A\s*\{.*"lockfileVersion"', re.DOTALL), "package-lock.json"),
    (re.compile(r'\A\s*\{.*"(?:require|require-dev)"\s*:\s*\{', re.DOTALL), "composer.json"),
    (
        re.compile(r'\A\s*\{.*"(?:dev|peer|optional)?dependencies"\s*:', re.DOTALL | re.IGNORECASE),
        "package.json",
    ),
    (re.compile(r"^\[(?:project|tool\.poetry|build-system)\]", re.MULTILINE), "pyproject.toml"),
    (re.compile(r"^\[\[package\]\]\s*\nname = .*\nversion = ", re.MULTILINE), "Cargo.lock"),
    (re.compile(r"^\[(?:package|workspace|dependencies)\]", re.MULTILINE), "Cargo.toml"),
    (re.compile(r"^module \S+\s*$.*^require\b", re.MULTILINE | re.DOTALL), "go.mod"),
    (re.compile(r"^GEM\n  remote:", re.MULTILINE), "Gemfile.lock"),
    (re.compile(r"<project[\s>].*<dependenc", re.DOTALL), "pom.xml"),
    (re.compile(r'^(?:resource|module|provider) "', re.MULTILINE), "main.tf"),
    (re.compile(r"^services:\s*$", re.MULTILINE), "docker-compose.yml"),
    (re.compile(r"^apiVersion:.*^kind:", re.MULTILINE | re.DOTALL), "resources.yaml"),
    (re.compile(r"\A(?:\s*[A-Za-z][\w.-]*\s*(?:==|>=|~=|<=)[^\n]*\n?){2,}\Z"), "requirements.txt"),
)
_MAX_CHARS = 40_000


def strip_fence(text: str) -> str:
    """Return text without the marks of a code block around it."""
    found = _FENCE.match(text)
    return found["text"] if found else text.strip()


def guess_name(text: str) -> str:
    """Return the name of the file that `text` would be; "" where it is no manifest."""
    plain = strip_fence(text[:_MAX_CHARS])
    return next((name for sign, name in _SIGNS if sign.search(plain)), "")
