// What a person can do to a message or a file from its menu. Shows nothing itself.

import { post } from "/web/api.js";

/** `context`: {me, shortcuts, bot, toast, ask}, read when a menu is opened. */
export function messageDeeds(message, context) {
  const where = { channel: message.channel, ts: message.ts, user: context.me };
  const deeds = context.shortcuts.map(({ name, callback_id: callback }) => ({
    label: name,
    act: () => attempt(() => post("/page/shortcut", { ...where, callback_id: callback }), context),
  }));
  deeds.push({ label: "Copy link", act: () => copyLink(message.permalink, context) });
  if (message.user === context.me) {
    deeds.push({ label: "Delete message…", danger: true, act: () => deleteMessage(where, context) });
  }
  return deeds;
}

export function fileDeeds(file, context) {
  const deeds = [{ label: "Download", act: () => download(file) }];
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

async function copyLink(link, context) {
  try {
    await navigator.clipboard.writeText(link);
    context.toast("The link is copied.", "done");
  } catch {
    context.toast(`The link could not be copied: ${link}`);
  }
}

function download(file) {
  const link = document.createElement("a");
  link.href = file.url;
  link.download = file.name;
  link.click();
}
