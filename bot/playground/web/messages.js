// Messages, threads and statuses as nodes. Keeps nothing; `app.js` holds the state.

import { el, render } from "/web/markdown.js";

const CONTINUED_SECONDS = 300;

/** One message. `context`: {names, bot, people, openViewer, openThread, press}. */
export function messageNode(message, context, { previous, replies } = {}) {
  const node = document.createElement("article");
  node.className = "message";
  node.dataset.ts = message.ts;
  const continued = previous && previous.user === message.user && !(replies && replies.length)
    && Number(message.ts) - Number(previous.ts) < CONTINUED_SECONDS;
  node.classList.toggle("continued", Boolean(continued));
  node.classList.toggle("streaming", message.streaming);
  const side = document.createElement("div");
  const name = context.names[message.user] || message.user;
  side.className = `avatar ${message.from_bot ? "bot" : `p${context.people.indexOf(message.user) % 2}`}`;
  side.textContent = name.slice(0, 1);
  side.setAttribute("aria-hidden", "true");
  const main = document.createElement("div");
  if (!continued) main.append(byline(message, name));
  main.append(bodyNode(message, context), ...fileNodes(message, context));
  if (message.buttons.length) main.append(buttonsNode(message, context));
  if (replies && replies.length) main.append(threadButton(message, replies, context));
  node.append(side, main);
  return node;
}

function byline(message, name) {
  const node = document.createElement("div");
  node.className = "byline";
  const when = document.createElement("time");
  when.textContent = clock(message.ts);
  when.dateTime = new Date(Number(message.ts) * 1000).toISOString();
  node.append(el("b", name));
  if (message.from_bot) { const tag = el("span", "APP"); tag.className = "tag"; node.append(tag); }
  node.append(when);
  return node;
}

function bodyNode(message, context) {
  const node = document.createElement("div");
  node.className = "body";
  node.append(...render(message.text, { names: context.names, mrkdwn: !message.markdown }));
  return node;
}

function fileNodes(message, context) {
  const pictures = message.files.filter((file) => isPicture(file));
  const others = message.files.filter((file) => !isPicture(file));
  const nodes = others.map(fileCard);
  if (pictures.length) {
    const grid = document.createElement("div");
    grid.className = pictures.length > 1 ? "pictures many" : "pictures";
    grid.append(...pictures.map((file) => pictureButton(file, context)));
    nodes.unshift(grid);
  }
  return nodes;
}

function buttonsNode(message, context) {
  const node = document.createElement("div");
  node.className = "buttons";
  for (const { action_id: action, text } of message.buttons) {
    const button = el("button", text);
    button.type = "button";
    button.className = "action";
    button.addEventListener("click", () => { button.disabled = true; context.press(message, action); });
    node.append(button);
  }
  return node;
}

function isPicture(file) {
  return ["image/png", "image/jpeg", "image/webp", "image/gif"].includes(file.mimetype);
}

function pictureButton(file, context) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "picture";
  node.setAttribute("aria-label", `Open ${file.name}`);
  const picture = document.createElement("img");
  picture.src = file.url;
  picture.alt = file.alt || file.name;
  if (file.width) { picture.width = file.width; picture.height = file.height; }
  node.append(picture);
  node.addEventListener("click", () => context.openViewer(file));
  return node;
}

function fileCard(file) {
  const node = document.createElement("a");
  node.className = "file";
  node.href = file.url;
  node.download = file.name;
  const kind = el("span", file.name.split(".").pop().slice(0, 4).toUpperCase());
  kind.className = "kind";
  const label = document.createElement("span");
  label.append(document.createTextNode(file.name), el("small", bytes(file.size)));
  node.append(kind, label);
  return node;
}

function threadButton(message, replies, context) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "open-thread";
  node.append(document.createTextNode(`${replies.length} ${replies.length === 1 ? "reply" : "replies"}`));
  const at = el("span", `last at ${clock(replies[replies.length - 1].ts)}`);
  at.className = "at";
  node.append(at);
  node.addEventListener("click", () => context.openThread(message));
  return node;
}

export function statusNode(status) {
  const node = document.createElement("div");
  node.className = "status";
  const dots = document.createElement("i");
  dots.append(el("b"), el("b"), el("b"));
  node.append(dots, el("span", `Easel ${status}`));
  return node;
}

export function ruleNode(label) {
  const node = el("div", label);
  node.className = "rule";
  return node;
}

export function emptyNode(title, explanation, suggestions, choose) {
  const node = document.createElement("div");
  node.className = "empty";
  const grid = document.createElement("div");
  grid.className = "suggestions";
  for (const suggestion of suggestions) {
    const button = el("button", suggestion);
    button.type = "button";
    button.className = "suggestion";
    button.addEventListener("click", () => choose(suggestion));
    grid.append(button);
  }
  node.append(el("h2", title), el("div", explanation), grid);
  return node;
}

function clock(ts) {
  return new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function bytes(size) {
  if (size < 1024) return `${size} bytes`;
  return size < 1048576 ? `${Math.round(size / 1024)} kB` : `${(size / 1048576).toFixed(1)} MB`;
}
