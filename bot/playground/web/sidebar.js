// The list of channels, and what stands below it: who one is, examples, failures, where chats go.

import { post } from "/web/api.js";
import { counted, make, spoken } from "/web/dom.js";

const $ = (selector) => document.querySelector(selector);

/** Show the channels that a person sees. `marks(channel)`: {isHere, isUnread, isBusy}. */
export function showChannels(channels, marks, open) {
  for (const [list, kind] of [["#channel-list", "channel"], ["#dm-list", "im"]]) {
    const focused = document.activeElement && document.activeElement.dataset.channel;
    $(list).replaceChildren(...channels.filter((one) => one.kind === kind).map((one) =>
      make("li", {}, channelButton(one, marks(one), open))));
    const again = focused && $(`${list} [data-channel="${focused}"]`);
    if (again) again.focus();
  }
}

function channelButton(channel, { isHere, isUnread, isBusy }, open) {
  const isDirect = channel.kind === "im";
  return make(
    "button", { type: "button", "data-channel": channel.id, "aria-current": isHere ? "page" : null, onclick: () => open(channel.id) },
    make("span", { class: isDirect ? "presence" : "hash", "aria-hidden": "true", text: isDirect ? "" : "#" }),
    make("span", { class: "name", text: channel.name }),
    isDirect && spoken(" (active)"),
    isBusy && make("span", { class: "busy", title: "Easel is answering here" }, spoken(", Easel is answering here")),
    isUnread && make("span", { class: "unread", title: "New messages" }, spoken(", new messages")),
  );
}

/** Say what becomes of the chats when the playground ends. */
export function showKeeping(folder) {
  $("#keeping").replaceChildren(...(folder
    ? ["These chats are kept in ", make("code", { text: folder })]
    : ["These chats vanish when the playground ends. Start it with ", make("code", { class: "whole", text: "--keep DIR" }), " to keep them."]));
}

/** The form of failures, and the sign that some are still to come. */
export class Failures {
  constructor({ toast, reveal }) {
    this.toast = toast;
    this.choices = [];
    this.form = $("#failure-form");
    this.form.elements.place.addEventListener("change", () => this.showWays());
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.set(); });
    $("#clear-failures").addEventListener("click", () => this.clear());
    $("#failure-sign").addEventListener("click", () => {
      reveal();
      $("#failures").open = true;
      $("#failures summary").focus();
    });
    $("#refresh-sockets").addEventListener("click", () => this.attempt(
      async () => { await post("/page/refresh-sockets", {}); return "Slack asks Easel to connect again."; },
    ));
  }

  showChoices(choices) {
    if (JSON.stringify(choices) === JSON.stringify(this.choices)) return;
    this.choices = choices;
    const groups = new Map();
    for (const one of choices) groups.set(one.group, [...(groups.get(one.group) || []), one]);
    this.form.elements.place.replaceChildren(...[...groups].map(([group, places]) =>
      make("optgroup", { label: group }, ...places.map((one) => new Option(one.label, one.name)))));
    this.showWays();
  }

  showWays() {
    const chosen = this.choices.find((one) => one.name === this.form.elements.place.value);
    this.form.elements.way.replaceChildren(...chosen.ways.map((one) => new Option(one.label, one.name)));
  }

  showPending(pending) {
    const times = pending.reduce((sum, one) => sum + one.times, 0);
    $("#pending-failures").replaceChildren(...pending.map((one) =>
      make("li", { text: one.times > 1 ? `${one.label}, ${one.times} times` : one.label })));
    $("#pending").hidden = !times;
    $("#failure-count").hidden = !times;
    $("#failure-count").textContent = String(times);
    $("#failure-sign").hidden = !times;
    $("#failure-sign").textContent = `${counted(times, "failure")} set`;
  }

  set() {
    const { place, way, times } = this.form.elements;
    const words = `${place.selectedOptions[0].label}: ${way.selectedOptions[0].label}`;
    return this.attempt(async () => {
      const told = await post("/page/failures", { place: place.value, way: way.value, times: times.value });
      this.showPending(told.pending);
      return `Set for the next ${Number(times.value) > 1 ? `${times.value} times` : "time"}. ${words}.`;
    });
  }

  clear() {
    return this.attempt(async () => {
      this.showPending((await post("/page/clear-failures", {})).pending);
      $("#failures summary").focus();
      return "Nothing is set to fail any more.";
    });
  }

  async attempt(deed) {
    try { this.toast(await deed(), "done"); } catch (error) { this.toast(error.message); }
  }
}
