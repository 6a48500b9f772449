"""Work that runs from start to stop, at the same time as the worker."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any


def run_in_background(
    stack: AsyncExitStack, coroutine: Coroutine[Any, Any, None], name: str
) -> None:
    """Run `coroutine` until `stack` closes; then cancel it and wait for its end."""
    task = asyncio.create_task(coroutine, name=name)

    async def cancel_task() -> None:
        task.cancel()
        await asyncio.wait({task})

    stack.push_async_callback(cancel_task)
