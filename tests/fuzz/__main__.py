"""`python -m tests.fuzz`: damaged files by the thousand; exit code 1 if the service took harm."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from tests.fuzz.run import SECONDS, WORKERS, Plan, Told, fuzz, one_file, seeds


def main() -> int:
    options = _parser().parse_args()
    if options.save is not None:
        return _save(options.seed, options.save)
    plan = Plan(options.seed, options.files, options.workers, options.seconds)
    _say(f"seed {plan.seed}: {plan.files} files, {plan.workers} decoders")
    told = asyncio.run(fuzz(plan))
    _report(told)
    return 1 if told.problems else 0


def _save(seed: int, number: int) -> int:
    """One file of a run, to look at."""
    name, data = one_file(seed, number, seeds())
    path = Path(f"fuzz-{seed}-{number}.bin")
    path.write_bytes(data)
    _say(f"{path}: {len(data)} bytes, as {name!r}")
    return 0


def _report(told: Told) -> None:
    _say(f"  {told.files} files in {told.seconds:.0f} s: {told.read} read, {told.refused} refused")
    _say(f"  {told.deaths} decoders died, {told.timeouts} ran out of time")
    _say(f"  longest stall of the loop: {told.stall_ms:.0f} ms")
    _say(f"  memory of the service: {told.before_mb} MB before, {told.after_mb} MB after")
    for what, count in told.details.most_common(30):
        _say(f"    {count:6} {what}")
    _say(f"  {len(told.slow)} slow, {len(told.problems)} problems")
    for line in [*told.slow[:20], *told.problems[:50]]:
        _say(f"  - {line}")


def _say(line: str) -> None:
    sys.stdout.write(line.encode("utf-8", "backslashreplace").decode() + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the run (1)")
    parser.add_argument("--files", type=int, default=10_000, help="how many (10,000)")
    parser.add_argument("--workers", type=int, default=WORKERS, help="decoders at a time")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="the longest one file takes")
    parser.add_argument("--save", type=int, metavar="NUMBER", help="write that file and end")
    return parser


if __name__ == "__main__":
    sys.exit(main())
