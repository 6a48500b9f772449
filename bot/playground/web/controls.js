// The row under an answer as nodes: buttons, a menu, and the two thumbs of feedback.

import { make } from "/web/dom.js";
import { menuButton } from "/web/menu.js";

/** `context`: {press, ask}. Null where a message has no row. */
export function controlsNode(message, context) {
  const entries = message.controls.filter((one) => one.kind === "overflow");
  const thumbs = message.controls.filter((one) => one.kind === "feedback_buttons");
  if (!message.buttons.length && !message.controls.length) return null;
  const nodes = message.buttons.map((button) => buttonNode(message, button, context));
  if (entries.length) {
    nodes.push(menuButton("More about this answer", "entries", () => entries.map((entry) => (
      { label: entry.text, act: () => context.press(message, entry) }))));
  }
  if (thumbs.length) nodes.push(make("span", { class: "thumbs" }, ...thumbs.map((thumb, place) => thumbNode(message, thumb, place, context))));
  return make("div", { class: "buttons" }, ...nodes);
}

function buttonNode(message, button, context) {
  const node = make("button", { type: "button", class: "action", text: button.text });
  node.addEventListener("click", async () => {
    if (button.confirm_title && !await context.ask(button.confirm_title, button.confirm_text, button.confirm_confirm)) return;
    node.disabled = true;
    node.disabled = await context.press(message, button);
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
