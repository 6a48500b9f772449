"""A line of very many points is thinned, is drawn as it was, and large; and that is said."""

from __future__ import annotations

import io
import math
import random
from copy import deepcopy
from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring, tostring

import pytest
import resvg_py
from PIL import Image, ImageChops

from bot.files.readers.vector.scales import Brush, Linear, combine_linear, find_linear
from bot.files.readers.vector.sizes import set_size
from bot.files.readers.vector.svg import read_svg
from bot.files.readers.vector.thinning import MIN_POINTS, Point, thin, thin_lines

AS_IT_IS: Linear = (1.0, 0.0, 0.0, 1.0)
LINE = Brush(fill="none", paint="navy")


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


def draw(root: Element) -> Image.Image:
    """Draw a drawing as it is, 1,024 pixels wide or high, on white."""
    root = deepcopy(root)
    set_size(root, 1024)
    drawn = resvg_py.svg_to_bytes(tostring(root, "unicode"), skip_system_fonts=True)
    picture = Image.open(io.BytesIO(bytes(drawn))).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("L")


def find_bounds(root: Element) -> tuple[int, int, int, int] | None:
    return ImageChops.invert(draw(root)).getbbox()


def find_change(root: Element) -> tuple[int, float]:
    """Return how many points are left out, and which share of what is drawn looks different."""
    thinned = deepcopy(root)
    count = thin_lines(thinned, find_linear(thinned, 1024))
    if not count:
        return 0, 0.0
    before, after = draw(root), draw(thinned)
    changed = sum(ImageChops.difference(before, after).histogram()[64:])
    return count, changed / sum(before.histogram()[:128])


def test_of_the_points_in_a_column_those_that_show_stay() -> None:
    points = build_points(60_000)
    thinned = thin(points, AS_IT_IS, LINE)
    assert len(thinned) < 20_000 and (500.0, 5.0) in thinned
    assert thinned[0] == points[0] and thinned[-1] == points[-1]
    assert thinned == sorted(thinned), "in their order"
    turned = thin([(y, x) for x, y in points], AS_IT_IS, LINE)
    assert turned == [(y, x) for x, y in thinned], "a line that goes down is thinned by rows"


def test_a_plot_of_sixty_thousand_points_is_drawn_large_and_that_is_said() -> None:
    parsed = read_svg("plot.svg", build_svg(f'<path d="{write_path(build_points(60_000))}"/>'))
    (picture,) = parsed.pictures
    assert max(picture.width, picture.height) >= 1000
    assert "points of its lines" in parsed.left_out


WHOLE = '<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="600" {head}>{body}</svg>'


def build_line(points: list[Point], more: str = "") -> str:
    look = more if "fill" in more else f'fill="none" stroke="navy" {more}'
    return f'<polyline {look} points="{" ".join(f"{x!r},{y!r}" for x, y in points)}"/>'


def test_a_thinned_line_goes_through_the_same_pixels() -> None:
    root = fromstring(WHOLE.format(head="", body=build_line(build_points(40_000))))
    count, change = find_change(root)
    assert count > 10_000 and change < 0.02


NOISY = build_points(20_000)
SPIKES = [*NOISY[:9_000], (450.0, 1e6), *NOISY[9_000:15_000], (750.0, -1e6), *NOISY[15_000:]]
SECONDS = [(1_764_000_000.0 + 90 * n, 300 + 100 * math.sin(n / 300)) for n in range(20_000)]
USED = build_line(NOISY, 'id="l" fill="none"')
BEND = build_line(NOISY, 'stroke-width=".05"')


