// Holds where one is, who one is and what was told, and shows it. `app.js` starts it.

import { Announcer } from "/web/announcer.js";
import { post, send } from "/web/api.js";
import { Composer } from "/web/composer.js";
import { fileDeeds, messageDeeds } from "/web/deeds.js";
import { make } from "/web/dom.js";
import { isPicture, retryPictures, versionOf } from "/web/files.js";
import { guard, showDrawer } from "/web/frame.js";
import { drafts } from "/web/memory.js";
import { asker } from "/web/menu.js";
import { Modal } from "/web/modal.js";
import { placeName, readPlace, showPlace } from "/web/place.js";
import { boltButton, listPlaces } from "/web/shortcuts.js";
import { Failures, showChannels, showKeeping } from "/web/sidebar.js";
import { Store } from "/web/store.js";
import { viewer } from "/web/viewer.js";
import { showMessages, showReplies } from "/web/views.js";

const $ = (selector) => document.querySelector(selector);
const store = new Store();
export const state = { channel: "", thread: null, me: "", chats: "", channels: [], people: [], views: [], unread: new Set() };
const limits = { files: 10, bytes: 50 * 1024 * 1024 };
const deeds = { me: "", bot: "", shortcuts: [], globals: [], names: {}, toast, ask: asker($(".confirm")), edit: editPicture };
const context = {
  names: {}, people: [], openViewer, press, ask: deeds.ask,
  openThread: (message) => { openThread(message.thread_ts || message.ts); },
  messageDeeds: (message) => messageDeeds(message, deeds),
  fileDeeds: (file, message) => fileDeeds(file, message, deeds),
};
const showPicture = viewer($(".viewer"), sendMarked);
const modal = new Modal($(".modal"), { toast, places: () => listPlaces(state) });
const announcer = new Announcer($("#announcer"), (m) => Boolean(store.doing(m.channel, m.thread_ts || m.ts)));
export const main = new Composer($("form[data-for=main]"), { submit: submitMain, toast, limits });
export const reply = new Composer($("form[data-for=thread]"), { submit: submitReply, toast, limits });
$("#shortcuts").replaceWith(boltButton(deeds));
const failures = new Failures({ toast, reveal: () => showDrawer(true) });

const channel = () => state.channels.find((one) => one.id === state.channel);
const visibleChannels = () => state.channels.filter((one) => one.kind === "channel" || one.person === state.me);
export const home = () => state.channels.find((one) => one.kind === "im" && one.person === state.me).id;

export function toast(sentence, kind = "") {
  const node = make("div", { class: `toast ${kind}`, text: sentence });
  $(".toasts").append(node);
  setTimeout(() => node.remove(), kind ? 3500 : 8000);
}

let viewed = null;

/** The large view, with all pictures of the thread that the message is in. */
function openViewer(message, file, opener) {
  const thread = store.thread(message.channel, message.thread_ts || message.ts);
  const pictures = thread.flatMap((m) => m.files).filter((one) => isPicture(one) && !one.gone);
  viewed = { channel: message.channel, root: message.thread_ts || message.ts };
  showPicture(file, pictures, opener);
}

/** Post a marked copy of a picture, with words, into the thread that the picture is in. */
async function sendMarked(_file, picture, words) {
  const { channel: id, root } = viewed;
  const text = `${listensIn(root) ? "" : "@Easel "}${words}`;
  const signal = new AbortController().signal;
  await send({ channel: id, user: state.me, text, files: [picture], threadTs: root, onProgress: () => {}, signal });
  openThread(root);
}

/** Whether Easel answers in a thread without being mentioned. */
function listensIn(root) {
  return channel().kind === "im" || store.thread(state.channel, root).some((m) => m.from_bot);
}

/** Press a button; resolves to whether it was taken. */
async function press(message, { action_id: action, value }) {
  const pressed = { channel: message.channel, ts: message.ts, action_id: action, value, user: state.me };
  try { await post("/page/press", pressed); return true; } catch (error) { toast(error.message); return false; }
}

