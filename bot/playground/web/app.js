// Starts the page: what its buttons do, where its address leads, and the connection to the server.

import { follow, loadState, post } from "/web/api.js";
import { listenToKeys, showDrawer } from "/web/frame.js";
import { stayAtEnd } from "/web/log.js";
import { remember } from "/web/memory.js";
import { closeThread, go, home, main, onChange, reply, resolve, setPerson, state, take, toast } from "/web/page.js";
import { readPlace } from "/web/place.js";

const $ = (selector) => document.querySelector(selector);

$("#theme-toggle").addEventListener("click", () => {
  const name = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = name;
  remember("easel-theme", name);
});
$("#menu").addEventListener("click", () => showDrawer(true));
$("#veil").addEventListener("click", () => showDrawer(false));
$("#close-thread").addEventListener("click", closeThread);
$("#stop").addEventListener("click", async () => {
  const stopped = { channel: state.channel, thread_ts: state.thread, user: state.me };
  $("#thread-composer").focus();
  try { await post("/page/stop", stopped); } catch (error) { toast(error.message); }
});
$("#person").addEventListener("change", (event) => {
  setPerson(event.target.value);
  go({ channel: home(), thread: null });
});
$("#example-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const example = new FormData(event.target).get("example");
  try {
    await post("/page/example", { channel: state.channel, user: state.me, example, thread_ts: state.thread });
    showDrawer(false);
  } catch (error) { toast(error.message); }
});
addEventListener("popstate", () => {
  const place = readPlace(location.hash);
  if (state.channels.length) go(resolve(place), "replace");
});
listenToKeys(closeThread);
for (const log of [$("#messages"), $("#thread")]) stayAtEnd(log);

// What changes while everything is loaded is taken after it.
let late = [];
let isLost = false;

async function load() {
  late = [];
  let told;
  try { told = await loadState(); } catch { setTimeout(load, 2000); return; }
  const before = state.chats;
  state.chats = told.chats.id;
  take(told);
  $("#connection").textContent = "";
  if (!before) (state.thread ? reply : main).area.focus();
  else if (before !== told.chats.id) toast("The playground was started again, and its earlier chats are gone. What you were writing is still here.");
  else if (isLost) toast("Connected again. Your chats are still here.", "done");
  isLost = false;
  const changes = late;
  late = null;
  changes.forEach(onChange);
}

follow({
  onChange: (change) => (late ? late.push(change) : onChange(change)),
  onOpen: load,
  onLost: () => {
    isLost = Boolean(state.chats);
    $("#connection").textContent = "Connection lost. Reconnecting…";
  },
});
