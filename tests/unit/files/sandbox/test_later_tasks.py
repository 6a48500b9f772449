"""What only some tasks need is not loaded by the service, and not before: the decoders do that."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from bot.files.sandbox.tasks import COMPUTING, LATER_TASKS

ROOT = Path(__file__).parents[4]


def test_the_service_loads_neither_the_patterns_nor_the_readers_of_reports() -> None:
    code = (
        "import sys, bot.app.build_worker, bot.files.sandbox.tasks;"
        "print([n for n in sys.modules if n.startswith(('bot.diagnosis.scoring',"
        " 'bot.diagnosis.reports', 'bot.diagnosis.scan', 'bot.files.sandbox.computing'))])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert told.stdout.strip() == "[]"


def test_each_task_that_is_loaded_later_is_there() -> None:
    for module, function in LATER_TASKS.values():
        assert callable(getattr(import_module(f"{COMPUTING}.{module}"), function)), function
