// The large view of a thread's pictures: arrow keys and swipes turn pages, Escape closes. A part of
// a picture is marked in `marker.js`.

import { make } from "/web/dom.js";
import { Marker } from "/web/marker.js";

const SWIPE = 45;

/** `sendMarked(file, picture, words)` posts a marked copy of a picture where the picture is. */
export function viewer(dialog, sendMarked) {
  const image = dialog.querySelector("img");
  const caption = dialog.querySelector("figcaption");
  const unseen = dialog.querySelector(".unseen");
  const download = dialog.querySelector(".download");
  const count = dialog.querySelector(".count");
  let pictures = [];
  let at = 0;
  let opener = null;
  const mark = dialog.querySelector(".mark");
  const marker = new Marker(dialog, image, { send: sendMarked, onEnd: endMarking });

  function endMarking() {
    mark.setAttribute("aria-pressed", "false");
    mark.focus();
  }

  function show(index) {
    marker.stop();
    at = (index + pictures.length) % pictures.length;
    const file = pictures[at];
    image.classList.remove("seen");
    image.hidden = mark.hidden = false;
    unseen.hidden = true;
    image.src = file.url;
    image.alt = file.alt || file.name;
    const size = file.width ? ` · ${file.width} × ${file.height}` : "";
    const name = make("small", { text: `${file.name}${size}` });
    caption.replaceChildren(...(file.alt ? [file.alt, name] : [name]));
    download.href = file.url;
    download.download = file.name;
    count.textContent = `${at + 1} of ${pictures.length}`;
    for (const turn of dialog.querySelectorAll(".previous, .next, .count")) turn.hidden = pictures.length < 2;
  }

  image.addEventListener("load", () => image.classList.add("seen"));
  image.addEventListener("error", () => { image.hidden = Boolean(image.getAttribute("src")); unseen.hidden = !image.hidden; mark.hidden = image.hidden; });
  mark.addEventListener("click", () => {
    if (marker.isOn) { marker.stop(); return; }
    marker.start(pictures[at]);
    mark.setAttribute("aria-pressed", String(marker.isOn));
  });
  // While one marks, Escape ends that and nothing else; what is marked stays.
  dialog.addEventListener("cancel", (event) => { if (marker.isOn) { event.preventDefault(); marker.stop(); } });
  dialog.querySelector(".previous").addEventListener("click", () => show(at - 1));
  dialog.querySelector(".next").addEventListener("click", () => show(at + 1));
  dialog.querySelector(".close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target.tagName === "FIGURE" && !marker.isOn) dialog.close(); });
  dialog.addEventListener("keydown", (event) => {
    if (marker.isOn) return;
    if (event.key === "ArrowLeft" && pictures.length > 1) show(at - 1);
    if (event.key === "ArrowRight" && pictures.length > 1) show(at + 1);
  });
  swipes(dialog, (step) => { if (pictures.length > 1 && !marker.isOn) show(at + step); });
  dialog.addEventListener("close", () => {
    marker.stop();
    image.removeAttribute("src");
    // The list may have been shown anew meanwhile: then the same picture has another button.
    const again = opener.isConnected ? opener : document.querySelector(`.open[data-file="${opener.dataset.file}"]`);
    if (again) again.focus();
  });

  return (file, all, button) => {
    pictures = all;
    opener = button;
    show(Math.max(0, all.findIndex((one) => one.id === file.id)));
    dialog.showModal();
  };
}

function swipes(node, turn) {
  let start = null;
  node.addEventListener("touchstart", (event) => {
    start = event.touches.length === 1 ? event.touches[0] : null;
  }, { passive: true });
  node.addEventListener("touchend", (event) => {
    if (!start) return;
    const across = event.changedTouches[0].clientX - start.clientX;
    const down = event.changedTouches[0].clientY - start.clientY;
    start = null;
    if (Math.abs(across) > SWIPE && Math.abs(across) > 2 * Math.abs(down)) turn(across < 0 ? 1 : -1);
  }, { passive: true });
}