@pytest.mark.parametrize(
    ("head", "body"),
    [
        # What is shown ends before the line does, in each way.
        ('viewBox="490 250 20 12"', BEND),
        ('viewBox="490 250 20 12" preserveAspectRatio="xMidYMid slice"', BEND),
        ('viewBox="490 0 2 600" preserveAspectRatio="none"', BEND),
        ("", build_line(SPIKES)),
        ("", f'<clipPath id="c"><path d="M0 0H1000V600H0"/></clipPath>'
             f'<g clip-path="url(#c)">{build_line(SPIKES)}</g>'),
        # It is shown larger than it is written.
        ("", f'<g transform="scale(50) translate(-490,-250)">{BEND}</g>'),
        ("", f'<g transform="rotate(30 500 300)"><g transform="matrix(9 0 0 9 -4000 -2300)">{BEND}'
             "</g></g>"),
        ("", f'<svg width="1000" height="600" viewBox="490 250 20 12">{BEND}</svg>'),
        ("", f'<symbol id="s" viewBox="490 250 20 12">{BEND}</symbol>'
             '<use href="#s" width="1000" height="600"/>'),
        ("", f'<g id="s">{BEND}</g><use href="#s" transform="scale(50) translate(-490,-250)"/>'),
        # It is dashed where it is used, or a mask of something else.
        ("", f'<defs>{USED}</defs>'
             '<use href="#l" stroke="black" stroke-dasharray="40 40"/>'),
        # How dark it is depends on how many lines lie side by side.
        ("", build_line(NOISY, 'stroke-width=".1"')),
        ("", build_line(NOISY, 'stroke-width="30"')),
        ("", build_line([(0.0, 600.0), *NOISY, (1000.0, 600.0)], 'fill="navy"')),
        # Its numbers are large.
        ('viewBox="1764000000 0 1800000 600" preserveAspectRatio="none"',
         build_line(SECONDS, 'vector-effect="non-scaling-stroke"')),
    ],
)  # fmt: skip
def test_what_is_shown_is_the_same_whatever_part_is_shown(head: str, body: str) -> None:
    _, change = find_change(fromstring(WHOLE.format(head=head, body=body)))
    assert change < 0.02


def test_a_shape_of_more_points_than_pixels_is_thinned() -> None:
    shape = [(500 + 250 * math.cos(n / 9e3), 300 + 250 * math.sin(n / 9e3)) for n in range(57_000)]
    body = build_line(shape, 'fill="navy"')
    count, change = find_change(fromstring(WHOLE.format(head="", body=body)))
    assert count > 30_000 and change < 0.001


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
    assert (thin_lines(thinned, find_linear(root, 512)) > 0) is is_thinned
    assert (
        draw(thinned).point([255] * 250 + [0] * 6).getbbox()
        == draw(root).point([255] * 250 + [0] * 6).getbbox()
    )


@pytest.mark.parametrize("data", ["M", "M1", "Z", "M1,2", "MZMZ", "H5", "M1e400,2 3", "V" * 9_000])
def test_odd_paths_raise_nothing(data: str) -> None:
    thin_lines(fromstring(build_svg(f'<path d="{data}{" " * 9_000}"/>')), AS_IT_IS)


@pytest.mark.parametrize(
    ("transform", "linear"),
    [
        ("", (2, 0, 0, 3)),
        ("translate(5) , scale(2 4)", (4, 0, 0, 12)),
        ("matrix(1,2,3,4,5,6)", (2, 6, 6, 12)),
        ("rotate(90, 7 8)scale(-2)", (0, -6, 4, 0)),
        ("skewX(45)", (2, 0, 2, 3)),
        ("skewY(45)", (2, 3, 0, 3)),
        ("scale()", None),
        ("scale(2) turn(9)", None),
        ("scale(2", None),
        ("scale(1e300) scale(1e300)", None),
    ],
)
def test_transforms_are_followed_or_nothing_is_known(
    transform: str, linear: tuple[float, ...] | None
) -> None:
    found = combine_linear((2.0, 0.0, 0.0, 3.0), Element("g", {"transform": transform}))
    assert found == (linear if linear is None else pytest.approx(linear, abs=1e-9))


def test_points_beyond_all_numbers_are_left_to_the_renderer() -> None:
    points = [(float(n), 1.0) for n in range(5_000)]
    for beyond in (math.inf, math.nan):
        assert thin([*points, (beyond, 1.0)], AS_IT_IS, LINE)[:5_000] == points


def test_a_line_without_any_width_is_thinned_along_its_length() -> None:
    down = thin([(1.0, float(n)) for n in range(50_000)], (0.02, 0.0, 0.0, 0.02), LINE)
    assert len(down) < 50_000 and down[-1] == (1.0, 49_999.0)
