// Marking a part of the picture in the large view: brush, boxes, words, and sending them.

import { make } from "/web/dom.js";
import { boxBetween, chooseColour, covers, describeBox, drawMarks, markedCopy, middleBox, stepBox, stroke } from "/web/marks.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 0.02;

export class Marker {
  /** Lies over `image` in `dialog`. `send(file, picture, words)` posts; `onEnd` hears that marking
   * has ended. What was marked on a picture stays until it is sent. */
  constructor(dialog, image, { send, onEnd }) {
    Object.assign(this, { dialog, image, send, onEnd, isOn: false, file: null, tool: "brush" });
    this.kept = new Map();
    this.canvas = make("canvas", { class: "marks", "aria-hidden": "true" });
    this.box = make("button", { type: "button", class: "box", hidden: true, onkeydown: (event) => this.moveBox(event) });
    this.stage = make("div", { class: "stage" }, this.canvas, this.box);
    image.after(this.stage);
    this.panel = this.buildPanel();
    dialog.querySelector("figure").append(this.panel);
    this.listen();
    new ResizeObserver(() => this.draw()).observe(image);
    addEventListener("resize", () => this.draw());
  }

  buildPanel() {
    const tool = (name, label) => make("button", { type: "button", "aria-pressed": "false", "data-tool": name, text: label, onclick: (event) => this.choose(name, { byKeyboard: event.detail === 0 }) });
    this.width = make("input", { type: "range", min: "1", max: "20", value: "6", "aria-label": "Width of the brush" });
    this.undoButton = make("button", { type: "button", text: "Undo", onclick: () => this.undo() });
    this.clearButton = make("button", { type: "button", text: "Clear", onclick: () => this.setMarks([]) });
    this.words = make("input", { type: "text", dir: "auto", "aria-label": "What should change there", placeholder: "Here: make this blue", maxlength: "2000" });
    this.sendButton = make("button", { type: "submit", class: "send", text: "Send" });
    this.told = make("p", { class: "told", role: "status" });
    return make(
      "form", { class: "marker", hidden: true, "aria-label": "Mark a part", onsubmit: (event) => { event.preventDefault(); this.submit(); } },
      make("div", { class: "tools", role: "toolbar", "aria-label": "Marks" }, tool("brush", "Brush"), tool("box", "Box"), this.width, this.undoButton, this.clearButton),
      make("div", { class: "words" }, this.words, this.sendButton),
      this.told,
    );
  }

