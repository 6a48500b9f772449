"""The command line: reads settings, starts the right part, turns errors into exit codes.

Exit codes: 0 done, 1 something failed, 2 settings or environment are wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from bot.config import Settings, read_settings
from bot.domain.errors import StartupError
from bot.observability import logging as logs

Command = Callable[[Settings, argparse.Namespace], int]
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; without a name, `run` if Slack tokens are set, else `playground`."""
    options = _build_parser().parse_args(argv)
    try:
        settings = read_settings()
        logs.configure(settings.log_level)
        command: Command = options.command or (_run if settings.has_slack else _run_playground)
        return command(settings, options)
    except StartupError as error:
        _print_error("Easel cannot start:", *(f"  - {problem}" for problem in error.problems))
        return 2
    except KeyboardInterrupt:
        return 130


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Easel, a multimodal assistant for Slack. Without a command: run, if Slack"
        " tokens are set in the environment or .env, else playground.",
    )
    parser.set_defaults(command=None, port=8765, ask=None, save=None, file=[])
    commands = parser.add_subparsers(title="commands")

    run = commands.add_parser("run", help="serve the Slack workspace whose tokens are set")
    run.set_defaults(command=_run)

    playground = commands.add_parser(
        "playground", help="try Easel in the browser, without accounts, keys or network"
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
    playground.set_defaults(command=_run_playground)

    check = commands.add_parser(
        "check", help="try settings, database, Slack and the model; one line each"
    )
    check.set_defaults(command=_run_check)

    _add_cost_commands(commands)
    migrate = commands.add_parser("migrate", help="bring the database to the newest schema")
    migrate.set_defaults(command=_run_migrate)
    return parser


def _add_cost_commands(commands: Subparsers) -> None:
    usage = commands.add_parser("usage", help="what was used: tokens and US dollars")
    usage.add_argument("--by", choices=("user", "channel", "day", "model"), default="day")
    usage.add_argument("--days", type=int, default=30, help="of the last so many days (30)")
    usage.add_argument("--format", choices=("text", "csv", "json"), default="text")
    usage.add_argument("--plot", metavar="PNG", type=Path, help="draw it into this file, too")
    usage.set_defaults(command=_show_usage)

    budget = commands.add_parser("budget", help="budgets: what is spent, changed and refused")
    budget.set_defaults(command=_show_budget)

    smoke = commands.add_parser(
        "smoke", help="ask the real service what could only be read about; spends a few cents"
    )
    smoke.add_argument("--yes", action="store_true", help="do not ask before spending")
    smoke.set_defaults(command=_run_smoke)


def _run(settings: Settings, _options: argparse.Namespace) -> int:
    from bot.app.service import run

    # The database's thread and the event loop hand the interpreter to each other several times a
    # question; by default either may keep it for 5 ms.
    sys.setswitchinterval(0.0005)
    asyncio.run(_run_until_signalled(lambda stop: run(settings, stop)))
    return 0


def _run_playground(_settings: Settings, options: argparse.Namespace) -> int:
    from bot.playground.main import ask_once, serve_page

    if options.ask is None:
        asyncio.run(_run_until_signalled(lambda stop: serve_page(options.port, stop)))
        return 0
    return asyncio.run(ask_once(options.ask, options.file, options.save))


def _run_check(settings: Settings, _options: argparse.Namespace) -> int:
    from bot.cli.check import check

    findings = asyncio.run(check(settings))
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    return 0 if all(finding.ok for finding in findings) else 1


def _show_usage(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli.usage import format_report
    from bot.cli.usage_plot import plot
    from storage.engine.sqlite import open_database
    from storage.usage_report import sum_usage

    _require_database(settings)
    since = time.time() - options.days * 86_400

    async def build_report() -> str:
        async with open_database(settings.database_path) as database:
            rows = await sum_usage(database, group_by=options.by, since=since)
        if options.plot is not None:
            plot(rows, options.by, options.plot)
        return format_report(rows, options.by, options.format)

    try:
        sys.stdout.write(asyncio.run(build_report()))
    except OSError as error:
        raise StartupError([f"--plot {options.plot}: {error.strerror}"]) from error
    return 0


def _show_budget(settings: Settings, _options: argparse.Namespace) -> int:
    from bot.cli.budget import report_budgets
    from storage.engine.sqlite import open_database

    _require_database(settings)

    async def build_report() -> str:
        async with open_database(settings.database_path) as database:
            return await report_budgets(settings.effective_budgets, database)

    sys.stdout.write(asyncio.run(build_report()))
    return 0


def _run_smoke(settings: Settings, options: argparse.Namespace) -> int:
    from bot.cli.smoke.main import run_smoke_test

    return asyncio.run(run_smoke_test(settings, confirmed=options.yes))


def _require_database(settings: Settings) -> None:
    if not settings.database_path.exists():
        raise StartupError([f"DATABASE_URL: there is no database at {settings.database_path} yet"])


def _run_migrate(settings: Settings, _options: argparse.Namespace) -> int:
    from storage.engine.sqlite import prepare_database

    prepare_database(settings.database_path)
    sys.stdout.write(f"{settings.database_path} has the newest schema\n")
    return 0


async def _run_until_signalled(serve: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `serve` until SIGTERM or SIGINT; a second signal ends the process at once."""
    stop = asyncio.Event()

    def handle_signal() -> None:
        if stop.is_set():
            # What was acknowledged is committed, so nothing is lost by leaving here.
            os._exit(1)
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, handle_signal)
    await serve(stop)


def _print_error(*lines: str) -> None:
    sys.stderr.write("\n".join(lines) + "\n")
