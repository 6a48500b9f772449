"""`easel usage --plot`: a picture of bars that is readable for a day and for a year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from bot.billing.usage_report import TimeSpan, UsageRow
from bot.cli.drawing import format_dollar_ticks, make_drawable, open_figure
from bot.cli.main import main
from bot.cli.usage.chart import build_chart, choose_keys, format_bar, list_bucket_keys
from bot.cli.usage.names import Names
from bot.cli.usage.period import build_span
from bot.cli.usage.plot import draw_chart

BERLIN = ZoneInfo("Europe/Berlin")


def span_of(first: str, last: str) -> TimeSpan:
    return build_span(date.fromisoformat(first), date.fromisoformat(last), BERLIN)


def build_row(*keys: str, cost: str = "1", estimated: str = "0") -> UsageRow:
    return UsageRow(keys, cost=Decimal(cost), estimated=Decimal(estimated))


@pytest.mark.parametrize(
    ("by", "first", "last", "keys"),
    [
        (("day",), "2026-11-20", "2026-11-20", ("hour",)),
        (("day", "user"), "2026-11-01", "2026-11-30", ("day", "user")),
        (("user", "day"), "2025-11-29", "2026-11-28", ("week", "user")),
        (("month", "model"), "2025-11-29", "2026-11-28", ("month", "model")),
        (("month",), "2026-11-01", "2026-11-30", ("day",)),
        (("hour",), "2016-01-01", "2026-11-30", ("month",)),
        (("user", "model", "kind"), "2026-11-01", "2026-11-30", ("user", "model")),
    ],
)
def test_a_time_has_neither_one_bar_nor_hundreds(
    by: tuple[str, ...], first: str, last: str, keys: tuple[str, ...]
) -> None:
    assert choose_keys(by, span_of(first, last)) == keys


def test_every_hour_day_week_and_month_has_its_place() -> None:
    long_day = list_bucket_keys("hour", span_of("2026-10-25", "2026-10-25"))
    assert len(long_day) == 25 and long_day[2:4] == [
        "2026-10-25 02:00+02:00", "2026-10-25 02:00+01:00",
    ]  # fmt: skip
    assert len(list_bucket_keys("hour", span_of("2026-03-29", "2026-03-29"))) == 23
    assert len(list_bucket_keys("day", span_of("2024-01-01", "2024-12-31"))) == 366
    assert list_bucket_keys("week", span_of("2025-12-31", "2026-01-05")) == [
        "2025-12-29", "2026-01-05",
    ]  # fmt: skip
    assert list_bucket_keys("month", span_of("2025-12-31", "2026-02-01")) == [
        "2025-12", "2026-01", "2026-02",
    ]  # fmt: skip
    assert format_bar("week", "2026-01-05", "2025-12-29") == "5 Jan\n2026"
    assert format_bar("hour", "2026-10-25 02:00+02:00", "2026-10-25 00:00+02:00") == "02:00"


def test_many_are_folded_into_others_and_nothing_is_lost() -> None:
    span = span_of("2026-11-01", "2026-11-30")
    rows = [build_row(f"U{n}", f"m{n % 12}", cost=str(n + 1)) for n in range(60)]
    chart = build_chart(rows, ("user", "model"), span)
    assert (len(chart.bars), chart.bars[-1], chart.bars[0]) == (21, "others (40)", "U59")
    assert [name for name, _ in chart.parts][-1] == "others (5)"
    assert sum(sum(amounts) for _, amounts in chart.parts) == chart.total == 1830


@pytest.mark.parametrize("rows", [[], [build_row("U1", cost="0")], None])
def test_names_of_every_kind_are_drawn(tmp_path: Path, rows: list[UsageRow] | None) -> None:
    people = ["$x$ \\frac", "_private", "田中 太郎", "🦊", "Zoë 🦊", "مريم", "a" * 99, "", "%s {0}"]
    names = Names({f"U{n}": name for n, name in enumerate(people)})
    span = span_of("2026-11-01", "2026-11-30")
    some = [build_row(f"U{n}", estimated="0.5") for n in range(len(people))]
    chart = build_chart(some if rows is None else rows, ("user",), span)
    draw_chart(chart, ("user",), span, names, tmp_path / "x.png")
    with Image.open(tmp_path / "x.png") as picture:
        assert picture.format == "PNG" and min(picture.size) > 400
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24) or []}
    assert ((0, 114, 178) in colours) == (rows is None)


def test_signs_that_no_font_has_are_left_out() -> None:
    assert make_drawable("Zoë 🦊", "U1") == "Zoë" and make_drawable("🦊", "U1") == "U1"
    assert make_drawable("x" * 40, "U1") == "x" * 31 + "…"


@pytest.mark.parametrize("most", [0.0000004, 0.03, 0.19, 1.9, 8.5, 19.8, 517, 26_000])
def test_an_axis_is_marked_with_the_amounts_that_are_there(tmp_path: Path, most: float) -> None:
    with open_figure(tmp_path / "x.png", (9, 4.8)) as figure:
        axes = figure.add_subplot()
        axes.set_ylim(0, most)
        format_dollar_ticks(axes.yaxis, most)
        marks = [mark for mark in axes.get_yticks() if mark <= most]
        texts = axes.yaxis.get_major_formatter().format_ticks(marks)
    assert [float(text.strip("$").replace(",", "")) for text in texts] == pytest.approx(marks)
    assert len(marks) > 3


def test_what_is_written_above_a_chart_has_room(tmp_path: Path) -> None:
    names, span = Names({"U1": "W" * 40}), span_of("2025-11-28", "2026-11-27")
    row = UsageRow(("U1",), cost=Decimal("1234567"), estimated=Decimal("123456.5"),
                   open_usd=Decimal("0.00004"))  # fmt: skip
    draw_chart(build_chart([row], ("user",), span), ("user",), span, names, tmp_path / "x.png")
    with Image.open(tmp_path / "x.png") as picture:
        edge = picture.convert("L").crop((picture.width - 8, 0, picture.width, 90))
    assert edge.getextrema() == (255, 255), "nothing is cut off at the right"


def test_usage_is_drawn_beside_the_report(
    paid_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, month = paid_folder / "usage.png", ("--month", "2024-03")
    assert main(["usage", "--by", "day,user", *month, "--plot", str(path)]) == 0
    assert "total" in capsys.readouterr().out and path.read_bytes().startswith(b"\x89PNG")
    assert main(["usage", *month, "--plot", str(paid_folder / "no" / "usage.png")]) == 1
    assert "--plot" in capsys.readouterr().err
