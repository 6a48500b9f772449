// The parts of the page around its content: the drawer of a narrow window, and what lies under
// something else and so cannot be reached. Knows nothing of messages.

const $ = (selector) => document.querySelector(selector);
// The same widths as in base.css.
const narrow = matchMedia("(max-width: 760px)");
const middle = matchMedia("(max-width: 1060px)");

const isDrawer = () => narrow.matches || (middle.matches && document.body.classList.contains("with-thread"));

/** Open or close the list of channels, where the window is too narrow for it. */
export function showDrawer(isWanted) {
  const isOpen = isWanted && isDrawer();
  const was = document.body.classList.contains("with-menu");
  const hadFocus = $("#sidebar").contains(document.activeElement);
  document.body.classList.toggle("with-menu", isOpen);
  $("#veil").hidden = !isOpen;
  $("#menu").setAttribute("aria-expanded", String(isOpen));
  guard();
  if (isOpen && !was) $("#sidebar [aria-current]").focus();
  if (was && !isOpen && hadFocus) $("#menu").focus();
}

/** Keep the keyboard away from what is covered. */
export function guard() {
  const isOpen = document.body.classList.contains("with-menu");
  $("main").inert = isOpen || (narrow.matches && !$("#thread-panel").hidden);
  $("#thread-panel").inert = isOpen;
}

/** Escape closes what lies uppermost: the drawer, then the thread that one is in. */
export function listenToKeys(closeThread) {
  for (const width of [narrow, middle]) width.addEventListener("change", () => showDrawer(false));
  document.addEventListener("keydown", (event) => {
    const isTaken = event.defaultPrevented || event.isComposing || document.querySelector("dialog[open], :popover-open");
    if (event.key !== "Escape" || isTaken) return;
    if (document.body.classList.contains("with-menu")) showDrawer(false);
    else if ($("#thread-panel").contains(document.activeElement)) closeThread();
  });
}
