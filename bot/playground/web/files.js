// The files of a message: pictures as a gallery, others as cards, deleted ones as a line of text.

import { counted, make, shortName } from "/web/dom.js";
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
    isPicture(run[0]) ? gallery(run, message, context) : card(run[0], message, context));
}

/** Try again the pictures that could not be shown: the server may have been away. */
export function retryPictures() {
  for (const figure of document.querySelectorAll(".picture.broken")) figure.retry();
}

/** Only what cannot run is shown: SVG and HTML are cards like any other file. */
export function isPicture(file) {
  return SHOWN.includes(file.mimetype);
}

function isSheet(file) {
  return /^(history|compare-[\w.-]*)\.png$/i.test(file.name);
}

/** What is made of versions and is none: differences, overlays, grids, marked areas. */
const OF_OTHERS = /^(grid-of|areas-of)-|^(difference|overlay)-[^.]+-v\d{1,4}\.\w+$/i;

export function versionOf(file) {
  if (isSheet(file) || OF_OTHERS.test(file.name)) return "";
  const found = file.name.match(/-v(\d{1,4})\.\w+$/i);
  return found ? `v${found[1]}` : "";
}

function gallery(files, message, context) {
  const many = files.length > 1;
  const node = make("div", { class: many ? "pictures many" : "pictures" });
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
  const node = make("figure", { class: "picture" });
  node.classList.toggle("sheet", isSheet(file));
  node.append(opener(file, message, context, node));
  if (file.width) node.classList.add("measured");
  if (file.width) node.style.setProperty("--shape", `${file.width} / ${file.height}`);
  if (file.width && many && isSheet(file)) node.style.setProperty("--ratio", file.width / file.height);
  else if (file.width) node.style.setProperty("--width", `${fittedWidth(file)}px`);
  const version = versionOf(file);
  if (version) node.append(make("span", { class: "version", text: version }));
  node.append(moreButton(`More about ${file.name}`, () => context.fileDeeds(file, message)));
  return node;
}

function opener(file, message, context, figure) {
  const image = make("img", { loading: "lazy", decoding: "async", alt: file.alt || file.name });
  if (file.width) { image.width = file.width; image.height = file.height; }
  const button = make(
    "button",
    { type: "button", class: "open", "data-file": file.id, "aria-label": `Open ${file.name}${file.alt ? `: ${file.alt}` : ""}` },
    image,
  );
  // The board shows through what is clear, so it comes with the picture and not before it.
  image.addEventListener("load", () => image.classList.add("seen"));
  image.addEventListener("error", () => {
    const told = make("div", { class: "unseen", title: file.name }, make("b", { text: shortName(file.name) }), make("span", { text: "This picture cannot be shown." }));
    button.replaceWith(told);
    figure.classList.add("broken");
    figure.retry = () => { figure.classList.remove("broken"); told.replaceWith(opener(file, message, context, figure)); };
  });
  image.src = file.url;
  button.addEventListener("click", () => context.openViewer(message, file, button));
  return button;
}

/** How wide a single picture is shown; with its own shape this reserves its place. */
function fittedWidth(file) {
  const [width, height] = isSheet(file) ? SHEET : [SINGLE, SINGLE];
  const scale = Math.min(1, width / file.width, height / file.height);
  return Math.max(1, file.width * scale).toFixed(2);
}

function card(file, message, context) {
  if (file.gone) return goneNode("file gone");
  const words = make("span", {}, make("bdi", { class: "name", text: shortName(file.name) }), make("small", { text: `${typeOf(file)} · ${bytes(file.size)}` }));
  const label = make(
    "a", { class: "label", href: file.url, download: file.name, title: `Download ${file.name}` },
    words, make("span", { class: "arrow", "aria-hidden": "true", text: "↓" }),
  );
  return make(
    "div", { class: "file" },
    make("span", { class: "kind", "aria-hidden": "true", text: typeOf(file).slice(0, 4) }),
    label, moreButton(`More about ${file.name}`, () => context.fileDeeds(file, message)),
  );
}

function goneNode(className) {
  return make("div", { class: className, text: "This file was deleted." });
}

function typeOf(file) {
  const ending = file.name.includes(".") ? file.name.split(".").pop() : "";
  return (ending || "file").slice(0, 8).toUpperCase();
}

function bytes(size) {
  if (size < 1024) return counted(size, "byte");
  return size < 1048576 ? `${Math.round(size / 1024)} kB` : `${(size / 1048576).toFixed(1)} MB`;
}