function editPicture(file, message) {
  const root = message.thread_ts || message.ts;
  openThread(root);
  const name = (file.user === deeds.bot && versionOf(file)) || file.name;
  reply.fill(`${listensIn(root) ? "" : "@Easel "}Edit ${name}: `);
}

let shownSidebar = "";
function showSidebar() {
  const marks = (one) => ({ isHere: one.id === state.channel, isUnread: state.unread.has(one.id), isBusy: store.isBusy(one.id) });
  const sign = JSON.stringify([state.me, visibleChannels().map((one) => [one, marks(one)])]);
  if (sign === shownSidebar) return;
  shownSidebar = sign;
  showChannels(visibleChannels(), marks, (id) => { go({ channel: id, thread: null }); $("#composer").focus(); });
  const isDirect = channel().kind === "im";
  $("#title").textContent = isDirect ? "Easel" : `# ${channel().name}`;
  document.title = `${$("#title").textContent} – Easel playground`;
  $("#composer").placeholder = isDirect ? "Message Easel" : innerWidth < 480 ? "Message, or ask @Easel" : `Message #${channel().name} (@Easel asks)`;
}

export function show() {
  showSidebar();
  showMessages($("#messages"), { store, channel: channel(), context, choose: (text) => main.fill(text) });
  $("#thread-panel").hidden = !state.thread;
  document.body.classList.toggle("with-thread", Boolean(state.thread));
  $("#example-place").textContent = state.thread ? "Into the open thread" : "Into the open channel";
  const isStoppable = state.thread && channel().kind === "im" && store.doing(state.channel, state.thread); // channels have Easel's button
  if (!isStoppable && document.activeElement === $("#stop")) $("#thread-composer").focus();
  $("#stop").hidden = !isStoppable;
  guard();
  if (!state.thread) return;
  $("#thread-title").textContent = $("#thread-title").title = store.title(state.channel, state.thread);
  showReplies($("#thread"), { store, place: state, context });
}

let planned = false;
function showSoon() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => { planned = false; show(); });
}

/** Go to a place. `address`: "push", "replace", or "keep" where it says so already. */
export function go(place, address = "push") {
  const isElsewhere = place.channel !== state.channel;
  const isOther = isElsewhere || place.thread !== state.thread;
  Object.assign(state, place);
  if (channel().kind === "im") setPerson(channel().person);
  state.unread.delete(state.channel);
  if (address !== "keep") showPlace(place, { replace: address === "replace" });
  main.moveTo(state.channel);
  if (state.thread) reply.moveTo(placeName(state));
  showDrawer(false);
  show();
  if (isElsewhere) $("#messages").scrollTop = $("#messages").scrollHeight;
  if (isOther && state.thread) $("#thread").scrollTop = $("#thread").scrollHeight;
}

export function openThread(root) {
  go({ channel: state.channel, thread: root });
  $("#thread-composer").focus();
}

export function closeThread() {
  const root = state.thread;
  go({ channel: state.channel, thread: null });
  ($(`#messages [data-ts="${root}"] .open-thread`) || $("#composer")).focus();
}

export function setPerson(person) {
  state.me = deeds.me = person;
  showForms(state.views);
  $("#person").value = person;
}

function showForms(views) {
  state.views = views;
  modal.show(views, state.me);
}

/** The place that an address names, as far as it is there. */
export function resolve(place, { quietly = false } = {}) {
  const found = place && state.channels.find((one) => one.id === place.channel);
  if (!found) return { channel: channel() ? state.channel : home(), thread: null };
  const isThere = !place.thread || store.thread(place.channel, place.thread).length;
  if (!isThere && !quietly) toast("That thread is not here.");
  return { channel: place.channel, thread: isThere ? place.thread : null };
}

