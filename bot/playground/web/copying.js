// A message as Markdown, for the clipboard.

const CODE = /(```[\s\S]*?```|`[^`\n]*`)/;

/** The text of a message and what its files are. Slack's own signs become Markdown's and names. */
export function toMarkdown(message, names) {
  const text = message.text.split(CODE).map((part, at) => (at % 2 ? decode(part) : convert(part, message, names))).join("");
  const files = message.files.filter((file) => !file.gone).map((file) => {
    const label = escape(file.alt && file.mimetype.startsWith("image/") ? `${file.name}: ${file.alt}` : file.name);
    return `${file.mimetype.startsWith("image/") ? "!" : ""}[${label}](${new URL(file.url, location.href)})`;
  });
  return [text, ...files].filter(Boolean).join("\n\n");
}

function convert(text, message, names) {
  const named = text
    .replace(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id) => `@${names[id] || id}`)
    .replace(/<#[CDG][A-Z0-9]+(?:\|([^>]*))?>/g, (_, name) => `#${name || "channel"}`)
    .replace(/<!subteam\^[A-Z0-9]+(?:\|@?([^>]*))?>/g, (_, name) => `@${name || "group"}`)
    .replace(/<!(here|channel|everyone)(?:\|[^>]*)?>/g, "@$1")
    .replace(/<((?:https?|mailto):[^|>\s]+)\|([^>]*)>/g, (_, address, label) => `[${escape(label)}](${address})`)
    .replace(/<((?:https?|mailto):[^|>\s]+)>/g, "$1");
  return decode(message.markdown ? named : named
    .replace(/(^|[\s(])\*([^\s*][^*\n]*?)\*(?!\w)/g, "$1**$2**")
    .replace(/(^|[\s(])~([^\s~][^~\n]*?)~(?!\w)/g, "$1~~$2~~"));
}

function escape(label) {
  return label.replace(/[[\]\\]/g, "\\$&");
}

function decode(source) {
  return source.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}
