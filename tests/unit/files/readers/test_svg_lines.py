"""A line of very many points is thinned, is drawn as it was, and large; and that is said."""

from __future__ import annotations

import math
import random
from copy import deepcopy
from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.files.readers.vector.drawing import draw_pixels
from bot.files.readers.vector.svg import read_svg
from bot.files.readers.vector.thinning import MIN_POINTS, Point, thin, thin_lines


def build_points(count: int) -> list[Point]:
    """Build a noisy measurement with a spike that one point makes."""
    noise = random.Random(7)
    points = [
        (n * 1000 / count, 300 + 100 * math.sin(n * 20 / count) + noise.uniform(-60, 60))
        for n in range(count)
    ]
    points[count // 2] = (500.0, 5.0)
    return points


def write_path(points: list[Point]) -> str:
    return "M" + "L".join(f"{x:.3f} {y:.3f}" for x, y in points)


def build_svg(line: str) -> bytes:
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="600">'
    return f'{head}<g fill="none" stroke="navy">{line}</g></svg>'.encode()


def find_bounds(root: Element) -> tuple[int, int, int, int] | None:
    return draw_pixels("a", deepcopy(root), 512).pixels.getchannel("A").getbbox()


def test_of_the_points_in_a_column_those_that_show_stay() -> None:
    points = build_points(60_000)
    thinned = thin(points)
    assert len(thinned) < 12_000 and (500.0, 5.0) in thinned
    assert thinned[0] == points[0] and thinned[-1] == points[-1]
    assert thinned == sorted(thinned), "in their order"
    turned = thin([(y, x) for x, y in points])
    assert turned == [(y, x) for x, y in thinned], "a line that goes down is thinned by rows"


def test_a_plot_of_sixty_thousand_points_is_drawn_large_and_that_is_said() -> None:
    parsed = read_svg("plot.svg", build_svg(f'<path d="{write_path(build_points(60_000))}"/>'))
    (picture,) = parsed.pictures
    assert max(picture.width, picture.height) >= 1000
    assert "points of its lines" in parsed.left_out


def test_a_thinned_line_goes_through_the_same_pixels() -> None:
    points = build_points(12_000)
    pictures = []
    for line in (points, thin(points)):
        root = fromstring(build_svg(f'<path d="{write_path(line)}"/>'))
        drawn = draw_pixels("a", root, 1024).pixels
        pictures.append(Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn))
    difference = ImageChops.difference(*(one.convert("L") for one in pictures))
    assert ImageStat.Stat(difference).mean[0] < 1.0


@pytest.mark.parametrize(
    ("line", "is_thinned"),
    [
        ('<path d="{relative}"/>', True),
        ('<path d="{steps}"/>', True),
        ('<polyline points="{points}"/>', True),
        ('<polygon points="{points}"/>', True),
        ('<path d="{path}C 1 2 3 4 5 6"/>', False),  # a curve
        ('<path d="{path}" stroke-dasharray="4 2"/>', False),
        ('<path d="{path}" style="marker-mid:url(#dot)"/>', False),
        ('<g marker-end="url(#dot)"><path d="{path}"/></g>', False),
        ('<path d="{path}" stroke-dasharray="none"/>', True),
    ],
)
def test_only_what_its_points_do_not_decide_is_thinned(line: str, is_thinned: bool) -> None:
    points = build_points(4 * MIN_POINTS)
    moves = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points)]
    forms = {
        "path": write_path(points),
        "points": " ".join(f"{x:.3f},{y:.3f}" for x, y in points),
        "relative": f"m0,{points[0][1]:.3f}l" + " ".join(f"{x:.5f} {y:.5f}" for x, y in moves),
        "steps": "M0 300" + "".join(f"H{x:.3f}V{y:.3f}" for x, y in points),
    }
    root = fromstring(build_svg(line.format(**forms)))
    thinned = deepcopy(root)
    assert (thin_lines(thinned) > 0) is is_thinned
    assert find_bounds(thinned) == find_bounds(root)


@pytest.mark.parametrize("data", ["M", "M1", "Z", "M1,2", "MZMZ", "H5", "M1e400,2 3", "V" * 9_000])
def test_odd_paths_raise_nothing(data: str) -> None:
    thin_lines(fromstring(build_svg(f'<path d="{data}{" " * 9_000}"/>')))


def test_points_beyond_all_numbers_are_left_to_the_renderer() -> None:
    points = [(float(n), 1.0) for n in range(5_000)]
    assert thin([*points, (float("inf"), 1.0)])[:5_000] == points


def test_lines_without_any_width_stay() -> None:
    assert thin([(1.0, 1.0)] * 5_000) == [(1.0, 1.0)] * 5_000
    down = thin([(1.0, float(n)) for n in range(50_000)])
    assert len(down) < 10_000 and down[-1] == (1.0, 49_999.0)
