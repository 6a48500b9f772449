"""The table that is printed, line by line as its figures come."""

from __future__ import annotations


def head(*columns: str) -> None:
    print("\n| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|", flush=True)


def row(name: str, *cells: object) -> None:
    print(f"| {name} | " + " | ".join(str(cell) for cell in cells) + " |", flush=True)
