"""`python -m tests.fuzz`: damaged files by the thousand; exit code 1 if the service was harmed.

With `--texts` generated texts go through the one door to Slack instead, with `--facts` damaged
manifests to the decoders that compute graphs of them, with `--blocks` damaged Mermaid, DOT and
formulas to those that draw them; with `--logs` damaged logs and reports become cards.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from bot.files.sandbox.sandbox import Sandbox
from tests.fuzz.blocks import run_blocks
from tests.fuzz.facts import run_facts
from tests.fuzz.logs import run_logs
from tests.fuzz.run import MAX_SECONDS, WORKERS, Plan, RunResult, build_file, list_seeds, run_fuzz
from tests.fuzz.texts import run_texts


def main() -> int:
    options = _build_parser().parse_args()
    if options.save is not None:
        return _save_file(options.seed, options.save)
    if options.blocks:
        return asyncio.run(_draw_blocks(options.blocks, options.seed))
    if options.logs:
        _print_line(f"seed {options.seed}: {options.logs} logs")
        told = run_logs(options.logs, options.seed)
        _print_line("  " + ", ".join(f"{number} {kind}" for kind, number in told.items()))
        return 0
    if options.texts:
        return _check_texts(options.texts, options.seed)
    if options.facts:
        return _check_facts(options.facts, options.seed)
    plan = Plan(options.seed, options.files, options.workers, options.seconds)
    _print_line(f"seed {plan.seed}: {plan.files} files, {plan.workers} decoders")
    result = asyncio.run(run_fuzz(plan))
    _report(result)
    return 1 if result.problems else 0


def _check_texts(count: int, seed: int) -> int:
    """Check generated texts; return the exit code."""
    _print_line(f"seed {seed}: {count} texts")
    try:
        counts = run_texts(count, seed)
    except AssertionError as error:
        _print_line(f"  - {error}\n{''.join(getattr(error, '__notes__', []))}")
        return 1
    told = ", ".join(f"{number} {kind}" for kind, number in counts.items())
    _print_line(f"  {told}; nothing live came out, and nothing harmless was changed")
    return 0


def _check_facts(count: int, seed: int) -> int:
    """Compute facts of damaged files; return the exit code."""
    _print_line(f"seed {seed}: {count} damaged files, of which facts are computed")
    result = asyncio.run(run_facts(count, seed))
    for outcome, number in result.counts.most_common():
        _print_line(f"    {number:6} {outcome}")
    _print_line(
        f"  {result.deaths} decoders died, {len(result.slow)} slow, {len(result.problems)} problems"
    )
    for line in [*result.slow[:20], *result.problems[:50]]:
        _print_line(f"  - {line}")
    return 1 if result.problems or result.deaths else 0


async def _draw_blocks(count: int, seed: int) -> int:
    """Draw damaged blocks; return the exit code."""
    _print_line(f"seed {seed}: {count} blocks")
    async with Sandbox() as sandbox:
        counts = await run_blocks(count, seed, sandbox)
        told = ", ".join(f"{number} {kind}" for kind, number in counts.most_common())
        _print_line(f"  {told}; {sandbox.pool.death_count} decoders ended")
    return 0


def _save_file(seed: int, number: int) -> int:
    """Write one file of a run, for investigating it; return the exit code."""
    name, data = build_file(seed, number, list_seeds())
    path = Path(f"fuzz-{seed}-{number}.bin")
    path.write_bytes(data)
    _print_line(f"{path}: {len(data)} bytes, as {name!r}")
    return 0


def _report(result: RunResult) -> None:
    _print_line(
        f"  {result.files} files in {result.seconds:.0f} s: {result.read} read, {result.refused}"
        " refused"
    )
    _print_line(f"  {result.deaths} decoders died, {result.timeouts} ran out of time")
    busy = f"of processor time in any {result.busy_ms:.0f} ms"
    _print_line(f"  longest stall of the loop: {result.stall_ms:.0f} ms, {busy}")
    _print_line(
        f"  memory of the service: {result.before_mb} MB before, {result.after_mb} MB after"
    )
    for detail, count in result.details.most_common(30):
        _print_line(f"    {count:6} {detail}")
    _print_line(f"  {len(result.slow)} slow, {len(result.problems)} problems")
    for line in [*result.slow[:20], *result.problems[:50]]:
        _print_line(f"  - {line}")


def _print_line(line: str) -> None:
    sys.stdout.write(line.encode("utf-8", "backslashreplace").decode() + "\n")
    sys.stdout.flush()


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the run (1)")
    parser.add_argument("--files", type=int, default=10_000, help="how many (10,000)")
    parser.add_argument("--blocks", type=int, default=0, help="draw this many damaged blocks")
    parser.add_argument("--texts", type=int, default=0, help="check this number of texts instead")
    parser.add_argument("--facts", type=int, default=0, help="compute facts of so many instead")
    parser.add_argument("--logs", type=int, default=0, help="read this number of logs instead")
    parser.add_argument("--workers", type=int, default=WORKERS, help="decoders at a time")
    parser.add_argument(
        "--seconds", type=float, default=MAX_SECONDS, help="the longest one file takes"
    )
    parser.add_argument("--save", type=int, metavar="NUMBER", help="write that file and end")
    return parser


if __name__ == "__main__":
    sys.exit(main())
