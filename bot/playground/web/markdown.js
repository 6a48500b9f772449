// Markdown and Slack's mrkdwn to DOM nodes. Text only ever becomes text nodes, never HTML.

const SAFE_LINK = /^(https?:|mailto:)/i;
const INLINE = [
  [/^`([^`\n]+)`/, (m) => el("code", m[1])],
  [/^\*\*([^\n]+?)\*\*/, (m, c) => el("strong", inline(m[1], c))],
  [/^__([^\n]+?)__/, (m, c) => el("strong", inline(m[1], c))],
  [/^~~([^\n]+?)~~/, (m, c) => el("del", inline(m[1], c))],
  [/^\*([^\s*][^*\n]*?)\*/, (m, c) => el(c.mrkdwn ? "strong" : "em", inline(m[1], c))],
  [/^_([^\s_][^_\n]*?)_(?!\w)/, (m, c) => el("em", inline(m[1], c))],
  [/^!?\[([^\]\n]*)\]\(([^)\s]+)\)/, (m, c) => link(m[2], inline(m[1] || m[2], c))],
  [/^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/, (m, c) => mention(c.names[m[1]] || m[1])],
  [/^<#[CDG][A-Z0-9]+(?:\|([^>]*))?>/, (m) => mention(m[1] || "channel", "#")],
  [/^<(https?:[^|>\s]+)(?:\|([^>]*))?>/, (m) => link(m[1], [text(m[2] || m[1])])],
  [/^https?:\/\/[^\s<>)\]]+[^\s<>)\].,;:!?'"”]/, (m) => link(m[0], [text(m[0])])],
];
// What is deeper or wider is shown as it is written: it would take the page's breath.
const DEEPEST_QUOTE = 20;
const MOST_COLUMNS = 100;
const SPECIAL = /[`*_~![<h\\]/;

/** Render `source` into nodes. `context`: {names, mrkdwn}. */
export function render(source, context) {
  const lines = source.replace(/\r/g, "").split("\n");
  const out = [];
  let at = 0;
  while (at < lines.length) {
    const [node, next] = block(lines, at, context);
    if (node) out.push(node);
    at = next;
  }
  return out;
}

