"""Charts through the whole service: asked for in words, computed, drawn, shown and changed."""

from __future__ import annotations

import asyncio
import csv
import io
import json

import pytest

from bot.files.chart_drawer import ChartDrawer
from tests.support.easel import GENERAL, EaselEnvironment
from tests.support.files import get_last_text, read_request_text
from tests.support.model_events import build_answer, encode_delta

SALES = (
    "sales.csv",
    b"date;region;revenue\n05.01.2025;North;1.000,10\n20.01.2025;South;0,2\n"
    b"03.02.2025;North;7,70\n04.02.2025;South;\n",
)


def list_files(easel: EaselEnvironment, root: str) -> dict[str, bytes]:
    return {file.name: file.data for reply in easel.list_replies(root) for file in reply.files}


def read_all(easel: EaselEnvironment, root: str) -> str:
    return "\n".join(reply.text for reply in easel.list_replies(root))


def read_rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


async def test_a_csv_is_plotted_with_its_exact_numbers_and_changed_afterwards(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("plot this CSV as bars by month", files=[SALES])
    reply, *_ = easel.list_replies(root)
    assert len(easel.model.requests) == 1
    (block,) = reply.charts
    assert block["chart"]["type"] == "bar"
    assert block["chart"]["series"][0]["data"] == [
        {"label": "2025-01", "value": 1000.3},
        {"label": "2025-02", "value": 7.7},
    ]
    assert "easel-chart" not in reply.text and "1,000.3" in reply.text
    assert "1 empty cell of revenue was left out" in reply.text
    files = list_files(easel, root)
    assert sorted(name.rpartition(".")[2] for name in files) == ["csv", "json", "png", "svg"]
    table = next(data for name, data in files.items() if name.endswith(".csv"))
    assert read_rows(table) == [["date", "revenue"], ["2025-01", "1000.30"], ["2025-02", "7.70"]]
    told = read_request_text(easel)
    assert '- "revenue": number' in told and "compute nothing yourself" in told
    await easel.ask("what did you see?", thread_ts=root)
    assert "its columns and first rows" in get_last_text(easel, root)
    await easel.ask("thanks! how are you?", thread_ts=root)
    assert "easel-chart" not in json.dumps(easel.get_last_request())
    await easel.ask("as a line instead", thread_ts=root)
    kinds = [one.charts[0]["chart"]["type"] for one in easel.list_replies(root) if one.charts]
    assert kinds == ["bar", "line"]
    assert "Last chart: {" in read_request_text(easel)


async def test_of_numbers_alone_the_later_ones_are_measured(easel: EaselEnvironment) -> None:
    data = ("t.csv", b"depth,heat,salt\n1,20,3\n2,18,4\n")
    for wish, measured in (("plot this as bars", "heat"), ("plot salt as bars", "salt")):
        root = await easel.ask(wish, files=[data])
        table = next(d for name, d in list_files(easel, root).items() if name.endswith(".csv"))
        assert read_rows(table)[0] == ["depth", measured]


async def test_a_pie_of_too_many_parts_is_answered_with_bars_and_the_reason(
    easel: EaselEnvironment,
) -> None:
    rows = "".join(f"country {place},{place}\n" for place in range(1, 41))
    data = ("countries.csv", f"country,revenue\n{rows}".encode())
    root = await easel.ask("draw a pie of revenue by country from countries.csv", files=[data])
    text = easel.list_replies(root)[0].text
    assert "A pie of 40 parts cannot be read, so these are bars." in text
    assert not easel.list_replies(root)[0].charts and "modalities" in easel.get_last_request()


async def test_with_a_table_the_kind_alone_is_a_wish_and_a_trend_is_never_left_off(
    easel: EaselEnvironment,
) -> None:
    rows = "".join(f"2025-{month:02}-01,{month},{month * 7 % 5}\n" for month in range(1, 13))
    spec = {
        "chart_kind": "bar", "x": "day", "bucket": "month", "trend": "linear",
        "y": [{"column": "orders", "aggregate": "sum"}],
    }  # fmt: skip
    easel.model.script(*build_answer(json.dumps(spec)))
    data = ("orders.csv", f"day,orders,returns\n{rows}".encode())
    root = await easel.ask("bars by month with a trend line", files=[data])
    assert "orders by day, from 12 rows" in read_all(easel, root)
    # Slack draws no trend: its chart would show less than they asked for.
    assert not any(reply.charts for reply in easel.list_replies(root))
    second = [*spec["y"], {"column": "returns", "aggregate": "sum", "axis": "right"}]
    easel.model.script(*build_answer(json.dumps({**spec, "trend": "none", "y": second})))
    root = await easel.ask("orders as bars, and the returns on a second axis", files=[data])
    assert "orders, returns by day, from 12 rows" in read_all(easel, root)


async def test_what_cannot_be_plotted_is_asked_for_once_more_and_then_said(
    easel: EaselEnvironment,
) -> None:
    spec = {"chart_kind": "bar", "x": "date", "y": [{"column": "revenu", "aggregate": "sum"}]}
    for _ in range(2):
        easel.model.script(*build_answer(json.dumps(spec)))
    root = await easel.ask("plot this", files=[SALES])
    assert len(easel.model.requests) == 2
    assert "did you mean “revenue”?" in get_last_text(easel, root)
    assert list_files(easel, root) == {}


async def test_an_older_file_that_is_gone_or_no_table_is_in_the_way_of_no_chart(
    easel: EaselEnvironment,
) -> None:
    files = [("old.csv", b"a;b\n1;2\n2;3\n"), ("bad.xlsx", b"PK\x03\x04 no workbook"), SALES]
    root = await easel.ask("keep these", files=[("gone.csv", b"a;revenue\n1;2\n"), *files])
    gone = next(one for one in easel.slack.workspace.files.values() if one.name == "gone.csv")
    # Its event never comes.
    del easel.slack.workspace.files[gone.id]
    # Names no file: only one of those that are left has its columns.
    spec = {"chart_kind": "bar", "x": "date", "y": [{"column": "revenue", "aggregate": "sum"}]}
    easel.model.script(*build_answer(json.dumps({**spec, "bucket": "month"})))
    await easel.ask("plot the revenue as bars by month", thread_ts=root)
    text = read_all(easel, root)
    assert "from 4 rows of sales.csv." in text and "1,000.3" in text


async def test_a_chart_that_is_stopped_while_it_is_drawn_is_not_shown(
    easel: EaselEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = asyncio.Event()

    async def draw(*_: object) -> None:
        drawing.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(ChartDrawer, "draw", draw)
    ts = await easel.slack.post_as_person(GENERAL, "<@U0EASEL> plot this", files=[SALES])
    await drawing.wait()
    easel.slack.press_stop(GENERAL, ts)
    await easel.wait_until_idle()
    assert "chart_kind" not in read_all(easel, ts) and list_files(easel, ts) == {}
    assert [row["outcome"] for row in easel.list_model_requests()] == ["answered"]


async def test_half_a_specification_is_not_shown(easel: EaselEnvironment) -> None:
    easel.model.script(encode_delta(content='{"chart_kind": "bar", "x": "da'))
    root = await easel.ask("plot this", files=[SALES])
    text = get_last_text(easel, root)
    assert "chart_kind" not in text and "broke off" in text


async def test_without_a_table_a_drawing_stays_a_drawing(easel: EaselEnvironment) -> None:
    await easel.ask("draw a bar chart with a cat on it")
    assert "response_format" not in easel.get_last_request()


async def test_a_forged_chart_in_an_answer_stays_code(easel: EaselEnvironment) -> None:
    forged = '```easel-chart\ue5e1\n{"kind":"bar","title":"x","labels":["a"],"series":[["s",[1]]],"x":"","y":""}\n```\nhello'  # noqa: E501 - as forged
    easel.model.script(*build_answer(forged))
    root = await easel.ask("say it")
    (reply,) = easel.list_replies(root)
    assert not reply.charts and "easel-chart" in reply.text


async def test_where_slack_refuses_the_chart_the_words_and_the_picture_stay(
    easel: EaselEnvironment,
) -> None:
    easel.slack.fail("*", error="invalid_blocks", times=9, block="data_visualization")
    root = await easel.ask("plot this CSV as bars by month", files=[SALES])
    assert any(name.endswith(".png") for name in list_files(easel, root))
    (reply, *_) = easel.list_replies(root)
    assert not reply.charts and "1,000.3" in reply.text and "easel-chart" not in reply.text


async def test_a_pasted_table_is_plotted_and_the_chart_of_it_changed(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask(
        "draw a pie of this table\n\n| part | n |\n|---|---|\n| A | 1 |\n| B | 3 |"
    )
    reply = easel.list_replies(root)[0]
    assert reply.charts[0]["chart"]["segments"] == [
        {"label": "A", "value": 1}, {"label": "B", "value": 3},
    ]  # fmt: skip
    await easel.ask("as bars instead", thread_ts=root)
    assert "**n by part**\n\nFrom 2 rows of table." in easel.list_replies(root)[2].text
