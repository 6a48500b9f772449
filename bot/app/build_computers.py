"""Builds what computes something for a question, before and after the model is asked."""

from __future__ import annotations

from bot.answering.computing.computation import Computer
from bot.answering.computing.failures import FailureComputer
from bot.files.logs import LogReader


def build_computers(log_reader: LogReader) -> tuple[Computer, ...]:
    """Build the computers; the first whose kind a question is of computes for it."""
    return (FailureComputer(log_reader),)
