// Keeps a list on the page as it should be and leaves alone what has not changed, so that pictures
// stay loaded and the focus stays where it is.

const same = (one, other) => one.length === other.length && one.every((value, at) => value === other[at]);

const isAtEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < 60;

/** Keep the end of `log` in sight for a reader who is there, also where the window becomes lower, as
 * by the keyboard of a phone. */
export function stayAtEnd(log) {
  let wasAtEnd = true;
  log.addEventListener("scroll", () => { wasAtEnd = isAtEnd(log); }, { passive: true });
  new ResizeObserver(() => { if (wasAtEnd) log.scrollTop = log.scrollHeight; }).observe(log);
}

/** Show `items` [{key, sign, make, update}] in `log`; stay at the bottom only if the reader is there.
 * A node is made once for each `key`, and brought up to date when `sign` has changed. */
export function fill(log, items) {
  const wasAtEnd = isAtEnd(log);
  const before = new Map([...log.children].map((node) => [node.key, node]));
  const wanted = items.map((item) => {
    const node = before.get(item.key) || item.make();
    before.delete(item.key);
    node.key = item.key;
    if (!node.sign || !same(node.sign, item.sign)) {
      node.sign = item.sign;
      if (item.update) item.update(node);
    }
    return node;
  });
  for (const node of before.values()) {
    if (node.contains(document.activeElement)) log.focus({ preventScroll: true });
    node.remove();
  }
  wanted.forEach((node, at) => {
    if (log.children[at] !== node) log.insertBefore(node, log.children[at] || null);
  });
  if (wasAtEnd) log.scrollTop = log.scrollHeight;
}

const usable = (node) => [...node.querySelectorAll("a, button, input, select, textarea")];
const called = (node) => node.getAttribute("aria-label") || node.textContent;

/** Put `made` in the place of `element`, either of which may be null. The focus stays with the
 * control that is called the same, else with the first one, else with the message. */
function replace(element, made, insert) {
  const focused = element && element.contains(document.activeElement) ? document.activeElement : null;
  const message = focused && element.closest(".message");
  if (element) element.remove();
  if (made) insert(made);
  if (!focused) return;
  const controls = made ? usable(made) : [];
  const next = controls.find((one) => called(one) === called(focused)) || controls[0] || (message && message.querySelector(":scope > .more"));
  if (next) next.focus({ preventScroll: true });
}

/** Show `parts` [{name, sign, make}] in `node`; `make` may give null for nothing. */
export function showParts(node, parts) {
  node.shown = node.shown || new Map();
  const wanted = new Set(parts.map(({ name }) => name));
  for (const [name, { element }] of node.shown) {
    if (!wanted.has(name)) { if (element) element.remove(); node.shown.delete(name); }
  }
  let previous = null;
  for (const { name, sign, make } of parts) {
    const old = node.shown.get(name);
    if (!old || !same(old.sign, sign)) {
      const element = make();
      const before = previous;
      replace(old && old.element, element, (made) => { if (before) before.after(made); else node.prepend(made); });
      node.shown.set(name, { sign, element });
    }
    previous = node.shown.get(name).element || previous;
  }
}
