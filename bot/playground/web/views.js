// The two lists: the messages of a channel, and those of a thread. Only the newest of a long list
// are on the page, until one asks for more.

import { counted } from "/web/dom.js";
import { fill } from "/web/log.js";
import { earlierNode, emptyNode, messageItem, ruleNode, statusNode } from "/web/messages.js";

const PAGE = 100;
const SUGGESTIONS = [
  "Draw a red fox under a blue moon",
  "Paint a house by the sea at sunset",
  "What is 17 × 23?",
  "Write a haiku about slow computers",
];
const limits = new Map();  // by place: how many messages are on the page, if more than at first

/** Show a channel. `choose` is told of a suggestion that was chosen. */
export function showMessages(log, { store, channel, context, choose }) {
  const all = store.topsOf(channel.id);
  const [tops, items] = newest(log, all, channel.id, () => showMessages(log, { store, channel, context, choose }));
  items.push(...tops.map((m, at) => messageItem(m, context, {
    previous: tops[at - 1], replies: store.replies(channel.id, m.ts).filter((one) => !one.only_you), doing: store.doing(channel.id, m.ts),
  })));
  if (!all.length) items.push(emptyItem(channel, choose));
  fill(log, prefixed(items, channel.id));
}

/** Show a thread. `place`: {channel, thread}. */
export function showReplies(log, { store, place, context }) {
  const { channel, thread } = place;
  const root = store.find(channel, thread);
  const all = store.replies(channel, thread);
  const [replies, earlier] = newest(log, all, `${channel} ${thread}`, () => showReplies(log, { store, place, context }));
  const items = root ? [messageItem(root, context)] : [];
  const rule = counted(all.filter((one) => !one.only_you).length, "reply", "replies");
  if (all.length) items.push({ key: "rule", sign: [rule], make: () => ruleNode(rule), update: (node) => { node.textContent = rule; } });
  items.push(...earlier, ...replies.map((m, at) => messageItem(m, context, { previous: replies[at - 1] })));
  const status = store.status(channel, thread);
  if (status) items.push({ key: `status ${status}`, sign: [], make: () => statusNode(status) });
  fill(log, prefixed(items, `${channel} ${thread}`));
}

/** The newest messages of a list, and the way to the others, which keeps what one reads in its place. */
function newest(log, all, name, again) {
  const limit = limits.get(name) || PAGE;
  const hidden = Math.max(0, all.length - limit);
  const showMore = () => {
    const fromEnd = log.scrollHeight - log.scrollTop;
    limits.set(name, limit + PAGE);
    again();
    log.scrollTop = log.scrollHeight - fromEnd;
    (log.querySelector(".earlier") || log).focus({ preventScroll: true });
  };
  const items = hidden ? [{ key: `earlier ${hidden}`, sign: [], make: () => earlierNode(hidden, showMore) }] : [];
  return [all.slice(hidden), items];
}

function emptyItem(channel, choose) {
  const direct = channel.kind === "im";
  const title = direct ? "Ask Easel anything" : `This is #${channel.name}`;
  const hint = direct
    ? "Write a question, or send a picture and say what to change."
    : "Mention @Easel in a message, and it answers in the thread.";
  const make = () => emptyNode(title, hint, SUGGESTIONS, (text) => choose(direct ? text : `@Easel ${text}`));
  return { key: "empty", sign: [], make };
}

/** Nodes of one place are never those of another, also where two messages have the same ts. */
function prefixed(items, place) {
  return items.map((item) => ({ ...item, key: `${place} ${item.key}` }));
}
