"""The command line: parses arguments, reads settings, runs one command, returns an exit code.

Exit codes: 0 done, 1 something failed or is in the way, 2 settings or arguments are wrong,
130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TypeAlias

from bot.app.data.database import describe_database
from bot.app.version import describe_version
from bot.cli.ages import parse_age
from bot.cli.check.finding import SETTINGS, Finding
from bot.cli.check.modes import MODES, list_env_file_problems
from bot.cli.cost_arguments import add_budget_arguments, add_prices_arguments
from bot.cli.output import guard_output
from bot.cli.usage.arguments import add_usage_arguments
from bot.config import ENV_FILE, PROGRAM, Settings, find_home, read_settings
from bot.domain.errors import StartupError, StoreError
from bot.observability import logging as logs

# Every module has a `run_command`. Only the module of the chosen command is imported: some of them
# import a lot.
COMMAND_MODULES = {
    "run": "bot.cli.run",
    "playground": "bot.cli.playground",
    "check": "bot.cli.check.main",
    "usage": "bot.cli.usage.main",
    "budget": "bot.cli.budget",
    "prices": "bot.cli.prices.main",
    "question": "bot.cli.question",
    "questions": "bot.cli.question",
    "smoke": "bot.cli.smoke.main",
    "migrate": "bot.cli.migrate",
    "move": "bot.cli.move",
    "backup": "bot.cli.backup",
    "restore": "bot.cli.backup",
}

# What these print may be long, and is read by other programs, too.
_REPORTS = ("usage", "budget", "prices", "question", "questions")

_Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; without a name, `run` if Slack tokens are set, else `playground`."""
    parser = _build_parser()
    options = parser.parse_args(argv)
    # Whatever the settings are.
    if options.version:
        sys.stdout.write(f"{PROGRAM} {describe_version()}\n")
        return 0
    if options.command == "completion":
        importlib.import_module("bot.cli.completion").print_completion(parser, options.shell)
        return 0
    # Whatever is written is for the user who runs Easel, SQLite's files and exports included.
    os.umask(0o077)
    try:
        settings = read_settings(for_service=options.command in ("run", "check"))
        logs.configure(settings.log_level, library_level=settings.library_log_level)
        return _run_command(settings, options)
    except StartupError as error:
        if options.command == "check":
            _print_findings(error.problems)
        else:
            starts = options.command in (None, "run", "playground")
            heading = "Easel cannot start:" if starts else "That cannot be done:"
            _print_error(heading, *(f"  - {problem}" for problem in error.problems))
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _run_command(settings: Settings, options: argparse.Namespace) -> int:
    name = options.command or ("run" if settings.has_slack else "playground")
    try:
        with guard_output() if name in _REPORTS else nullcontext():
            return _load_command(name)(settings, options)
        return 0  # who reads has seen enough
    except StoreError as error:
        _print_error(
            f"The database at {describe_database(settings)} cannot be read or written ({error}).",
            "Check the disk, or restore the last back-up; `easel check` tries the rest.",
        )
        return 1


def _load_command(name: str) -> Callable[[Settings, argparse.Namespace], int]:
    command: Callable[[Settings, argparse.Namespace], int]
    command = importlib.import_module(COMMAND_MODULES[name]).run_command
    return command


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Easel, a multimodal assistant for Slack. Without a command: run, if Slack"
        " tokens are set in the environment or .env, else playground.",
    )
    parser.set_defaults(command=None, port=8765, ask=None, save=None, keep=None, file=[])
    parser.add_argument("--version", action="store_true", help="show version and commit, and end")
    commands = parser.add_subparsers(title="commands")

    _add_command(commands, "run", "serve the Slack workspace whose tokens are set")
    _add_playground_command(commands)
    _add_command(commands, "check", "try settings, database, Slack and the model; one line each")
    _add_question_commands(commands)
    _add_cost_commands(commands)
    _add_command(commands, "migrate", "bring the database to the newest schema")
    move = _add_command(
        commands, "move", "copy the database from SQLite to an empty PostgreSQL database"
    )
    move.add_argument("--from", dest="source", metavar="URL", required=True, help="sqlite:///…")
    move.add_argument("--to", dest="target", metavar="URL", required=True, help="postgresql://…")
    backup = _add_command(commands, "backup", "write all data into one file, while Easel runs")
    backup.add_argument("backup_file", metavar="FILE", type=Path, help="one that is not there yet")
    restore = _add_command(commands, "restore", "put a backup into an empty data folder")
    restore.add_argument("backup_file", metavar="FILE", type=Path, help="what `backup` wrote")
    completion = _add_command(commands, "completion", "print what completes commands in a shell")
    completion.add_argument("shell", choices=("bash", "zsh"))
    return parser