  listen() {
    const at = (event) => this.toPicture(event);
    let pointer = null;
    let first = null;
    this.canvas.addEventListener("pointerdown", (event) => {
      if (pointer !== null || event.button !== 0) return;
      event.preventDefault();
      pointer = event.pointerId;
      first = at(event);
      this.canvas.setPointerCapture(pointer);
      const mark = this.tool === "box" ? boxBetween(first, first, this.size) : stroke(first, this.brushWidth());
      this.setMarks([...this.marks, mark]);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== pointer) return;
      const last = this.marks.at(-1);
      if (last.kind === "box") this.marks[this.marks.length - 1] = boxBetween(first, at(event), this.size);
      else last.points.push(...pointsOf(event).map(at));
      this.draw();
    });
    const end = (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      // A gesture that the system took for itself is no mark.
      const isTaken = event.type === "pointercancel" || !covers(this.marks.at(-1));
      this.setMarks(isTaken ? this.marks.slice(0, -1) : this.marks);
    };
    this.dialog.addEventListener("keydown", (event) => {
      const isUndo = event.key === "z" && (event.ctrlKey || event.metaKey) && event.target !== this.words;
      if (this.isOn && isUndo && this.marks.length) { event.preventDefault(); this.undo(); }
    });
    this.canvas.addEventListener("pointerup", end);
    this.canvas.addEventListener("pointercancel", end);
  }

  get size() {
    return { width: this.image.naturalWidth, height: this.image.naturalHeight };
  }

  get marks() {
    return this.kept.get(this.file.id) || [];
  }

  brushWidth() {
    return Math.max(1, (Math.min(this.size.width, this.size.height) * Number(this.width.value)) / 100);
  }

  /** Where a pointer is, in the picture's pixels. */
  toPicture(event) {
    const shown = this.canvas.getBoundingClientRect();
    return [
      ((event.clientX - shown.left) / shown.width) * this.size.width,
      ((event.clientY - shown.top) / shown.height) * this.size.height,
    ];
  }

  start(file) {
    if (!this.image.naturalWidth || this.image.hidden) return;
    Object.assign(this, { isOn: true, file, colour: chooseColour(this.image) });
    this.dialog.classList.add("marking");
    this.panel.hidden = false;
    this.say("Draw on the picture. With the keyboard: Box adds a box, the arrow keys move it, with Shift they size it.");
    this.choose("brush");
    this.setMarks(this.marks);
    this.panel.querySelector("[data-tool=brush]").focus();
  }

  stop() {
    if (!this.isOn) return;
    this.isOn = false;
    this.dialog.classList.remove("marking");
    this.panel.hidden = this.box.hidden = true;
    this.onEnd();
  }

  choose(tool, { byKeyboard = false } = {}) {
    this.tool = tool;
    for (const button of this.panel.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    this.width.disabled = tool === "box";
    this.draw();
    // For the keyboard there is a box at once, which it can move; a pointer draws its own.
    if (tool !== "box" || !byKeyboard) return;
    this.setMarks([...this.marks, middleBox(this.size)]);
    this.box.focus();
  }

  setMarks(marks) {
    this.kept.set(this.file.id, marks);
    this.undoButton.disabled = this.clearButton.disabled = !marks.length;
    this.draw();
  }

  undo() {
    this.setMarks(this.marks.slice(0, -1));
    if (this.box.hidden || !this.marks.length) this.panel.querySelector(`[data-tool=${this.tool}]`).focus();
  }

  /** The last box moves, or with Shift grows and shrinks. */
  moveBox(event) {
    const way = ARROWS[event.key];
    if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); this.undo(); return; }
    if (!way) return;
    event.preventDefault();
    const moved = stepBox(this.marks.at(-1), way, this.size, { grows: event.shiftKey, step: STEP });
    this.setMarks([...this.marks.slice(0, -1), moved]);
  }

  draw() {
    if (!this.isOn) return;
    const { image, canvas } = this;
    const ratio = devicePixelRatio || 1;
    Object.assign(this.stage.style, { width: `${image.clientWidth}px`, height: `${image.clientHeight}px` });
    canvas.width = Math.max(1, Math.round(image.clientWidth * ratio));
    canvas.height = Math.max(1, Math.round(image.clientHeight * ratio));
    drawMarks(canvas, this.marks, canvas.width / this.size.width, this.colour);
    const last = this.marks.at(-1);
    this.box.hidden = !last || last.kind !== "box" || this.tool !== "box";
    if (this.box.hidden) return;
    const scale = image.clientWidth / this.size.width;
    Object.assign(this.box.style, {
      left: `${last.x * scale}px`, top: `${last.y * scale}px`, width: `${last.width * scale}px`, height: `${last.height * scale}px`,
    });
    this.box.setAttribute("aria-label", `Box, ${describeBox(last, this.size)}. Arrow keys move it, with Shift they size it.`);
  }

  say(sentence) {
    this.told.textContent = sentence;
  }

  async submit() {
    const words = this.words.value.trim();
    if (this.sendButton.disabled) return;
    if (!this.marks.length) { this.say("Please mark a part of the picture first."); return; }
    if (!words) { this.say("Please say what should change there."); this.words.focus(); return; }
    this.sendButton.disabled = true;
    this.say("Sending…");
    try {
      const picture = await markedCopy(this.image, this.marks, this.file.name, this.colour);
      if (!picture) throw new Error("This browser cannot make a copy of so large a picture. Please mark it elsewhere and send it.");
      await this.send(this.file, picture, words);
      this.kept.delete(this.file.id);
      this.words.value = "";
      this.stop();
      this.dialog.close();
    } catch (error) {
      this.say(error.message);
    } finally {
      this.sendButton.disabled = false;
    }
  }
}

/** All points that a pointer went through since the last event. */
function pointsOf(event) {
  const between = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
  return between.length ? between : [event];
}
