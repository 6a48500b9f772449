// The page: holds what the workspace told, and shows it. Starts everything.

import { follow, loadState, post, send } from "/web/api.js";
import { Composer } from "/web/composer.js";
import { fileDeeds, messageDeeds } from "/web/deeds.js";
import { isPicture } from "/web/files.js";
import { fill } from "/web/log.js";
import { asker } from "/web/menu.js";
import { emptyNode, messageItem, ruleNode, statusNode } from "/web/messages.js";
import { viewer } from "/web/viewer.js";

const SUGGESTIONS = [
  "Draw a red fox under a blue moon",
  "Paint a house by the sea at sunset",
  "What is 17 × 23?",
  "Write a haiku about slow computers",
];
const $ = (selector) => document.querySelector(selector);
const state = { channel: "", thread: null, me: "", messages: new Map(), statuses: new Map(), unread: new Set() };
const deeds = { me: "", bot: "", shortcuts: [], toast, ask: asker($(".confirm")) };
const context = {
  names: {}, people: [], openThread, openViewer, press,
  messageDeeds: (message) => messageDeeds(message, deeds),
  fileDeeds: (file) => fileDeeds(file, deeds),
};
const showPicture = viewer($(".viewer"));

/** The large view, with all pictures of the thread that the message is in. */
function openViewer(message, file, opener) {
  const root = message.thread_ts || message.ts;
  const thread = inChannel().filter((m) => (m.thread_ts || m.ts) === root);
  const pictures = thread.flatMap((m) => m.files).filter((one) => isPicture(one) && !one.gone);
  showPicture(file, pictures, opener);
}

/** Press a button; resolves to whether it was taken. */
async function press(message, action) {
  const pressed = { channel: message.channel, ts: message.ts, action_id: action };
  try { await post("/page/press", pressed); return true; } catch (error) { toast(error.message); return false; }
}

function toast(sentence, kind = "") {
  const node = document.createElement("div");
  node.className = `toast ${kind}`;
  node.textContent = sentence;
  $(".toasts").append(node);
  setTimeout(() => node.remove(), kind ? 2500 : 6000);
}

const channel = () => state.channels.find((one) => one.id === state.channel);
const inChannel = () => [...state.messages.values()]
  .filter((m) => m.channel === state.channel).sort((a, b) => (a.ts < b.ts ? -1 : 1));
const repliesTo = (ts, all) => all.filter((m) => m.thread_ts === ts && m.ts !== ts);

function showMain() {
  const all = inChannel();
  const tops = all.filter((m) => !m.thread_ts || m.thread_ts === m.ts);
  const items = tops.map((m, at) =>
    messageItem(m, context, { previous: tops[at - 1], replies: repliesTo(m.ts, all) }));
  const direct = channel().kind === "im";
  if (!items.length) {
    const title = direct ? "Ask Easel anything" : `This is #${channel().name}`;
    const hint = direct
      ? "Write a question, or send a picture and say what to change."
      : "Mention @Easel in a message, and it answers in the thread.";
    const choose = (text) => main.fill(direct ? text : `@Easel ${text}`);
    items.push({ sign: `empty ${state.channel}`, make: () => emptyNode(title, hint, SUGGESTIONS, choose) });
  }
  fill($("#messages"), items);
}

function showThread() {
  $("#thread-panel").hidden = !state.thread;
  document.body.classList.toggle("with-thread", Boolean(state.thread));
  $("#example-place").textContent = state.thread ? "Into the open thread" : "Into the open channel";
  if (!state.thread) return;
  const all = inChannel();
  const root = state.messages.get(key(state.channel, state.thread));
  const replies = repliesTo(state.thread, all);
  const items = root ? [messageItem(root, context)] : [];
  const rule = `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`;
  if (replies.length) items.push({ sign: rule, make: () => ruleNode(rule) });
  items.push(...replies.map((m, at) => messageItem(m, context, { previous: replies[at - 1] })));
  const status = state.statuses.get(key(state.channel, state.thread));
  if (status) items.push({ sign: `status ${status}`, make: () => statusNode(status) });
  fill($("#thread"), items);
}

function showSidebar() {
  for (const [list, kind] of [["#channel-list", "channel"], ["#dm-list", "im"]]) {
    const visible = state.channels.filter((c) => c.kind === kind && (kind === "channel" || c.person === state.me));
    $(list).replaceChildren(...visible.map((one) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.channel = one.id;
      button.textContent = kind === "im" ? "● Easel" : `# ${one.name}`;
      button.setAttribute("aria-current", String(one.id === state.channel));
      if (state.unread.has(one.id)) { const dot = document.createElement("span"); dot.className = "unread"; button.append(dot); }
      button.addEventListener("click", () => openChannel(one.id));
      item.append(button);
      return item;
    }));
  }
  $("#title").textContent = channel().kind === "im" ? "Easel" : `# ${channel().name}`;
  const area = $("#composer");
  area.placeholder = channel().kind === "im" ? "Message Easel" : `Message #${channel().name} (@Easel asks)`;
}

