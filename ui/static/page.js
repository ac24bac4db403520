// What every part of the page uses: its words, elements, requests, the announcer.
// Texts that come from documents or answers are set as text; HTML comes escaped from the server only.

export let words = {};
export const learn = (given) => { words = given; };

// Fills a text in; where it has two forms, "one|several", the count chooses.
export const say = (template, values) => {
  const [one, several = one] = template.split("|");
  return (values.count > 1 ? several : one).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
};

export const make = (tag, attributes = {}, text = "") => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return element;
};

// One round button with a picture (from the style) and a name.
export const tool = (kind, name) => {
  const button = make("button", { type: "button", class: `act ${kind}`, "aria-label": name, title: name });
  button.append(make("span", { class: "icon", "aria-hidden": "true" }));
  return button;
};

export const send = async (path, body, method = "POST") => {
  const options = { method };
  if (body instanceof File) options.body = body;
  else if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const response = await fetch(path, options);
  const form = response.headers.get("content-type")?.includes("json") ? await response.json() : null;
  return response.ok ? form : Promise.reject(Object.assign(new Error(path), { status: response.status, form }));
};

// One polite live region that outlives the redrawing of answers.
const announcer = make("div", { class: "unseen", role: "status", "aria-live": "polite" });
document.body.append(announcer);
export const announce = (text) => {
  announcer.textContent = "";
  window.setTimeout(() => { announcer.textContent = text; }, 50);
};

// The same for those who see: a line above the question box, for a moment.
export const notify = (text) => {
  announce(text);
  document.querySelector(".toast")?.remove();
  const toast = make("div", { class: "toast", "aria-hidden": "true" }, text);
  document.body.append(toast);
  window.setTimeout(() => toast.remove(), 3500);
};

// Dates and numbers as the reader writes them, in the page's language.
export const locale = () => navigator.languages.find((one) => one.startsWith(words.language)) ?? words.language;

// The question box belongs to Gradio: it is filled the way a person would.
export const box = () => document.querySelector("#question textarea");
export const fill = (field, value) => {
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, value);
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
export const ask = (question) => {
  fill(box(), question);
  window.setTimeout(() => document.querySelector("#question .submit-button")?.click(), 60);
};

// Tab stays within an element that covers the page.
export const keepInside = (element) => (event) => {
  if (event.key !== "Tab") return;
  const all = [...element.querySelectorAll("button, a[href], input, [tabindex='0']")]
    .filter((one) => !one.disabled && one.checkVisibility());
  const [first, last] = [all[0], all[all.length - 1]];
  if (event.shiftKey && document.activeElement === first) { last.focus(); event.preventDefault(); }
  else if (!event.shiftKey && document.activeElement === last) { first.focus(); event.preventDefault(); }
};
