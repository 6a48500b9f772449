// Messages, threads and statuses as nodes. Keeps nothing; `app.js` holds the state.

import { clock, counted, make } from "/web/dom.js";
import { chartNode } from "/web/charts.js";
import { controlsNode } from "/web/controls.js";
import { fileNodes } from "/web/files.js";
import { showParts } from "/web/log.js";
import { render } from "/web/markdown.js";
import { moreButton } from "/web/menu.js";

const CONTINUED_SECONDS = 300;

/** One message. `context`: {names, people, openViewer, openThread, press, messageDeeds, fileDeeds};
 * `replies` and `doing` are those of its thread, where it stands for one in a channel. */
export function messageItem(message, context, { previous, replies = [], doing = "" } = {}) {
  const continued = Boolean(previous) && previous.user === message.user && previous.author === message.author
    && !replies.length && !previous.deleted && !message.deleted && !previous.only_you && !message.only_you
    && Number(message.ts) - Number(previous.ts) < CONTINUED_SECONDS;
  const last = replies.length ? replies[replies.length - 1].ts : "";
  const name = message.deleted ? "Deleted message" : nameOf(message, context);
  return {
    key: `message ${message.ts}`,
    sign: [message, continued, replies.length, last, doing, name],
    make: () => shell(message, context),
    update(node) {
      dress(node, message, { continued, name, context });
      showParts(node.main, parts(message, context, { continued, name, replies, doing }));
    },
  };
}

function shell(message, context) {
  const node = make("article", { class: "message", "data-ts": message.ts });
  node.avatar = make("div", { "aria-hidden": "true" });
  node.main = make("div", { class: "said" });
  node.append(node.avatar, node.main);
  if (!message.only_you) node.append(moreButton("", () => context.messageDeeds(node.message)));
  return node;
}

/** Bring the node itself up to date: its classes, its face, and what it is called. */
function dress(node, message, { continued, name, context }) {
  node.message = message;
  node.classList.toggle("continued", continued);
  node.classList.toggle("streaming", message.streaming);
  node.classList.toggle("deleted", message.deleted);
  node.setAttribute("aria-label", `${name}, ${clock(message.ts)}`);
  const color = message.from_bot ? "bot" : `p${Math.max(0, context.people.indexOf(message.user)) % 2}`;
  node.avatar.className = `avatar ${message.deleted ? "" : color}`;
  node.avatar.textContent = message.deleted ? "" : [...name][0] || "?";
  const more = node.querySelector(":scope > .more");
  if (more && message.deleted) more.remove();
  else if (more) more.setAttribute("aria-label", `More about the message of ${name}, ${clock(message.ts)}`);
}

function parts(message, context, { continued, name, replies, doing }) {
  if (message.deleted) {
    return [
      { name: "body", sign: ["deleted"], make: () => make("div", { class: "body", text: "This message was deleted." }) },
      threadPart(message, replies, context),
    ];
  }
  return [
    { name: "byline", sign: [continued, name], make: () => (continued ? null : byline(message, name)) },
    { name: "body", sign: [message.text, message.markdown], make: () => bodyNode(message, context) },
    { name: "charts", sign: [JSON.stringify(message.charts)], make: () => chartsNode(message) },
    { name: "files", sign: [JSON.stringify(message.files)], make: () => filesNode(message, context) },
    { name: "buttons", sign: [JSON.stringify([message.buttons, message.controls])], make: () => controlsNode(message, context) },
    threadPart(message, replies, context),
    { name: "doing", sign: [doing], make: () => (doing ? doingNode(doing) : null) },
  ];
}

function nameOf(message, context) {
  return message.author || context.names[message.user] || message.user || "App";
}

function byline(message, name) {
  const when = make("time", { text: clock(message.ts), datetime: new Date(Number(message.ts) * 1000).toISOString() });
  const tag = message.from_bot && make("span", { class: "tag", text: "APP" });
  const alone = message.only_you && make("span", { class: "tag", text: "Only visible to you" });
  return make("div", { class: "byline" }, make("bdi", { class: "name", text: name }), tag, when, alone);
}

function bodyNode(message, context) {
  if (!message.text) return null;
  const node = make("div", { class: "body" });
  node.append(...render(message.text, { names: context.names, mrkdwn: !message.markdown }));
  return node;
}

function chartsNode(message) {
  return message.charts?.length ? make("div", { class: "charts-of" }, ...message.charts.map(chartNode)) : null;
}

function filesNode(message, context) {
  return message.files.length ? make("div", { class: "files-of" }, ...fileNodes(message, context)) : null;
}

function threadPart(message, replies, context) {
  const last = replies.length ? replies[replies.length - 1].ts : "";
  return {
    name: "thread",
    sign: [replies.length, last],
    make: () => replies.length ? threadButton(message, counted(replies.length, "reply", "replies"), `last at ${clock(last)}`, context) : null,
  };
}

function threadButton(message, count, when, context) {
  return make(
    "button", { type: "button", class: "open-thread", "aria-label": `${count}, ${when}`, onclick: () => context.openThread(message) },
    make("span", { text: count }), make("span", { class: "at", text: when }),
  );
}

/** What Easel does in a thread, under the message that stands for it. */
function doingNode(doing) {
  return make("div", { class: "doing" }, dots(), make("span", { text: `Easel ${doing}` }));
}

export function statusNode(status) {
  return make("div", { class: "status" }, dots(), make("span", { text: `Easel ${status}` }));
}

function dots() {
  return make("i", { "aria-hidden": "true" }, make("b"), make("b"), make("b"));
}

export function ruleNode(label) {
  return make("div", { class: "rule", text: label });
}

/** The way to what is further up in a long list. */
export function earlierNode(hidden, show) {
  return make("button", { type: "button", class: "earlier", text: `Show earlier messages (${hidden.toLocaleString("en")})`, onclick: show });
}

export function emptyNode(title, explanation, suggestions, choose) {
  const grid = make("div", { class: "suggestions" }, ...suggestions.map((suggestion) =>
    make("button", { type: "button", class: "suggestion", text: suggestion, onclick: () => choose(suggestion) })));
  return make("div", { class: "empty" }, make("h2", { text: title }), make("div", { text: explanation }), grid);
}