let planned = false;
function showSoon() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => { planned = false; showMain(); showThread(); });
}

function openChannel(id) {
  state.channel = id;
  state.thread = null;
  state.unread.delete(id);
  drawer(false);
  showSidebar();
  showMain();
  showThread();
  $("#messages").scrollTop = $("#messages").scrollHeight;
}

function openThread(message) {
  state.thread = message.thread_ts || message.ts;
  showThread();
  requestAnimationFrame(() => { $("#thread").scrollTop = $("#thread").scrollHeight; });
  if (matchMedia("(min-width: 761px)").matches) $("#thread-composer").focus();
}

function drawer(open) {
  document.body.classList.toggle("with-menu", open);
  $("#veil").hidden = !open;
}

const key = (channelId, ts) => `${channelId} ${ts}`;

function onChange(change) {
  if (change.kind === "status") {
    if (change.status) state.statuses.set(key(change.channel, change.thread_ts), change.status);
    else state.statuses.delete(key(change.channel, change.thread_ts));
  } else if (change.kind === "deleted") {
    state.messages.delete(key(change.channel, change.ts));
  } else {
    const message = change.message;
    state.messages.set(key(message.channel, message.ts), message);
    if (message.from_bot && change.kind === "message") {
      state.statuses.delete(key(message.channel, message.thread_ts || message.ts));
    }
    if (message.channel !== state.channel && change.kind === "message") { state.unread.add(message.channel); showSidebar(); }
  }
  showSoon();
}

async function submitMain({ text, files }) {
  const ts = await send({ channel: state.channel, user: state.me, text, files });
  if (channel().kind === "im" || /(^|\W)@easel\b/i.test(text)) {
    state.thread = ts;
    showSoon();
    setTimeout(() => { $("#thread").scrollTop = $("#thread").scrollHeight; }, 60);
  }
}

async function submitReply({ text, files }) {
  await send({ channel: state.channel, user: state.me, text, files, threadTs: state.thread });
  $("#thread").scrollTop = $("#thread").scrollHeight;
}

async function reload() {
  const told = await loadState();
  state.channels = told.channels;
  context.names = Object.fromEntries(told.people.map((person) => [person.id, person.name]));
  context.people = told.people.map((person) => person.id);
  state.me = state.me || told.me;
  Object.assign(deeds, { me: state.me, bot: told.bot, shortcuts: told.shortcuts });
  state.messages = new Map(told.messages.map((m) => [key(m.channel, m.ts), m]));
  state.statuses = new Map(told.statuses.map((s) => [key(s.channel, s.thread_ts), s.status]));
  state.channel = state.channel || state.channels.find((c) => c.kind === "im" && c.person === state.me).id;
  const people = told.people.filter((person) => person.id !== told.bot);
  $("#person").replaceChildren(...people.map((person) => new Option(person.name, person.id, false, person.id === state.me)));
  $("#example-form select").replaceChildren(...told.examples.map((one) => new Option(one.label, one.name)));
  $("#connection").textContent = "";
  showSidebar();
  showMain();
  showThread();
}

function theme(name) {
  document.documentElement.dataset.theme = name;
  localStorage.setItem("easel-theme", name);
}

const main = new Composer($("form[data-for=main]"), { submit: submitMain, toast });
new Composer($("form[data-for=thread]"), { submit: submitReply, toast });
const preferred = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
document.documentElement.dataset.theme = localStorage.getItem("easel-theme") || preferred;
$("#theme-toggle").addEventListener("click", () =>
  theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
$("#menu").addEventListener("click", () => drawer(true));
$("#veil").addEventListener("click", () => drawer(false));
$("#close-thread").addEventListener("click", () => { state.thread = null; showThread(); $("#composer").focus(); });
$("#person").addEventListener("change", (event) => {
  state.me = deeds.me = event.target.value;
  openChannel(state.channels.find((c) => c.kind === "im" && c.person === state.me).id);
});
$("#example-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const example = new FormData(event.target).get("example");
  try {
    await post("/page/example", { channel: state.channel, user: state.me, example, thread_ts: state.thread });
    drawer(false);
  } catch (error) { toast(error.message); }
});
$("#fault-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const chosen = form.get("error");
  const fault = { method: form.get("method"), times: Number(form.get("times")) };
  if (/^\d+$/.test(chosen)) fault.status = Number(chosen); else fault.error = chosen;
  try { await post("/page/faults", fault); toast(fault.times > 1 ? `The next ${fault.times} times ${fault.method} will fail.` : `The next ${fault.method} will fail.`); } catch (error) { toast(error.message); }
});
$("#refresh-sockets").addEventListener("click", () => post("/page/refresh-sockets", {}).catch((error) => toast(error.message)));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !$(".viewer").open && document.body.classList.contains("with-menu")) drawer(false);
});

reload().then(() => $("#composer").focus(), (error) => toast(error.message));
follow({
  onChange,
  onReconnect: () => reload().catch(() => {}),
  onLost: () => { $("#connection").textContent = "Connection lost, trying again…"; },
});
