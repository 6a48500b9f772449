"""`make chaos`: runs storms from printed seeds; exit code 1 if any promise was broken."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.chaos.run import Plan, RunResult, run_chaos


def main() -> int:
    options = _build_parser().parse_args()
    first = random.randrange(1_000_000) if options.seed is None else options.seed
    broken = 0
    for seed in range(first, first + options.seeds):
        plan = Plan(
            seed,
            questions=options.questions,
            threads=options.threads,
            kills=options.kills,
            terms=options.terms,
            full_disk=options.full_disk,
            refresh=options.refresh,
        )
        folder = Path(tempfile.mkdtemp(prefix=f"easel-chaos-{seed}-"))
        print(f"seed {seed}: {plan.questions} questions, in {folder}", flush=True)
        result = asyncio.run(run_chaos(plan, folder))
        broken += bool(result.problems)
        _report(result)
    return 1 if broken else 0


def _report(result: RunResult) -> None:
    print(
        f"  {result.acknowledged} acknowledged, {result.kills} SIGKILLs, {result.terms} SIGTERMs,"
        f" {result.retried} asked again by button, {result.seconds:.0f} s:"
        f" {len(result.problems)} promises broken"
    )
    for problem in result.problems[:50]:
        print(f"  - {problem}")
    sys.stdout.flush()


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="the first seed (random)")
    parser.add_argument("--seeds", type=int, default=1, help="how many runs (1)")
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=100)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--terms", type=int, default=10)
    parser.add_argument("--full-disk", action="store_true", help="fill the disk now and then")
    parser.add_argument("--refresh", action="store_true", help="replace sockets every second")
    return parser


if __name__ == "__main__":
    sys.exit(main())
