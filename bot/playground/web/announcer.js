// Tells who hears the page of what is new: once for each finished answer, never word by word.

import { counted } from "/web/dom.js";

const LONGEST = 300;
// A picture comes a moment after its words; a message that grows by changes shows no end of its own.
const AFTER_STREAM = 500;
const AFTER_POST = 2500;

export class Announcer {
  /** `node` is a polite live region; `isBusy(message)` tells whether more is to come in its thread. */
  constructor(node, isBusy) {
    this.node = node;
    this.isBusy = isBusy;
    this.told = new Set();
    this.streamed = new Set();
    this.waiting = new Map();
  }

  /** These are known: nothing will be said of them. */
  know(messages) {
    for (const message of messages) if (!message.streaming) this.told.add(name(message));
  }

  /** A message of Easel's is new or has changed. */
  note(message) {
    if (!message.from_bot || message.deleted || this.told.has(name(message))) return;
    if (message.streaming) { this.streamed.add(name(message)); return; }
    const root = message.thread_ts || message.ts;
    const thread = this.waiting.get(root) || { messages: new Map() };
    thread.messages.set(name(message), message);
    clearTimeout(thread.timer);
    this.waiting.set(root, thread);
    this.wait(root, thread, this.streamed.has(name(message)) ? AFTER_STREAM : AFTER_POST);
  }

  wait(root, thread, milliseconds) {
    thread.timer = setTimeout(() => {
      const messages = [...thread.messages.values()];
      if (this.isBusy(messages[0])) { this.wait(root, thread, AFTER_STREAM); return; }
      this.waiting.delete(root);
      this.know(messages);
      this.say(describe(messages));
    }, milliseconds);
  }

  say(words) {
    this.node.textContent = words;
  }
}

const name = (message) => `${message.channel} ${message.ts}`;

function describe(messages) {
  const text = messages.map((message) => message.text).filter(Boolean).join(" ").replace(/[*_`#~|]+/g, "").replace(/\s+/g, " ").trim();
  const files = messages.flatMap((message) => message.files).filter((file) => !file.gone);
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  const more = files.length ? ` ${counted(files.length, "file")}: ${files.map((file) => file.alt || file.name).join("; ")}`.slice(0, LONGEST) : "";
  return `Easel answered: ${short}${more}`;
}
