"""The process of the light far ends: obeys one JSON command a line, and answers with a line.

`{"ask": [120, 120]}` sends that many questions, the next when the former are answered, and returns
their records. `{"store": 600}` returns when all are acknowledged, while the model answers none;
`{"finish": 0}` lets it answer them, reports the first request as "started", and returns their
records. `{"connect": 3}` returns once three sockets are open; after `{"pause": 2.0}` the model
answers each request two seconds late. The first line that is printed holds the port.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from bench.far_ends.ends import FarEnds


async def main() -> None:
    commands = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    async with FarEnds(_print) as ends:
        _print({"port": ends.port})
        while line := await commands.readline():
            [(name, argument)] = json.loads(line).items()
            _print(await ends.run_command(name, argument))


def _print(result: dict[str, Any]) -> None:
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
