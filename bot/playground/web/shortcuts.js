// The app's shortcuts that belong to no message, next to the field as in Slack, and what a form of
// theirs offers as places.

import { post } from "/web/api.js";
import { menuButton } from "/web/menu.js";

/** The button that lists them. `context`: {globals, me, toast}, read when it is pressed. */
export function boltButton(context) {
  const offered = () => context.globals.map(({ name, callback_id: callback }) => ({ label: name, act: () => choose(callback, context) }));
  return Object.assign(menuButton("Shortcuts", "attach", offered), { textContent: "⚡", title: "Shortcuts" });
}

/** The channels that can be chosen, and which one is open. */
export function listPlaces({ channels, channel }) {
  return channels.filter((one) => one.kind === "channel").map(({ id, name }) => ({ id, name, isHere: id === channel }));
}

async function choose(callback, context) {
  try {
    await post("/page/global-shortcut", { callback_id: callback, user: context.me });
  } catch (error) {
    context.toast(error.message);
  }
}
