"""Metrics are for this machine only, unless the person who runs Easel says where else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot.app.service import open_service
from bot.config import read_settings
from bot.domain.errors import StartupError
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from tests.security.port import (
    Strangers,
    read_log,
)
from tests.support.easel import QUICK_RULES, run_http_easel
from tests.support.process import build_settings


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_on_loopback_metrics_stay_where_they_are(tmp_path: Path, host: str) -> None:
    async with (
        run_http_easel(tmp_path, EASEL_HOST=host) as (easel, _sender),
        Strangers(easel.service.address) as strangers,
    ):
        raw = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
        assert (await strangers.ask(raw))[0] == 200


@pytest.mark.parametrize("metrics", ["", "127.0.0.1:0"])
async def test_beyond_loopback_metrics_need_an_address_of_their_own(
    tmp_path: Path, metrics: str, out: io.StringIO
) -> None:
    more = {"EASEL_METRICS": metrics} if metrics else {}
    async with PlayedSlack(QUICK_RULES) as slack, PlayedModel() as model:
        values = {**build_settings(slack, model, tmp_path), "EASEL_PORT": 0, **more}
        values["EASEL_HOST"] = "0.0.0.0"
        async with open_service(read_settings(values, env_file=None)) as service:
            port = service.address.rpartition(":")[2]
            async with Strangers(f"http://127.0.0.1:{port}") as strangers:
                for path, status in ((b"/metrics", 404), (b"/healthz", 200), (b"/readyz", 200)):
                    raw = b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path
                    assert (await strangers.ask(raw))[0] == status
            opened = read_log(out.getvalue(), "metrics_listening")
            assert len(opened) == bool(metrics)
            for line in opened:
                async with Strangers(line["address"]) as prometheus:
                    raw = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
                    status, page = await prometheus.ask(raw)
                    assert status == 200 and b"easel_tasks" in page
    assert len(read_log(out.getvalue(), "metrics_not_served")) == (not metrics)


@pytest.mark.parametrize("wrong", ["9464", "host:", ":9464", "host:99999", "host:x", "host: 1"])
def test_an_address_of_metrics_that_is_none_is_named_at_the_start(wrong: str) -> None:
    with pytest.raises(StartupError, match="EASEL_METRICS"):
        read_settings({"EASEL_METRICS": wrong}, env_file=None)
