// The messages and statuses that the server told of, in order. Shows nothing.

const key = (channel, ts) => `${channel} ${ts}`;
const rootOf = (message) => message.thread_ts || message.ts;
const isTop = (message) => !message.thread_ts || message.thread_ts === message.ts;

export class Store {
  constructor() {
    this.messages = new Map();
    this.tops = new Map();     // by channel
    this.threads = new Map();  // by channel and root: the root, if it is there, and its replies
    this.statuses = new Map();
    this.titles = new Map();   // of threads, as Slack lists them
    this.growing = new Map();  // the messages whose text is still coming
  }

  /** Begin again with all that there is. What has not changed stays the same object. */
  load(messages, statuses, titles = []) {
    const before = this.messages;
    this.messages = new Map();
    this.tops = new Map();
    this.threads = new Map();
    this.growing = new Map();
    for (const message of messages) {
      const old = before.get(key(message.channel, message.ts));
      this.put(old && JSON.stringify(old) === JSON.stringify(message) ? old : message);
    }
    this.statuses = new Map(statuses.map((one) => [key(one.channel, one.thread_ts), one.status]));
    this.titles = new Map(titles.map((one) => [key(one.channel, one.thread_ts), one.title]));
  }

  put(message) {
    const old = this.find(message.channel, message.ts);
    if (old && rootOf(old) !== rootOf(message)) this.remove(message.channel, message.ts);
    this.messages.set(key(message.channel, message.ts), message);
    if (message.streaming) this.growing.set(key(message.channel, message.ts), message);
    else this.growing.delete(key(message.channel, message.ts));
    place(this.threads, key(message.channel, rootOf(message)), message);
    if (isTop(message)) place(this.tops, message.channel, message);
  }

  remove(channel, ts) {
    const old = this.find(channel, ts);
    if (!old) return;
    this.messages.delete(key(channel, ts));
    this.growing.delete(key(channel, ts));
    take(this.threads, key(channel, rootOf(old)), ts);
    take(this.tops, channel, ts);
  }

  find(channel, ts) { return this.messages.get(key(channel, ts)); }

  topsOf(channel) { return this.tops.get(channel) || []; }

  thread(channel, root) { return this.threads.get(key(channel, root)) || []; }

  replies(channel, root) { return this.thread(channel, root).filter((m) => m.ts !== root); }

  status(channel, root) { return this.statuses.get(key(channel, root)) || ""; }

  title(channel, root) { return this.titles.get(key(channel, root)) || "Thread"; }

  setTitle(channel, root, title) { this.titles.set(key(channel, root), title); }

  setStatus(channel, root, status) {
    if (status) this.statuses.set(key(channel, root), status);
    else this.statuses.delete(key(channel, root));
  }

  /** What Easel does in a thread just now, in words; "" if nothing. */
  doing(channel, root) {
    const isGrowing = [...this.growing.values()].some((m) => m.channel === channel && rootOf(m) === root);
    return this.status(channel, root) || (isGrowing ? "is answering…" : "");
  }

  /** Whether Easel answers anything in a channel. */
  isBusy(channel) {
    return [...this.statuses.keys()].some((one) => one.startsWith(`${channel} `))
      || [...this.growing.values()].some((message) => message.channel === channel);
  }
}

function place(lists, at, message) {
  const list = lists.get(at);
  if (!list) { lists.set(at, [message]); return; }
  let index = list.length;
  while (index > 0 && list[index - 1].ts > message.ts) index -= 1;
  if (index > 0 && list[index - 1].ts === message.ts) list[index - 1] = message;
  else list.splice(index, 0, message);
}

function take(lists, at, ts) {
  const rest = (lists.get(at) || []).filter((message) => message.ts !== ts);
  if (rest.length) lists.set(at, rest); else lists.delete(at);
}
