// The form that the app has opened for a person, as Slack's window shows it: texts, fields, choices.

import { post } from "/web/api.js";
import { make } from "/web/dom.js";

/** Shows the newest form of a person in `dialog`. `context`: {toast, places}; `places()` lists the
 * channels that can be chosen, the one that is open first, as {id, name, isHere}. */
export class Modal {
  constructor(dialog, context) {
    Object.assign(this, { dialog, context, shown: null, opener: null });
    // Escape closes a form as its button does.
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); this.cancel(); });
    dialog.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
  }

  /** Show what is open now: `views` are all open forms, of all people. */
  show(views, me) {
    const view = views.filter((one) => one.user === me).at(-1) || null;
    if (view && this.shown && view.id === this.shown.id && view.hash === this.shown.hash) return;
    this.shown = view;
    if (!view) {
      if (this.dialog.open) this.dialog.close();
      if (this.opener && this.opener.isConnected) this.opener.focus();
      return;
    }
    if (!this.dialog.open) this.opener = document.activeElement;
    this.fill(view);
    if (!this.dialog.open) this.dialog.showModal();
    const first = this.dialog.querySelector(".blocks :is(input, select, textarea)");
    (first || this.dialog.querySelector(".close")).focus();
  }

  fill(view) {
    this.fields = new Map();
    const blocks = view.blocks.map((block) => this.blockNode(block));
    this.problem = make("p", { class: "problem", role: "alert" });
    const close = make("button", { type: "button", class: "close", text: text(view.close) || "Cancel", onclick: () => this.cancel() });
    this.send = view.submit ? make("button", { type: "submit", class: "send", text: text(view.submit) }) : null;
    this.dialog.replaceChildren(make(
      "form", { novalidate: true },
      make("h2", { id: "modal-title", text: text(view.title) }),
      make("div", { class: "blocks" }, ...blocks), this.problem,
      make("div", { class: "row" }, close, this.send),
    ));
  }

  blockNode(block) {
    if (block.type === "input") return this.inputNode(block);
    if (block.type === "divider") return make("hr");
    if (block.type === "header") return make("h3", { text: text(block.text) });
    const texts = [block.text, ...(block.fields || []), ...(block.elements || [])].map(text).filter(Boolean);
    return make("p", { class: block.type, text: texts.join("\n") });
  }

  inputNode(block) {
    const { element } = block;
    const name = block.block_id;
    const error = make("p", { class: "problem", id: `error-${name}`, role: "alert" });
    const hint = block.hint ? make("p", { class: "hint", id: `hint-${name}`, text: text(block.hint) }) : null;
    const told = [hint && hint.id, error.id].filter(Boolean).join(" ");
    const label = `${text(block.label)}${block.optional ? " (optional)" : ""}`;
    const isGroup = element.type === "radio_buttons" || element.type === "checkboxes";
    const field = isGroup ? group(element, name, told) : single(element, name, told, this.context);
    if (isGroup) {
      const role = element.type === "radio_buttons" ? "radiogroup" : null;
      field.marked = make("fieldset", { role, "aria-describedby": told }, make("legend", { text: label }), ...field.nodes, hint, error);
      this.fields.set(name, { ...field, error });
      return field.marked;
    }
    this.fields.set(name, { ...field, error });
    return make("div", { class: "input" }, make("label", { for: `field-${name}`, text: label }), ...field.nodes, hint, error);
  }

  async submit() {
    if (!this.send || this.isSending) return;
    const values = Object.fromEntries([...this.fields].map(([name, field]) => [name, field.read()]));
    this.showErrors({});
    this.isSending = true;
    this.send.disabled = true;
    try {
      const told = await post("/page/submit-view", { view: this.shown.id, user: this.shown.user, values });
      this.showErrors(told.errors, told.problem);
    } catch (error) {
      this.showErrors({}, error.message);
    } finally {
      this.isSending = false;
      this.send.disabled = false;
    }
  }

  showErrors(errors, problem = "") {
    this.problem.textContent = problem;
    let first = null;
    for (const [name, field] of this.fields) {
      field.error.textContent = errors[name] || "";
      const node = field.nodes[0].querySelector("input") || field.nodes[0];
      const marked = field.marked && field.marked.role ? field.marked : node;
      if (errors[name]) marked.setAttribute("aria-invalid", "true");
      else marked.removeAttribute("aria-invalid");
      if (errors[name]) first ||= node;
    }
    if (first) first.focus();
  }

  async cancel() {
    const { id, user } = this.shown;
    try { await post("/page/close-view", { view: id, user }); } catch (error) {
      this.context.toast(error.message);
      this.show([], user);
    }
  }
}

function text(part) {
  return (part && part.text) || "";
}

function optionsOf(element) {
  return element.options || [];
}

/** Radio buttons or checkboxes, with what is said about each. */
function group(element, name) {
  const isRadio = element.type === "radio_buttons";
  const initial = isRadio ? [element.initial_option] : element.initial_options || [];
  const chosen = initial.filter(Boolean).map((option) => option.value);
  const nodes = optionsOf(element).map((option, at) => {
    const id = `field-${name}-${at}`;
    const about = option.description ? make("small", { id: `${id}-about`, text: text(option.description) }) : null;
    const input = make("input", {
      type: isRadio ? "radio" : "checkbox", name, id, value: option.value,
      checked: chosen.includes(option.value), "aria-describedby": about && about.id,
    });
    const label = make("label", { for: id, text: text(option.text) });
    return make("div", { class: "choice" }, input, label, about);
  });
  const checked = () => nodes.map((node) => node.querySelector("input")).filter((one) => one.checked).map((one) => one.value);
  return { nodes, read: () => (isRadio ? checked()[0] || "" : checked()) };
}

/** A field of text or a list to choose from. */
function single(element, name, told, context) {
  const common = { id: `field-${name}`, "aria-describedby": told };
  if (element.type === "conversations_select") return places(element, common, context.places());
  if (element.type === "static_select") {
    const select = make("select", common, new Option(text(element.placeholder) || "–", ""));
    for (const part of element.option_groups || []) {
      select.append(make("optgroup", { label: text(part.label) }, ...part.options.map(optionNode)));
    }
    select.append(...optionsOf(element).map(optionNode));
    if (element.initial_option) select.value = element.initial_option.value;
    const about = make("small", { role: "status" });
    const all = [...optionsOf(element), ...(element.option_groups || []).flatMap((part) => part.options)];
    select.addEventListener("change", () => {
      const found = all.find((option) => option.value === select.value);
      about.textContent = found ? text(found.description) : "";
    });
    return { nodes: [select, about], read: () => select.value };
  }
  const tag = element.multiline ? "textarea" : "input";
  const field = make(tag, {
    ...common, dir: "auto", maxlength: element.max_length, rows: element.multiline ? "3" : null,
    type: element.multiline ? null : "text", placeholder: text(element.placeholder) || null,
  });
  field.value = element.initial_value || "";
  return { nodes: [field], read: () => field.value };
}

/** A list of channels. The one that is open is chosen, where the app wants that. */
function places(element, common, listed) {
  const select = make("select", common, new Option(text(element.placeholder) || "–", ""));
  select.append(...listed.map((one) => new Option(`# ${one.name}`, one.id)));
  const here = listed.find((one) => one.isHere);
  if (here && element.default_to_current_conversation) select.value = here.id;
  return { nodes: [select], read: () => select.value };
}

function optionNode(option) {
  return new Option(text(option.text), option.value);
}
