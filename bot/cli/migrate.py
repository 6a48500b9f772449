"""`easel migrate`: creates the database, or brings it to the newest schema."""

from __future__ import annotations

import argparse
import sys

from bot.app.data.database import describe_database, migrate_database
from bot.config import Settings


def run_command(settings: Settings, _options: argparse.Namespace) -> int:
    """Migrate the database; return the exit code."""
    migrate_database(settings)
    sys.stdout.write(f"{describe_database(settings)} has the newest schema\n")
    return 0
