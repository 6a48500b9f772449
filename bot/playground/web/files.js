// The files of a message: pictures as a gallery, others as cards, deleted ones as a line of text.

import { el } from "/web/markdown.js";
import { moreButton } from "/web/menu.js";

const SHOWN = ["image/png", "image/jpeg", "image/webp", "image/gif"];
const SINGLE = 360;
const SHEET = [760, 620];

/** Nodes for all files of a message. `context`: {openViewer, fileDeeds}. */
export function fileNodes(message, context) {
  const runs = [];
  for (const file of message.files) {
    const last = runs[runs.length - 1];
    if (last && isPicture(last[0]) && isPicture(file)) last.push(file);
    else runs.push([file]);
  }
  return runs.map((run) =>
    isPicture(run[0]) ? gallery(run, message, context) : card(run[0], context));
}

/** Only what cannot run is shown: SVG and HTML are cards like any other file. */
export function isPicture(file) {
  return SHOWN.includes(file.mimetype);
}

function isSheet(file) {
  return /^(history|compare-[\w.-]*)\.png$/i.test(file.name);
}

function versionOf(file) {
  if (isSheet(file)) return "";
  const found = file.name.match(/-v(\d{1,4})\.\w+$/i);
  return found ? `v${found[1]}` : "";
}

function gallery(files, message, context) {
  const node = document.createElement("div");
  const many = files.length > 1;
  node.className = many ? "pictures many" : "pictures";
  if (many) node.style.setProperty("--ratio", commonRatio(files));
  node.append(...files.map((file) => (file.gone ? goneNode("picture gone") : picture(file, many, message, context))));
  return node;
}

/** The shape of a gallery's cells: that of its pictures, neither a tower nor a ribbon. */
function commonRatio(files) {
  const measured = files.filter((file) => file.width && !isSheet(file));
  const ratios = measured.map((file) => Math.min(1.8, Math.max(0.66, file.width / file.height)));
  return ratios.length ? ratios.reduce((sum, one) => sum + one, 0) / ratios.length : 1;
}

function picture(file, many, message, context) {
  const node = document.createElement("figure");
  node.className = "picture";
  node.classList.toggle("sheet", isSheet(file));
  node.append(opener(file, message, context));
  if (file.width) node.classList.add("measured");
  if (file.width && many && isSheet(file)) node.style.setProperty("--ratio", file.width / file.height);
  else if (file.width) node.style.setProperty("--width", `${fittedWidth(file)}px`);
  const version = versionOf(file);
  if (version) { const badge = el("span", version); badge.className = "version"; node.append(badge); }
  node.append(moreButton(`More about ${file.name}`, () => context.fileDeeds(file)));
  return node;
}

function opener(file, message, context) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "open";
  button.dataset.file = file.id;
  button.setAttribute("aria-label", `Open ${file.name}${file.alt ? `: ${file.alt}` : ""}`);
  const image = document.createElement("img");
  image.loading = "lazy";
  image.decoding = "async";
  image.alt = file.alt || file.name;
  if (file.width) { image.width = file.width; image.height = file.height; }
  // The board shows through what is clear, so it comes with the picture and not before it.
  image.addEventListener("load", () => image.classList.add("seen"));
  image.src = file.url;
  button.append(image);
  button.addEventListener("click", () => context.openViewer(message, file, button));
  return button;
}

/** How wide a single picture is shown; with its own shape this reserves its place. */
function fittedWidth(file) {
  const [width, height] = isSheet(file) ? SHEET : [SINGLE, SINGLE];
  const scale = Math.min(1, width / file.width, height / file.height);
  return Math.max(1, file.width * scale).toFixed(2);
}

function card(file, context) {
  if (file.gone) return goneNode("file gone");
  const node = document.createElement("div");
  node.className = "file";
  const kind = el("span", typeOf(file).slice(0, 4));
  kind.className = "kind";
  kind.setAttribute("aria-hidden", "true");
  const label = document.createElement("a");
  label.className = "label";
  label.href = file.url;
  label.download = file.name;
  label.title = `Download ${file.name}`;
  const name = document.createElement("b");
  name.textContent = file.name;
  const words = document.createElement("span");
  words.append(name, el("small", `${typeOf(file)} · ${bytes(file.size)}`));
  const arrow = el("span", "↓");
  arrow.className = "arrow";
  arrow.setAttribute("aria-hidden", "true");
  label.append(words, arrow);
  node.append(kind, label, moreButton(`More about ${file.name}`, () => context.fileDeeds(file)));
  return node;
}

function goneNode(className) {
  const node = el("div", "This file was deleted.");
  node.className = className;
  return node;
}

function typeOf(file) {
  const ending = file.name.includes(".") ? file.name.split(".").pop() : "";
  return (ending || "file").slice(0, 8).toUpperCase();
}

function bytes(size) {
  if (size < 1024) return `${size} bytes`;
  return size < 1048576 ? `${Math.round(size / 1024)} kB` : `${(size / 1048576).toFixed(1)} MB`;
}
