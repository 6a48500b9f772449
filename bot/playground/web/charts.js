// Draws Slack's charts: bars, lines, areas and pies. The numbers are in a table as well, for who
// hears the page, and for who wants to read them.

import { make } from "/web/dom.js";

const SVG = "http://www.w3.org/2000/svg";
const COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B8A800", "#7A7A7A", "#7FB8D8", "#F2CF80", "#80CEB9", "#E5BCD3"];
const WIDTH = 460, HEIGHT = 220, LEFT = 56, BOTTOM = 34, TOP = 8;

/** The node of one block `data_visualization`. */
export function chartNode(block) {
  const { chart, title } = block;
  const draw = { pie: drawPie, line: drawLines, area: drawLines, bar: drawBars }[chart.type];
  const picture = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${title}. The numbers are in the table below.` });
  picture.append(...draw(chart));
  return make("figure", { class: "chart" }, make("figcaption", { text: title }), picture, legend(chart), tableNode(chart));
}

function shape(name, props = {}, text = "") {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(props)) node.setAttribute(key, value);
  if (text) node.textContent = text;
  return node;
}

function colour(place) {
  return COLOURS[place % COLOURS.length];
}

function short(value) {
  return Math.abs(value) >= 1e6 ? value.toPrecision(3) : value.toLocaleString("en", { maximumFractionDigits: 2 });
}

/** The highest and the lowest number, zero with them, and where a number is. */
function scaleOf(chart) {
  const values = chart.series.flatMap(({ data }) => data.map(({ value }) => value));
  const high = Math.max(0, ...values), low = Math.min(0, ...values);
  const span = high - low || 1;
  return { high, low, at: (value) => TOP + ((high - value) / span) * (HEIGHT - TOP - BOTTOM) };
}

function axes(chart, scale) {
  const names = chart.axis_config.categories;
  const room = (WIDTH - LEFT) / names.length;
  const every = Math.ceil(names.length / 7);
  const lines = [scale.low, (scale.low + scale.high) / 2, scale.high].flatMap((value) => [
    shape("line", { class: "grid", x1: LEFT, x2: WIDTH, y1: scale.at(value), y2: scale.at(value) }),
    shape("text", { class: "mark", x: LEFT - 6, y: scale.at(value) + 4, "text-anchor": "end" }, short(value)),
  ]);
  const marks = names.map((name, place) => (place % every ? null : shape(
    "text", { class: "mark", x: LEFT + room * (place + 0.5), y: HEIGHT - BOTTOM + 16, "text-anchor": "middle" }, name,
  )));
  return [...lines, ...marks.filter(Boolean)];
}

function valuesOf(one, names) {
  const found = new Map(one.data.map(({ label, value }) => [label, value]));
  return names.map((name) => found.get(name));
}

function drawBars(chart) {
  const scale = scaleOf(chart), names = chart.axis_config.categories;
  const room = (WIDTH - LEFT) / names.length, width = (room * 0.8) / chart.series.length;
  const bars = chart.series.flatMap((one, place) => valuesOf(one, names).map((value, number) => shape("rect", {
    x: LEFT + room * number + room * 0.1 + width * place, width,
    y: Math.min(scale.at(value), scale.at(0)), height: Math.abs(scale.at(value) - scale.at(0)), fill: colour(place),
  })));
  return [...axes(chart, scale), ...bars];
}

function drawLines(chart) {
  const scale = scaleOf(chart), names = chart.axis_config.categories;
  const room = (WIDTH - LEFT) / names.length;
  const drawn = chart.series.flatMap((one, place) => {
    const points = valuesOf(one, names).map((value, number) => `${LEFT + room * (number + 0.5)},${scale.at(value)}`);
    const line = shape("polyline", { points: points.join(" "), fill: "none", stroke: colour(place), "stroke-width": 2.5 });
    if (chart.type === "line") return [line];
    const ends = [`${LEFT + room * (names.length - 0.5)},${scale.at(0)}`, `${LEFT + room * 0.5},${scale.at(0)}`];
    return [shape("polygon", { points: [...points, ...ends].join(" "), fill: colour(place), "fill-opacity": 0.5 }), line];
  });
  return [...axes(chart, scale), ...drawn];
}

function drawPie(chart) {
  const total = chart.segments.reduce((sum, { value }) => sum + value, 0) || 1;
  const radius = (HEIGHT - 2 * TOP) / 2, x = WIDTH / 2, y = HEIGHT / 2;
  const spot = (share) => `${x + radius * Math.sin(2 * Math.PI * share)} ${y - radius * Math.cos(2 * Math.PI * share)}`;
  let begun = 0;
  return chart.segments.map(({ value }, place) => {
    const share = value / total, from = begun;
    begun += share;
    if (share > 0.9999) return shape("circle", { cx: x, cy: y, r: radius, fill: colour(place) });
    const path = `M ${x} ${y} L ${spot(from)} A ${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${spot(begun)} Z`;
    return shape("path", { d: path, fill: colour(place), class: "part" });
  });
}

function legend(chart) {
  const names = chart.type === "pie" ? chart.segments.map(({ label }) => label) : chart.series.map(({ name }) => name);
  if (chart.type !== "pie" && names.length < 2) return null;
  return make("ul", { class: "legend", "aria-hidden": "true" }, ...names.map((name, place) => {
    const item = make("li", {}, make("i"), make("bdi", { text: name }));
    item.firstChild.style.background = colour(place);
    return item;
  }));
}

function tableNode(chart) {
  const [head, rows] = chart.type === "pie"
    ? [["Part", "Value"], chart.segments.map(({ label, value }) => [label, value])]
    : [
      [chart.axis_config.x_label || "", ...chart.series.map(({ name }) => name)],
      chart.axis_config.categories.map((name, number) => [name, ...chart.series.map((one) => valuesOf(one, chart.axis_config.categories)[number])]),
    ];
  const cells = (kind, row) => row.map((cell) => make(kind, kind === "th" ? { text: String(cell), scope: "col" } : { text: String(cell) }));
  return make(
    "details", {}, make("summary", { text: "The numbers" }),
    make("table", {}, make("thead", {}, make("tr", {}, ...cells("th", head))), make("tbody", {}, ...rows.map((row) => make("tr", {}, ...cells("td", row))))),
  );
}
