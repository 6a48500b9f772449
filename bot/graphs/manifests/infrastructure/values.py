"""Takes values out of files whose shape is not known for certain: what does not fit is nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.graphs.manifests.bounded_yaml import MAX_VALUES, Tagged


def get_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def get_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def get_text(value: Any) -> str:
    """Return a word of the file, and nothing for what is no word."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else ""


def get_words(value: Any) -> list[str]:
    """Return the words of a list, or of a single word, as many files allow both."""
    if isinstance(value, str):
        return [value] if value else []
    return [text for text in map(get_text, get_list(value)) if text]


def get_in(value: Any, *keys: str) -> Any:
    """Return what lies under keys within each other, else None."""
    for key in keys:
        value = get_dict(value).get(key)
    return value


def walk(value: Any) -> Iterator[Any]:
    """Yield a value and all within it, in order, without recursion and with a bound."""
    waiting, count = [value], 0
    while waiting and count < MAX_VALUES:
        count += 1
        current = waiting.pop()
        yield current
        if isinstance(current, Tagged):
            waiting.append(current.value)
        elif isinstance(current, dict):
            waiting.extend(reversed(current.values()))
        elif isinstance(current, list):
            waiting.extend(reversed(current))


def split_image(image: str) -> tuple[str, str]:
    """Return name and version of an image: `registry:5000/app:1.2`, `app@sha256:…`."""
    name, _, digest = image.partition("@")
    head, slash, tail = name.rpartition("/")
    if "${" in tail or "$" in head:
        return image, ""
    base, _, tag = tail.partition(":")
    version = tag or digest[:19]
    return f"{head}{slash}{base}", version
