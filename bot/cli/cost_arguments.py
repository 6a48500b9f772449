"""The options of `budget` and `prices`; those of `usage` are in its own room."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.cli.usage.period import add_zone_argument, parse_month


def add_budget_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `budget` takes."""
    parser.add_argument("--json", action="store_true", help="all of it as JSON")
    parser.add_argument(
        "--all", action="store_true", help="everybody and the whole record, not only the first 20"
    )
    parser.add_argument(
        "--no-names", action="store_true", help="show ids; Slack is not asked for names"
    )


def add_prices_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `prices` takes."""
    parser.add_argument(
        "--month",
        metavar="YYYY-MM",
        type=parse_month,
        help="the month whose cost is compared (the last one)",
    )
    add_zone_argument(parser)
    parser.add_argument("--json", action="store_true", help="all of it as JSON")
    parser.add_argument("--plot", metavar="PNG", type=Path, help="draw the prices into this file")
