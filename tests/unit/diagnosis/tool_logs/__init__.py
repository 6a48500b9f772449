"""Logs as the usual tools write them, each with the line that says what failed. Made by hand."""

from __future__ import annotations

from tests.unit.diagnosis.tool_logs.builds import BUILDS
from tests.unit.diagnosis.tool_logs.programs import PROGRAMS
from tests.unit.diagnosis.tool_logs.systems import SYSTEMS
from tests.unit.diagnosis.tool_logs.tests import TESTS

# By tool: the log, and what stands in its decisive line; None where nothing has failed.
LOGS: dict[str, tuple[str, str | None]] = {**TESTS, **BUILDS, **PROGRAMS, **SYSTEMS}