/** What was written in a thread that is gone is a draft of its channel. */
function rescueDrafts() {
  for (const place of drafts.places()) {
    const { channel: id, thread } = readPlace(`#/${place}`) || { channel: "", thread: null };
    const isThere = state.channels.some((one) => one.id === id);
    if (isThere && (!thread || store.thread(id, thread).length)) continue;
    const to = isThere ? id : home();
    const text = [drafts.text(to), drafts.text(place)].filter(Boolean).join("\n");
    drafts.keep(to, text, [...drafts.files(to), ...drafts.files(place)].slice(0, limits.files));
    drafts.keep(place, "");
    if (main.place === to) { main.place = ""; main.moveTo(to); }
  }
}

/** Take all that there is, as the server tells it. */
export function take(told) {
  state.channels = told.channels;
  context.names = Object.fromEntries(told.people.map((person) => [person.id, person.name]));
  context.people = told.people.map((person) => person.id);
  Object.assign(limits, told.limits);
  Object.assign(deeds, { bot: told.bot, shortcuts: told.shortcuts, globals: told.globals, names: context.names });
  store.load(told.messages, told.statuses, told.titles);
  if (state.channel) { told.messages.forEach((message) => announcer.note(message)); retryPictures(); }
  else announcer.know(told.messages);
  const people = told.people.filter((person) => person.id !== told.bot);
  $("#person").replaceChildren(...people.map((person) => new Option(person.name, person.id)));
  $("#example-form select").replaceChildren(...told.examples.map((one) => new Option(one.label, one.name)));
  state.views = told.views;
  setPerson(people.some((person) => person.id === state.me) ? state.me : told.me);
  failures.showChoices(told.failures.choices);
  failures.showPending(told.failures.pending);
  showKeeping(told.chats.folder);
  document.body.classList.remove("loading");
  rescueDrafts();
  go(state.channel ? resolve(state, { quietly: true }) : resolve(readPlace(location.hash)), "replace");
}

export function onChange(change) {
  if (change.kind === "failures") { failures.showPending(change.pending); return; }
  if (change.kind === "told") { onTold(change); return; }
  if (change.kind === "view") { showForms(change.views); return; }
  if (change.kind === "status") store.setStatus(change.channel, change.thread_ts, change.status);
  else if (change.kind === "title") store.setTitle(change.channel, change.thread_ts, change.title);
  else if (change.kind === "deleted") onDeleted(change);
  else onMessage(change.message, change.kind === "message");
  showSoon();
}

/** What Slack shows to one person, until they load the page again. */
function onTold({ text, person, message }) {
  if (!text || (person && person !== state.me)) return;
  if (!message) { toast(text); return; }
  onMessage({ ...message, only_you: true }, true);
  showSoon();
}

function onMessage(message, isNew) {
  store.put(message);
  announcer.note(message);
  if (isNew && message.from_bot) store.setStatus(message.channel, message.thread_ts || message.ts, "");
  if (isNew && message.channel !== state.channel && message.user !== state.me) state.unread.add(message.channel);
}

function onDeleted({ channel: id, ts }) {
  store.remove(id, ts);
  if (id !== state.channel || !state.thread || store.thread(id, state.thread).length) return;
  toast("This thread was deleted.");
  rescueDrafts();
  go({ channel: id, thread: null }, "replace");
  $("#composer").focus();
}

async function submitMain({ text, files, onProgress, signal }) {
  const { channel: id, thread } = state;
  const isQuestion = channel().kind === "im" || /(^|\W)@easel\b/i.test(text);
  const ts = await send({ channel: id, user: state.me, text, files, onProgress, signal });
  if (isQuestion && state.channel === id && state.thread === thread) openThread(ts);
}

async function submitReply({ text, files, onProgress, signal }) {
  await send({ channel: state.channel, user: state.me, text, files, threadTs: state.thread, onProgress, signal });
  $("#thread").scrollTop = $("#thread").scrollHeight;
}
