// A small menu beside the button that opens it, and a question before something is deleted.
// Knows nothing of messages: it is told what to offer and what to do.

const panel = document.createElement("div");
panel.className = "menu";
panel.setAttribute("role", "menu");
panel.popover = "auto";
document.body.append(panel);

let anchor = null;
let closedAt = 0;
let placedAt = 0;

panel.addEventListener("beforetoggle", (event) => {
  if (event.newState !== "closed") return;
  closedAt = performance.now();
  if (panel.contains(document.activeElement)) anchor.focus();
  anchor.setAttribute("aria-expanded", "false");
});
panel.addEventListener("keydown", (event) => {
  const items = [...panel.children];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to !== undefined) { event.preventDefault(); items.at(to % items.length).focus(); }
  if (event.key === "Tab") panel.hidePopover();
});
// It stands beside its button. That a list has scrolled before it was opened is told only later.
document.addEventListener("scroll", (event) => {
  if (event.target === panel || !panel.matches(":popover-open")) return;
  if (Math.abs(anchor.getBoundingClientRect().top - placedAt) > 1) panel.hidePopover();
}, true);

/** A “…” button that opens what `offered()` gives: [{label, act, danger}]. */
export function moreButton(label, offered) {
  return menuButton(label, "more", offered);
}

/** As `moreButton`, with a class of its own. */
export function menuButton(label, className, offered) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = className;
  button.textContent = "⋯";
  button.title = "More";
  button.setAttribute("aria-label", label);
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  // `detail` is 0 where it is pressed with the keyboard.
  button.addEventListener("click", ({ detail }) => open(button, offered(), { isClick: detail > 0 }));
  return button;
}

function open(button, items, { isClick }) {
  // The click that closed it is not the click that opens it again.
  if (isClick && anchor === button && performance.now() - closedAt < 250) return;
  anchor = button;
  panel.replaceChildren(...items.map(entry));
  panel.showPopover();
  place(button.getBoundingClientRect());
  button.setAttribute("aria-expanded", "true");
  panel.firstElementChild.focus();
}

function entry({ label, act, danger }) {
  const node = document.createElement("button");
  node.type = "button";
  node.setAttribute("role", "menuitem");
  node.tabIndex = -1;
  node.textContent = label;
  node.classList.toggle("danger", Boolean(danger));
  node.addEventListener("click", () => { panel.hidePopover(); act(); });
  return node;
}

function place(beside) {
  placedAt = beside.top;
  const { width, height } = panel.getBoundingClientRect();
  const below = beside.bottom + 4;
  const top = below + height > innerHeight - 8 ? Math.max(8, beside.top - height - 4) : below;
  panel.style.top = `${top}px`;
  panel.style.left = `${Math.max(8, Math.min(beside.right - width, innerWidth - width - 8))}px`;
}

/** Ask a question with one way on and one way back; resolves to whether the person goes on. */
export function asker(dialog) {
  return (title, explanation, label) => new Promise((resolve) => {
    dialog.querySelector("h2").textContent = title;
    dialog.querySelector("p").textContent = explanation;
    dialog.querySelector("[value=yes]").textContent = label;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });
}