function block(lines, at, context) {
  const line = lines[at];
  const fence = line.match(/^ {0,3}(`{3,}|~{3,})\s*(\S*)/);
  if (fence) return code(lines, at, fence[1]);
  if (!line.trim()) return [null, at + 1];
  const heading = line.match(/^(#{1,6})\s+(.*)/);
  if (heading) return [el(heading[1].length < 3 ? "h3" : "h4", inline(heading[2], context)), at + 1];
  if (/^ {0,3}([-*_])( *\1){2,} *$/.test(line)) return [el("hr"), at + 1];
  if (/^ {0,3}(>|&gt;)/.test(line) && !(context.depth >= DEEPEST_QUOTE)) return quote(lines, at, context);
  if (/^\s*([-*+]|\d+[.)])\s+/.test(line)) return list(lines, at, context);
  if (line.includes("|") && /^\s*\|?\s*:?-{2,}/.test(lines[at + 1] || "") && cells(line).length <= MOST_COLUMNS) return table(lines, at, context);
  return paragraph(lines, at, context);
}

function code(lines, at, mark) {
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(mark)) end += 1;
  const content = decode(lines.slice(at + 1, end).join("\n"));
  const copy = el("button", "Copy");
  copy.type = "button";
  copy.className = "copy";
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(content);
      copy.textContent = "Copied";
    } catch {
      copy.textContent = "Not allowed";
    }
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  });
  const inner = document.createElement("code");
  inner.textContent = content;
  // What scrolls can be scrolled with the keyboard; the button stays where it is.
  const code = scroller("pre", "Code", [inner]);
  const frame = el("div", [code, copy]);
  frame.className = "code";
  return [frame, end + 1];
}

function quote(lines, at, context) {
  let end = at;
  while (end < lines.length && /^ {0,3}(>|&gt;)/.test(lines[end])) end += 1;
  const inside = lines.slice(at, end).map((line) => line.replace(/^ {0,3}(>|&gt;) ?/, ""));
  return [directed(el("blockquote", render(inside.join("\n"), { ...context, depth: (context.depth || 0) + 1 }))), end];
}

function list(lines, at, context) {
  const indent = (line) => line.match(/^\s*/)[0].length;
  const base = indent(lines[at]);
  const ordered = /^\s*\d/.test(lines[at]);
  const node = document.createElement(ordered ? "ol" : "ul");
  directed(node);
  if (ordered) node.start = Number(lines[at].match(/\d+/)[0]);
  let here = at;
  while (here < lines.length) {
    const item = lines[here].match(/^(\s*)([-*+]|\d+[.)])\s+(.*)/);
    if (!item || indent(lines[here]) < base) break;
    if (indent(lines[here]) > base + 1 && node.lastChild) {
      const [inner, next] = list(lines, here, context);
      node.lastChild.append(inner);
      here = next;
      continue;
    }
    let content = item[3];
    here += 1;
    while (here < lines.length && lines[here].trim() && indent(lines[here]) > base && !/^\s*([-*+]|\d+[.)])\s/.test(lines[here])) {
      content += `\n${lines[here].trim()}`;
      here += 1;
    }
    node.append(el("li", inline(content, context)));
  }
  return [node, here];
}

function cells(line) {
  return line.trim().replace(/^\||(?<!\\)\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim());
}

function table(lines, at, context) {
  // Cells beyond those of the head belong to no column (github.github.com/gfm, tables).
  const columns = cells(lines[at]).length;
  const row = (line, tag) => el("tr", cells(line).slice(0, columns).map((cell) => el(tag, inline(cell, context))));
  const node = directed(el("table", [el("thead", [row(lines[at], "th")])]));
  const body = document.createElement("tbody");
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|")) body.append(row(lines[end++], "td"));
  node.append(body);
  const frame = scroller("div", "Table", [node]);
  frame.className = "table";
  return [frame, end];
}

/** Its marks, bars and columns run as its words do. */
function directed(node) {
  node.dir = "auto";
  return node;
}

function scroller(tag, name, children) {
  const node = el(tag, children);
  node.tabIndex = 0;
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", name);
  return node;
}

function paragraph(lines, at, context) {
  let end = at + 1;
  const ends = /^(\s*$| {0,3}(`{3}|~{3}|>|&gt;)|#{1,6}\s|\s*([-*+]|\d+[.)])\s+)/;
  while (end < lines.length && !ends.test(lines[end])) end += 1;
  return [el("p", inline(lines.slice(at, end).join("\n"), context)), end];
}

function inline(source, context) {
  const out = [];
  let plain = "";
  let rest = source;
  while (rest) {
    const made = SPECIAL.test(rest[0]) && begin(rest, context, plain.slice(-1));
    if (made) {
      if (plain) out.push(text(plain));
      plain = "";
      out.push(made[0]);
      rest = rest.slice(made[1]);
    } else if (rest[0] === "\\" && /^\\[\\`*_~[\]()#<>!|-]/.test(rest)) {
      plain += rest[1];
      rest = rest.slice(2);
    } else {
      plain += rest[0];
      rest = rest.slice(1);
    }
  }
  if (plain) out.push(text(plain));
  return out;
}

function begin(rest, context, before) {
  if (/[_h]/.test(rest[0]) && /\w/.test(before)) return null;
  for (const [pattern, make] of INLINE) {
    const match = rest.match(pattern);
    if (match) return [make(match, context), match[0].length];
  }
  return null;
}

function link(address, children) {
  if (!SAFE_LINK.test(address)) return el("span", children);
  const node = el("a", children);
  node.href = decode(address);
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

function mention(name, mark = "@") {
  const node = el("span", `${mark}${name}`);
  node.className = "mention";
  return node;
}

function decode(source) {
  return source.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

function text(source) {
  return document.createTextNode(decode(source));
}

/** A node with text or children. */
export function el(tag, content = []) {
  const node = document.createElement(tag);
  if (typeof content === "string") node.textContent = decode(content);
  else node.append(...content);
  return node;
}