def _add_command(commands: _Subparsers, name: str, purpose: str) -> argparse.ArgumentParser:
    """Add a command whose own `--help` says what the list of commands says of it."""
    sentence = f"{purpose[0].upper()}{purpose[1:]}."
    parser = commands.add_parser(name, help=purpose, description=sentence)
    parser.set_defaults(command=name)
    return parser


def _add_playground_command(commands: _Subparsers) -> None:
    playground = _add_command(
        commands, "playground", "try Easel in the browser, without accounts, keys or network"
    )
    playground.add_argument("--port", type=int, default=8765, help="the page's port (8765)")
    playground.add_argument("--ask", metavar="TEXT", help="ask once, print the thread and end")
    playground.add_argument(
        "--file",
        metavar="PATH",
        type=Path,
        action="append",
        default=[],
        help="with --ask: upload this file with the question; may be repeated",
    )
    playground.add_argument(
        "--save", metavar="FOLDER", type=Path, help="with --ask: save the pictures here"
    )
    playground.add_argument(
        "--keep", metavar="DIR", type=Path,
        help="keep the chats and Easel's data in this folder; the next start goes on with them",
    )  # fmt: skip


def _add_question_commands(commands: _Subparsers) -> None:
    question = _add_command(
        commands, "question", "tell what became of a question: times, requests, troubles; no words"
    )
    question.add_argument("which", metavar="ID_OR_LINK", help="its id, or the link to a message")
    questions = _add_command(commands, "questions", "list questions, the newest first")
    questions.add_argument("--failed", action="store_true", help="only those that failed")
    questions.add_argument("--open", action="store_true", help="only those not answered yet")
    questions.add_argument(
        "--since", metavar="AGE", type=parse_age, default="1d", help="30m, 1h, 2d (1d)"
    )


def _add_cost_commands(commands: _Subparsers) -> None:
    usage = _add_command(commands, "usage", "show what was used: tokens and US dollars")
    add_usage_arguments(usage)
    budget = _add_command(
        commands, "budget", "show what is spent, set aside and left of each budget, and refused"
    )
    add_budget_arguments(budget)
    prices = _add_command(
        commands, "prices", "show what models cost since when, and a month at today's prices"
    )
    add_prices_arguments(prices)
    smoke = _add_command(
        commands,
        "smoke",
        "ask the real service what could only be read about; spends a few cents",
    )
    smoke.add_argument("--yes", action="store_true", help="do not ask before spending")
    smoke.add_argument(
        "--channel", metavar="ID", help="ask Slack instead, there; what is posted is deleted"
    )


def _print_findings(problems: Sequence[str]) -> None:
    """Print wrong settings as `easel check` prints what it finds."""
    findings = [Finding(ok=False, name=SETTINGS, text=problem) for problem in problems]
    with suppress(StartupError):  # whatever is wrong in it, secrets may be
        env_file = find_home(os.environ) / ENV_FILE
        modes = list_env_file_problems(env_file)
        findings += [Finding(ok=False, name=MODES, text=problem) for problem in modes]
    sys.stdout.write("".join(f"{finding}\n" for finding in findings))
    sys.stdout.write("The rest is tried when these are right.\n")


def _print_error(*lines: str) -> None:
    sys.stderr.write("\n".join(lines) + "\n")
