// The row under an answer as nodes: buttons, a menu, and the two thumbs of feedback.

import { make } from "/web/dom.js";
import { menuButton } from "/web/menu.js";

/** `context`: {press, ask}. Null where a message has no row. */
export function controlsNode(message, context) {
  const entries = message.controls.filter((one) => one.kind === "overflow" && !one.menu);
  const thumbs = message.controls.filter((one) => one.kind === "feedback_buttons");
  if (!message.buttons.length && !message.controls.length) return null;
  const nodes = message.buttons.map((button) => buttonNode(message, button, context));
  if (entries.length) {
    nodes.push(menuButton("More about this answer", "entries", () => entries.map((entry) => (
      { label: entry.text, act: () => context.press(message, entry) }))));
  }
  if (thumbs.length) nodes.push(make("span", { class: "thumbs" }, ...thumbs.map((thumb, place) => thumbNode(message, thumb, place, context))));
  const lines = lineNodes(message, context);
  return make("div", { class: lines.length ? "lines" : "buttons" }, ...lines, ...nodes);
}

/** Lines of text, each with a menu at its end. */
function lineNodes(message, context) {
  const lines = Map.groupBy(message.controls.filter((one) => one.menu), (one) => one.menu);
  return [...lines].map(([line, entries]) => make(
    "div", { class: "buttons line" }, make("span", { text: line }),
    menuButton(`More: ${line}`, "entries", () => entries.map((entry) => ({ label: entry.text, act: () => context.press(message, entry) }))),
  ));
}

/** Whether a message shows lines with menus in the place of its text, as Slack does. */
export function hasLines(message) {
  return message.controls.some((one) => one.menu);
}

function buttonNode(message, button, context) {
  const node = make("button", { type: "button", class: "action", text: button.text });
  // A button that is disabled would lose the focus.
  const disable = (isPressed) => node.setAttribute("aria-disabled", String(isPressed));
  node.addEventListener("click", async () => {
    if (node.getAttribute("aria-disabled") === "true") return;
    if (button.confirm_title && !await context.ask(button.confirm_title, button.confirm_text, button.confirm_confirm)) return;
    disable(true);
    disable(await context.press(message, button));
  });
  return node;
}

function thumbNode(message, thumb, place, context) {
  const node = make("button", { type: "button", class: "thumb", text: place ? "👎" : "👍", title: thumb.text, "aria-label": thumb.label, "aria-pressed": "false" });
  node.addEventListener("click", async () => {
    const isOn = node.getAttribute("aria-pressed") === "true";
    // As in Slack: a choice that is taken back is told to nobody.
    if (isOn || await context.press(message, thumb)) {
      for (const other of node.parentNode.children) other.setAttribute("aria-pressed", String(other === node && !isOn));
    }
  });
  return node;
}
