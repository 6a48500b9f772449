// One message being written: text, files with previews, paste, drop, completion of @Easel. What is
// written stays with its place: a channel or a thread.

import { counted, make, shortName } from "/web/dom.js";
import { drafts } from "/web/memory.js";

export class Composer {
  /** `submit({text, files, onProgress, signal})` sends to the place of that moment; a rejection keeps
   * everything. `limits`: {files, bytes}, which are told later. */
  constructor(form, { submit, toast, limits }) {
    Object.assign(this, { form, submit, toast, limits });
    this.area = form.querySelector("textarea");
    this.button = form.querySelector("[type=submit]");
    this.input = form.querySelector("input[type=file]");
    this.previews = form.querySelector(".previews");
    this.place = null;  // nowhere yet: the page loads
    this.files = [];
    this.upload = this.uploadNode();
    form.prepend(this.upload.node);
    this.listen();
    this.refresh();
  }

  listen() {
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.area.addEventListener("input", () => this.refresh());
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.area.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files];
      if (files.length) { event.preventDefault(); this.add(files); }
    });
    this.form.querySelector(".attach").addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => { this.add([...this.input.files]); this.input.value = ""; });
    this.listenToDrops(this.form.parentElement);
  }

  listenToDrops(zone) {
    zone.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      this.form.classList.add("dropping");
    });
    zone.addEventListener("dragleave", (event) => {
      if (!zone.contains(event.relatedTarget)) this.form.classList.remove("dropping");
    });
    zone.addEventListener("drop", (event) => {
      this.form.classList.remove("dropping");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
      const files = [...event.dataTransfer.files].filter((_, at) => !(entries[at] && entries[at].isDirectory));
      if (files.length < event.dataTransfer.files.length) this.toast("A folder cannot be sent. Please send the files in it.");
      this.add(files);
    });
  }

  key(event) {
    if ((event.key === "Tab" || event.key === "Enter") && !event.shiftKey && this.complete()) {
      event.preventDefault();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    }
  }

  /** Turn "@e" before the cursor into "@Easel ". */
  complete() {
    const at = this.area.selectionStart;
    const begun = this.area.value.slice(0, at).match(/(^|\s)@(e|ea|eas|ease)$/i);
    if (!begun) return false;
    this.area.setRangeText("@Easel ", at - begun[2].length - 1, at, "end");
    this.refresh();
    return true;
  }

  /** Add what fits, and say at once what does not. */
  add(files) {
    let left = 0;
    for (const file of files) {
      const total = this.files.reduce((sum, one) => sum + one.size, file.size);
      if (total > this.limits.bytes) { this.toast(`That is more than ${Math.round(this.limits.bytes / 1048576)} MB. Please send less at once.`); break; }
      if (this.files.length >= this.limits.files) { left += 1; continue; }
      this.files = [...this.files, file];
    }
    if (left) this.toast(`A message takes at most ${this.limits.files} files: ${counted(left, "file was", "files were")} left out. Send the rest in a second message.`);
    this.refresh();
    this.area.focus();
  }

  /** Go to another place: its draft is shown, the one here stays here. What was written while the
   * page loaded goes along to the first place. */
  moveTo(place) {
    if (place === this.place) return;
    const kept = drafts.text(place);
    const early = this.place === null && !kept.endsWith(this.area.value) ? this.area.value : "";
    const earlyFiles = this.place === null ? this.files : [];
    this.place = place;
    this.area.value = [kept, early].filter(Boolean).join("\n");
    this.files = [...drafts.files(place), ...earlyFiles].slice(0, this.limits.files);
    this.refresh();
  }

  refresh() {
    if (this.place) drafts.keep(this.place, this.area.value, this.files);
    this.area.style.height = "auto";
    if (this.area.scrollHeight) this.area.style.height = `${this.area.scrollHeight}px`;
    this.button.disabled = Boolean(this.sending) || (!this.area.value.trim() && !this.files.length);
    const shown = [...this.previews.children].map((node) => node.file);
    for (const node of [...this.previews.children]) if (!this.files.includes(node.file)) node.remove();
    for (const file of this.files) if (!shown.includes(file)) this.previews.append(this.preview(file));
  }

  preview(file) {
    const node = make("div", { class: "preview", title: file.name });
    const name = () => make("span", { text: shortName(file.name) });
    if (file.type.startsWith("image/")) {
      const picture = make("img", { alt: file.name });
      const done = () => URL.revokeObjectURL(picture.src);
      picture.addEventListener("load", done);
      picture.addEventListener("error", () => { done(); picture.replaceWith(name()); });
      picture.src = URL.createObjectURL(file);
      node.append(picture);
    } else {
      node.append(name());
    }
    node.append(make("button", { type: "button", text: "✕", "aria-label": `Remove ${file.name}`, onclick: () => this.removeFile(file) }));
    return Object.assign(node, { file });
  }

  removeFile(file) {
    this.files = this.files.filter((one) => one !== file);
    this.refresh();
    this.area.focus();
  }

  uploadNode() {
    const bar = make("progress", { max: "1", value: "0", "aria-label": "Upload" });
    const words = make("span");
    const cancel = make("button", { type: "button", text: "Cancel", onclick: () => this.sending && this.sending.abort() });
    return { node: make("div", { class: "upload", hidden: true }, bar, words, cancel), bar, words };
  }

  showProgress(files, share) {
    this.upload.node.hidden = share === null || !files.length;
    this.upload.bar.value = share || 0;
    this.upload.words.textContent = `Sending ${counted(files.length, "file")}: ${Math.round((share || 0) * 100)} %`;
  }

  /** Write `text` here, before what is already written. */
  fill(text) {
    const draft = this.area.value;
    if (!draft.trim()) this.area.value = text;
    else if (!draft.startsWith(text.trimEnd())) this.area.value = `${text.trimEnd()} ${draft}`;
    this.refresh();
    this.area.focus();
    this.area.setSelectionRange(this.area.value.length, this.area.value.length);
  }

  async send() {
    const { place, files } = this;
    const text = this.area.value.trim();
    if (this.sending || (!text && !files.length)) return;
    this.area.focus();  // the button, which may have it, is of no use for a moment
    this.sending = new AbortController();
    this.area.value = "";
    this.files = [];
    this.refresh();
    this.showProgress(files, 0);
    try {
      await this.submit({ text, files, signal: this.sending.signal, onProgress: (share) => this.showProgress(files, share) });
    } catch (error) {
      this.giveBack(place, text, files);
      this.toast(error.message);
    } finally {
      this.sending = null;
      this.showProgress(files, null);
      this.refresh();
    }
  }

  /** What was not sent is a draft again, where it was written. */
  giveBack(place, text, files) {
    if (drafts.text(place) || drafts.files(place).length) text = `${text}\n${drafts.text(place)}`.trim();
    drafts.keep(place, text, [...files, ...drafts.files(place)].slice(0, this.limits.files));
    if (this.place === place) { this.place = ""; this.moveTo(place); }
  }
}
