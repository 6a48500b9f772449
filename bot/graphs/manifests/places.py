"""Says of a thing that it lies elsewhere: in a folder, at an address, in another file. Pure."""

from __future__ import annotations

from bot.domain.messages import Message
from bot.graphs.graph import clean_label
from bot.graphs.manifests.secrets import hide_secrets

_PLACE_MESSAGE = "It is taken from {place}, and {file} does not tell what lies there."
_FILE_MESSAGE = "It is a file of its own, which says more. Send it as well."
_COMPUTED_MESSAGE = "{file} computes it when it is run, and I run nothing."


def describe_place(file: str, place: str) -> Message:
    """A folder, an archive or a repository whose needs the file does not state."""
    return Message(_PLACE_MESSAGE, file=clean_label(file), place=clean_label(hide_secrets(place)))


def describe_file() -> Message:
    """Another file that the file points to."""
    return Message(_FILE_MESSAGE)


def describe_computed(file: str) -> Message:
    """A value that only running the file, or a tool, would give."""
    return Message(_COMPUTED_MESSAGE, file=clean_label(file))
