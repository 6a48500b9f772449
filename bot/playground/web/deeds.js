// What a person can do to a message or a file from its menu. Shows nothing itself.

import { post } from "/web/api.js";
import { isPicture } from "/web/files.js";
import { toMarkdown } from "/web/copying.js";

/** `context`: {me, shortcuts, bot, names, toast, ask, edit}, read when a menu is opened. */
export function messageDeeds(message, context) {
  const where = { channel: message.channel, ts: message.ts, user: context.me };
  const deeds = context.shortcuts.map(({ name, callback_id: callback }) => ({
    label: name,
    act: () => attempt(() => post("/page/shortcut", { ...where, callback_id: callback }), context),
  }));
  deeds.push({ label: "Copy as Markdown", act: () => copy(toMarkdown(message, context.names), "The message is copied.", context) });
  deeds.push({ label: "Copy link", act: () => copy(message.permalink, "The link is copied.", context) });
  if (message.user === context.me) {
    deeds.push({ label: "Delete message…", danger: true, act: () => deleteMessage(where, context) });
  }
  return deeds;
}

export function fileDeeds(file, message, context) {
  const deeds = [];
  if (isPicture(file)) deeds.push({ label: "Edit this", act: () => context.edit(file, message) });
  deeds.push({ label: "Download", act: () => download(file) });
  if (file.user === context.me || file.user === context.bot) {
    deeds.push({ label: "Delete file…", danger: true, act: () => deleteFile(file, context) });
  }
  return deeds;
}

async function deleteMessage(where, context) {
  const sure = await context.ask("Delete this message?", "It cannot be brought back. Its files stay in Slack.", "Delete");
  if (sure) await attempt(() => post("/page/delete-message", where), context);
}

async function deleteFile(file, context) {
  const sure = await context.ask(`Delete ${file.name}?`, "It is taken out of every message that shows it, and cannot be brought back.", "Delete");
  if (sure) await attempt(() => post("/page/delete-file", { file: file.id, user: context.me }), context);
}

async function attempt(deed, context) {
  try { await deed(); } catch (error) { context.toast(error.message); }
}

/** Copy text, or show it where the browser does not let us. */
async function copy(text, told, context) {
  try {
    await navigator.clipboard.writeText(text);
    context.toast(told, "done");
  } catch {
    context.toast(`It could not be copied: ${text}`);
  }
}

function download(file) {
  const link = document.createElement("a");
  link.href = file.url;
  link.download = file.name;
  link.click();
}
