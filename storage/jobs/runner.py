"""Runs Procrastinate's worker: it fetches jobs as far as there are places, through any outage.

A job is no more than a hint to look at a thread: what is claimed, and by whom, the questions' own
rows say.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.domain.conversation import Thread
from bot.domain.errors import EaselError
from bot.domain.stores.questions import AnswerPlaces
from bot.observability.rare_warning import RareWarning
from storage.jobs.dispatch import QUESTIONS, TASK

log = structlog.get_logger(__name__)

# What a replica that is gone was doing is taken up by others when it has not been heard of for so
# long; `sweep.py` looks so often.
HEARTBEAT_SECONDS, STALLED_SECONDS = 5.0, 15.0
_SWEEP_INTERVAL_SECONDS = 5.0
# The word of a new job may get lost with a line that is cut.
_POLL_SECONDS = 0.5
_FIRST_DELAY_SECONDS, _MAX_DELAY_SECONDS = 0.2, 3.0
_MAX_CONNECTIONS, _CONNECT_SECONDS = 3, 5.0
# How long one cancellation of the worker has before it gets the next.
_CANCEL_INTERVAL_SECONDS = 2.0
_KEEPALIVES = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "easel jobs",
}

Work = Callable[[Thread], Awaitable[None]]
Sweep = Callable[[Any], Awaitable[None]]


class JobRunner:
    """Implements `bot.domain.stores.questions.ThreadDispatcher` on the database at `url`.

    `sweep` gets Procrastinate's `JobManager`, at the start and then regularly. It is no job itself:
    where its replica died, no other would put it back.
    """

    def __init__(self, url: str, *, sweep: Sweep) -> None:
        self._url = url
        self._sweep = sweep
        self._stopping = asyncio.Event()
        self._failures = RareWarning(time.monotonic)

    async def run(self, work: Work, places: AnswerPlaces) -> None:
        """Call `work` for each job until `stop`. None is fetched while all places are taken, so
        that another replica may fetch it.

        `work` may be cancelled when the database fails; what must go on then has its own task.
        """
        delay = _FIRST_DELAY_SECONDS
        while not self._stopping.is_set():
            started_at = time.monotonic()
            worker = asyncio.create_task(self._run_once(work, places), name="jobs")
            await self._wait_for(worker)
            self._report(worker)
            if time.monotonic() - started_at > _MAX_DELAY_SECONDS:
                delay = _FIRST_DELAY_SECONDS
            if not self._stopping.is_set():
                await asyncio.sleep(delay)
                delay = min(delay * 2, _MAX_DELAY_SECONDS)

    async def _wait_for(self, worker: asyncio.Task[None]) -> None:
        """Wait until `worker` has ended, and end it at the stop, and where this is cancelled.

        One cancellation is not enough: psycopg's pool loses one that comes while it opens, because
        `asyncio.wait_for` of Python 3.11 does (github.com/python/cpython/issues/86296).
        """
        stopping = asyncio.create_task(self._stopping.wait(), name="jobs-stop")
        try:
            await asyncio.wait({worker, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            while not worker.done():
                worker.cancel()
                await asyncio.wait({worker}, timeout=_CANCEL_INTERVAL_SECONDS)

    def _report(self, worker: asyncio.Task[None]) -> None:
        error = None if worker.cancelled() else worker.exception()
        if error is not None and (count := self._failures.count()):
            log.warning("store_failed", at="jobs", error=type(error).__name__, count=count)

    def stop(self) -> None:
        """Fetch no more jobs; those that run are cancelled."""
        self._stopping.set()

    async def _run_once(self, work: Work, places: AnswerPlaces) -> None:
        """Work until the database fails, or until this is cancelled."""
        app = _build_app(self._url, work)
        app.job_manager.fetch_job = _build_fetch(app.job_manager.fetch_job, places)
        async with app.open_async():
            sweeping = asyncio.create_task(self._sweep_regularly(app.job_manager), name="sweep")
            try:
                await app.run_worker_async(
                    concurrency=places.total,
                    name="easel",
                    fetch_job_polling_interval=_POLL_SECONDS,
                    abort_job_polling_interval=3600.0,
                    shutdown_graceful_timeout=0,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=STALLED_SECONDS,
                )
            finally:
                sweeping.cancel()
                await asyncio.wait({sweeping})

    async def _sweep_regularly(self, job_manager: Any) -> None:
        while True:
            try:
                await self._sweep(job_manager)
            except EaselError as error:  # the next turn looks again
                if count := self._failures.count():
                    log.warning("store_failed", at="sweep", error=type(error).__name__, count=count)
            except Exception:
                # A bug must not end the sweeps: what no job leads to would wait for ever.
                log.exception("bug")
            await asyncio.sleep(_SWEEP_INTERVAL_SECONDS)


def _build_fetch(fetch: Callable[..., Awaitable[Any]], places: AnswerPlaces) -> Any:
    """Return Procrastinate's `fetch_job`, but that it finds no job without a place for it."""

    async def fetch_with_place(**parameters: Any) -> Any:
        if not await places.wait_for_one():
            return None
        job = await fetch(**parameters)
        if job is None:
            places.note_none_waiting()
        return job

    return fetch_with_place


def _build_app(url: str, work: Work) -> Any:
    from procrastinate import App, PsycopgConnector

    from storage.jobs.pool import JobPool

    connector = PsycopgConnector(
        conninfo=url,
        pool_factory=JobPool,
        kwargs=_KEEPALIVES,
        min_size=1,
        max_size=_MAX_CONNECTIONS,
        timeout=_CONNECT_SECONDS,
        reconnect_timeout=_CONNECT_SECONDS,
    )
    app = App(connector=connector)

    @app.task(name=TASK, queue=QUESTIONS)
    async def answer_thread(team: str, channel: str, root: str) -> None:
        _forget_failed_end()
        await work(Thread(team, channel, root))

    return app


def _forget_failed_end() -> None:
    """Keep asyncio from reporting that the end of this job could not be written.

    The database was away, or another replica has taken the job over. `sweep.py` puts back what is
    left of it.
    """
    task = asyncio.current_task()
    if task is not None:
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
