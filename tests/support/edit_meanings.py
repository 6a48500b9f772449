"""Says in a few words what is done to a picture, for tables of sentences in tests."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.pictures.operations import (
    ComparePixels,
    EditPicture,
    Operation,
    OperationKind,
    ShowPalette,
)
from bot.request.commands import Command
from bot.request.pictures.conversions import ConvertPicture, UnsupportedCommand
from bot.request.pictures.edit_names import DEFAULT_COLOURS

_EDGES = ("left", "top", "right", "bottom")


def describe_command(command: Command | None) -> str:
    match command:
        case None:
            return "model"
        case UnsupportedCommand():
            return "told"
        case EditPicture():
            return _describe_edit(command)
        case ShowPalette():
            return " ".join(["palette", *_describe_palette(command)])
        case ComparePixels(versions, is_overlay, positions):
            named = [f"{versions}"] if versions else [*command.names]
            named += [f"at {positions}"] if positions else []
            return " ".join(["overlay" if is_overlay else "difference", *named])
        case _:
            names = command.names if isinstance(command, ConvertPicture) else ()
            return " ".join([type(command).__name__, *names])


def _describe_palette(shown: ShowPalette) -> Iterator[str]:
    if shown.version:
        yield f"v{shown.version}"
    yield from shown.names
    if shown.position is not None:
        yield f"at {shown.position}"
    if shown.count != DEFAULT_COLOURS:
        yield f"of {shown.count}"


def _describe_edit(command: EditPicture) -> str:
    versions = (command.version,) if command.version else command.versions
    named = [("both" if command.is_pair else "all")] if command.is_all else []
    named += [f"v{version}" for version in versions]
    named += [*command.names, *([f"page {command.page}"] if command.page else [])]
    named += [] if command.position is None else [f"at {command.position}"]
    done = ", ".join([*named, *map(describe_operation, command.operations)])
    return f"{done} if sent" if command.is_of_photo else done


def describe_operation(one: Operation) -> str:
    if one.kind is OperationKind.COMPRESS:
        return f"under {one.max_bytes}"
    values = [
        _describe_edges(one),
        _describe_shape(one),
        str(one.size or ""),
        f"{one.percent}%" if one.percent else "",
        f"{one.degrees:g}" if one.degrees else "",
        "vertical" if one.is_vertical else "",
        "" if one.kind is OperationKind.TRIM else one.colour,
        one.extension,
        f"{one.dpi}dpi" if one.dpi else "",
    ]
    return " ".join([one.kind.value, *filter(None, values)])


def _describe_edges(one: Operation) -> str:
    edges = zip(_EDGES, one.edges or (), strict=False)
    return ", ".join(
        f"{name} {edge:.0%}" if abs(edge) < 1 else f"{name} {edge:g}px"
        for name, edge in edges
        if edge
    )


def _describe_shape(one: Operation) -> str:
    if one.shape is None:
        return ""
    is_longest = one.kind is OperationKind.RESIZE and all(one.shape)
    return f"long {one.shape[0]}" if is_longest else f"{one.shape[0]}:{one.shape[1]}"
