"""The chart that an answer carries becomes Slack's block, and nobody else's text does."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from bot.charts.native import build_native_chart
from bot.charts.result import ChartData, Panel, Series
from bot.delivery.escaper import escape_text
from bot.domain.answers.chart_fence import NativeChart, remove_mark, split_fence, write_fence
from bot.domain.posts import Button, Controls, PostMetadata
from bot.playground.slack.block_checks import can_take_blocks
from handlers.web_api.message_forms import (
    build_post_forms,
    build_stop_forms,
    build_update_forms,
    format_plain_text,
)
from handlers.web_api.visuals.charts import build_chart_block

PIE = NativeChart("pie", "Sales <@U123>", ("a & b", "<!channel>"), (("s", (1, 2.5)),))
BARS = NativeChart(
    "bar", "Sales", ("Jan", "Feb"), (("A", (1, -2)), ("B", (0, 3.5))), "month", "EUR"
)
TABLE = "\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"


def build_data(**changes: Any) -> ChartData:
    values: dict[str, Any] = {
        "kind": "bar", "title": "T", "categories": ("a", "b"), "y_label": "y",
        "panels": (Panel((Series("", (Decimal("0.1"), Decimal(2))),)),),
    }  # fmt: skip
    return ChartData(**{**values, **changes})


@pytest.mark.parametrize("chart", [PIE, BARS])
def test_a_chart_goes_through_the_text_of_an_answer_unharmed(chart: NativeChart) -> None:
    text = write_fence(chart) + "\n\nThe words."
    found, start = split_fence(escape_text(text))
    assert found == chart and escape_text(text)[start:] == "The words."


@pytest.mark.parametrize("chart", [PIE, BARS])
def test_the_richest_form_has_the_block_and_none_has_the_code(chart: NativeChart) -> None:
    text = escape_text(write_fence(chart) + "\n\nThe words." + TABLE)
    for metadata in (PostMetadata(7), PostMetadata(7, Controls((Button.RETRY,)))):
        post, update = (
            list(build_post_forms(text, metadata)),
            list(build_update_forms(text, metadata)),
        )
        for first, *others in (post, update):
            assert first["blocks"][0] == build_chart_block(chart)
            assert can_take_blocks(first["blocks"])
            assert not any("data_visualization" in str(form) for form in others)
        forms = [*post, *update, *build_stop_forms(text, metadata)]
        assert "easel-chart" not in str(forms)
    assert "easel-chart" not in format_plain_text(text)
    assert "<@U123>" not in str(build_chart_block(PIE)) and "<!channel>" not in str(PIE.kind)


def test_what_somebody_else_writes_is_no_chart() -> None:
    forged = remove_mark(write_fence(BARS)) + "\n\nhello"
    assert split_fence(forged) == (None, 0)
    assert split_fence("hello\n\n" + write_fence(BARS)) == (None, 0)
    damaged = write_fence(BARS).replace("bar", "rab")
    assert split_fence(damaged)[0] is None and split_fence(damaged)[1] == len(damaged)


def test_numbers_that_fit_are_shown_by_slack_itself() -> None:
    chart = build_native_chart(build_data())
    assert chart is not None and chart.series == (("y", (0.1, 2)),)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "stacked"},
        {"kind": "scatter"},
        {"log": True},
        {"right_label": "second"},
        {"categories": ("a" * 21, "b")},
        {"categories": ("a", "a")},
        {"panels": (Panel((Series("", (None, Decimal(2))),)),)},
        {"panels": (Panel((Series("", (Decimal("0.12345678901234567891"), Decimal(2))),)),)},
        {"kind": "pie", "panels": (Panel((Series("", (Decimal(0), Decimal(2))),)),)},
        {"panels": (Panel((Series("", (Decimal(1), Decimal(2))),), "facet"),)},
    ],
)
def test_what_does_not_fit_is_not_sent_as_a_block(changes: dict[str, Any]) -> None:
    assert build_native_chart(build_data(**changes)) is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("title",), "x" * 51),
        (("title",), ""),
        (("chart", "type"), "donut"),
        (("chart", "extra"), 1),
        (("chart", "series"), []),
        (("chart", "axis_config", "categories"), ["Jan", "Jan"]),
        (("chart", "axis_config", "x_label"), "x" * 51),
        (("chart", "series", 0, "name"), "B"),
        (("chart", "series", 0, "name"), "x" * 21),
        (("chart", "series", 0, "data"), [{"label": "Jan", "value": 1}]),
        (("chart", "series", 0, "data", 0, "value"), "1"),
        (("chart", "series", 0, "data", 0, "value"), float("nan")),
        (("chart", "series", 0, "data", 0, "label"), "Mar"),
    ],
)
def test_the_played_slack_refuses_what_the_real_one_does(path: tuple[Any, ...], value: Any) -> None:
    block = copy.deepcopy(build_chart_block(BARS))
    assert can_take_blocks([block]) and can_take_blocks([block, block])
    assert not can_take_blocks([block] * 3)
    *way, last = path
    inner: Any = block
    for step in way:
        inner = inner[step]
    inner[last] = value
    assert not can_take_blocks([block])
