// Messages, threads and statuses as nodes. Keeps nothing; `app.js` holds the state.

import { fileNodes } from "/web/files.js";
import { el, render } from "/web/markdown.js";
import { moreButton } from "/web/menu.js";

const CONTINUED_SECONDS = 300;

/** One message, to be made only if it shows something else than before.
 * `context`: {names, bot, people, openViewer, openThread, press, messageDeeds, fileDeeds}. */
export function messageItem(message, context, { previous, replies = [] } = {}) {
  const continued = Boolean(previous) && previous.user === message.user && previous.author === message.author && !replies.length
    && !previous.deleted && !message.deleted
    && Number(message.ts) - Number(previous.ts) < CONTINUED_SECONDS;
  const last = replies.length ? replies[replies.length - 1].ts : "";
  return {
    sign: JSON.stringify([message, continued, replies.length, last]),
    make: () => messageNode(message, context, { continued, replies }),
  };
}

function messageNode(message, context, { continued, replies }) {
  const node = document.createElement("article");
  node.className = "message";
  node.dataset.ts = message.ts;
  node.classList.toggle("continued", continued);
  node.classList.toggle("streaming", message.streaming);
  node.classList.toggle("deleted", message.deleted);
  const main = document.createElement("div");
  if (message.deleted) main.append(deletedNode());
  else main.append(...(continued ? [] : [byline(message, nameOf(message, context))]), bodyNode(message, context), ...fileNodes(message, context));
  if (message.buttons.length) main.append(buttonsNode(message, context));
  if (replies.length) main.append(threadButton(message, replies, context));
  node.append(avatar(message, context), main);
  if (!message.deleted) node.append(moreButton("More about this message", () => context.messageDeeds(message)));
  return node;
}

function nameOf(message, context) {
  return message.author || context.names[message.user] || message.user;
}

function avatar(message, context) {
  const node = document.createElement("div");
  node.className = `avatar ${message.from_bot ? "bot" : `p${context.people.indexOf(message.user) % 2}`}`;
  node.textContent = message.deleted ? "" : nameOf(message, context).slice(0, 1);
  node.setAttribute("aria-hidden", "true");
  return node;
}

function deletedNode() {
  const node = el("div", "This message was deleted.");
  node.className = "body";
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

function buttonsNode(message, context) {
  const node = document.createElement("div");
  node.className = "buttons";
  for (const { action_id: action, text } of message.buttons) {
    const button = el("button", text);
    button.type = "button";
    button.className = "action";
    button.addEventListener("click", async () => {
      button.disabled = true;
      button.disabled = await context.press(message, action);
    });
    node.append(button);
  }
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
