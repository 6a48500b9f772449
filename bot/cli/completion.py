"""`easel completion`: prints what completes commands, options and files in bash or zsh."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import shtab


def print_completion(parser: argparse.ArgumentParser, shell: str) -> None:
    """Print the script for `shell` that completes what `parser` takes."""
    for action in _list_actions(parser):
        if action.type is Path:
            action.complete = shtab.FILE  # type: ignore[attr-defined] # as shtab asks for it
    sys.stdout.write(shtab.complete(parser, shell) + "\n")


def _list_actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the arguments of `parser` and of its commands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _list_actions(command)
