"""The options of `usage`, parsed and checked."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bot.billing.usage_report import DIMENSIONS, REFUSAL_DIMENSIONS
from bot.cli.usage.period import add_period_arguments
from bot.domain.errors import StartupError

FORMS = ("text", "csv", "json")


def add_usage_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `usage` takes."""
    names = ", ".join(DIMENSIONS)
    parser.add_argument(
        "--by",
        metavar="NAME[,NAME]",
        type=parse_dimensions,
        help=f"what to tell apart, one or more of {names} (day; with --refusals: budget)",
    )
    add_period_arguments(parser)
    lists = parser.add_mutually_exclusive_group()
    lists.add_argument(
        "--rows", action="store_true", help="every single request, as CSV or as lines of JSON"
    )
    lists.add_argument(
        "--pictures", action="store_true", help="every picture: whose, when, its price, a link"
    )
    lists.add_argument(
        "--refusals", action="store_true", help="what budgets refused, and what it would have cost"
    )
    lists.add_argument(
        "--feedback", action="store_true", help="what people think of answers, and why"
    )
    parser.add_argument("--format", choices=FORMS, default=None, help="text, csv or json")
    parser.add_argument(
        "--no-names", action="store_true", help="show ids; Slack is not asked for names"
    )
    parser.add_argument("--plot", metavar="PNG", type=Path, help="draw it into this file, too")


def parse_dimensions(text: str) -> tuple[str, ...]:
    """Return the names of a list such as `user,model`. Raises `ArgumentTypeError`."""
    names = tuple(part.strip() for part in text.split(","))
    known = tuple(dict.fromkeys((*DIMENSIONS, *REFUSAL_DIMENSIONS)))
    for name in names:
        if name not in known:
            raise argparse.ArgumentTypeError(
                f"{name[:40]!r} cannot be grouped by: choose from {', '.join(known)}"
            )
        if names.count(name) > 1:
            raise argparse.ArgumentTypeError(f"{name} is there twice")
    return names


def choose_dimensions(options: argparse.Namespace) -> Sequence[str]:
    """Return what to group by. Raises `StartupError` for what this report cannot tell apart."""
    known: Sequence[str] = REFUSAL_DIMENSIONS if options.refusals else DIMENSIONS
    wrong = [name for name in options.by or () if name not in known]
    if wrong:
        report = "what is refused" if options.refusals else "usage"
        raise StartupError(
            [f"--by {','.join(wrong)}: {report} can be told apart by {', '.join(known)}"]
        )
    return options.by or (("budget",) if options.refusals else ("day",))


def check_combination(options: argparse.Namespace) -> None:
    """Raise `StartupError` for options that do not go together."""
    list_name = next(
        (name for name in ("rows", "pictures", "refusals", "feedback") if getattr(options, name)),
        "",
    )
    problems = []
    if list_name in ("rows", "pictures", "feedback") and options.by:
        problems.append(f"--{list_name} lists one by one, so --by has nothing to group")
    if list_name and options.plot is not None:
        problems.append(f"--plot draws sums of usage, not --{list_name}")
    if options.rows and options.format == "text":
        problems.append("--rows is for other programs: give --format csv or json")
    if problems:
        raise StartupError(problems)
