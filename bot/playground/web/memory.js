// What the browser remembers for the page: the theme and drafts. Where it refuses, or is full, the
// page remembers for itself, until it is closed.

const own = new Map();

export function recall(key) {
  if (own.has(key)) return own.get(key);
  try { return localStorage.getItem(key) || ""; } catch { return ""; }
}

/** Remember `value`; "" forgets. */
export function remember(key, value) {
  try {
    if (value) localStorage.setItem(key, value); else localStorage.removeItem(key);
    own.delete(key);
  } catch {
    own.set(key, value);
  }
}

function keys() {
  const found = new Set(own.keys());
  try { for (let at = 0; at < localStorage.length; at += 1) found.add(localStorage.key(at)); } catch { /* only its own */ }
  return [...found];
}

const DRAFT = "easel-draft ";
const files = new Map();  // of drafts, by place: a browser cannot store them

export const drafts = {
  text: (place) => recall(DRAFT + place),
  files: (place) => files.get(place) || [],
  keep(place, text, chosen = []) {
    remember(DRAFT + place, text.trim() ? text : "");
    if (chosen.length) files.set(place, chosen); else files.delete(place);
  },
  /** The places that have a draft. */
  places: () => [...new Set([
    ...keys().filter((key) => key.startsWith(DRAFT) && recall(key)).map((key) => key.slice(DRAFT.length)),
    ...files.keys(),
  ])],
};
