// Nodes in one line. Text is only ever text, never HTML.

/** A node: `props` are attributes, and `text`, `class`, and listeners as `onclick`. */
export function make(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

/** Words for who hears the page instead of seeing it. */
export function spoken(words) {
  return make("span", { class: "spoken", text: words });
}

export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** When a message was posted, as a clock shows it. */
export function clock(ts) {
  return new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

const LONGEST = 60;

/** A file's name that is short enough for a card; its end, with the ending, is always there. */
export function shortName(name) {
  const letters = [...name];
  return letters.length <= LONGEST ? name : `${letters.slice(0, 38).join("")}…${letters.slice(-20).join("")}`;
}
