// One message being written: text, files with previews, paste, drop, completion of @Easel.

const MOST_BYTES = 50 * 1024 * 1024;

export class Composer {
  /** `submit({text, files})` sends; a rejection keeps everything in place. */
  constructor(form, { submit, toast }) {
    this.form = form;
    this.submit = submit;
    this.toast = toast;
    this.area = form.querySelector("textarea");
    this.button = form.querySelector("[type=submit]");
    this.input = form.querySelector("input[type=file]");
    this.previews = form.querySelector(".previews");
    this.files = [];
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
    const zone = this.form.parentElement;
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
      this.add([...event.dataTransfer.files]);
    });
  }

  key(event) {
    if ((event.key === "Tab" || event.key === "Enter") && this.complete()) {
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

  add(files) {
    for (const file of files) {
      const total = this.files.reduce((sum, one) => sum + one.size, file.size);
      if (total > MOST_BYTES) { this.toast("That is more than 50 MB. Please send less at once."); break; }
      this.files.push(file);
    }
    this.refresh();
    this.area.focus();
  }

  refresh() {
    this.area.style.height = "auto";
    if (this.area.scrollHeight) this.area.style.height = `${this.area.scrollHeight}px`;
    this.button.disabled = !this.area.value.trim() && !this.files.length;
    const shown = [...this.previews.children].map((node) => node.file);
    for (const node of [...this.previews.children]) if (!this.files.includes(node.file)) node.remove();
    for (const file of this.files) if (!shown.includes(file)) this.previews.append(this.preview(file));
  }

  preview(file) {
    const node = document.createElement("div");
    node.className = "preview";
    node.file = file;
    if (file.type.startsWith("image/")) {
      const picture = document.createElement("img");
      picture.alt = file.name;
      picture.src = URL.createObjectURL(file);
      picture.onload = () => URL.revokeObjectURL(picture.src);
      node.append(picture);
    } else {
      const name = document.createElement("span");
      name.textContent = file.name;
      node.append(name);
    }
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "✕";
    remove.setAttribute("aria-label", `Remove ${file.name}`);
    remove.addEventListener("click", () => {
      this.files = this.files.filter((one) => one !== file);
      this.refresh();
    });
    node.append(remove);
    return node;
  }

  fill(text) {
    this.area.value = text;
    this.refresh();
    this.area.focus();
  }

  async send() {
    const text = this.area.value.trim();
    const files = this.files;
    if (!text && !files.length) return;
    this.area.value = "";
    this.files = [];
    this.refresh();
    try {
      await this.submit({ text, files });
    } catch (error) {
      if (!this.area.value && !this.files.length) { this.area.value = text; this.files = files; this.refresh(); }
      this.toast(error.message);
    }
  }
}
