// What goes with each question in one hidden field: its conversation, which documents are asked, who answers, how long.

import { fill, make, say, words } from "./page.js";

const KEPT = "settings";
const picked = new Map();
let folders = false;
let backends = [];
let wish = { backend: "", short: false };
let conversation = "";

const pass = () => {
  const field = document.querySelector("#wish textarea, #wish input");
  if (field) fill(field, JSON.stringify({ conversation, [folders ? "folders" : "documents"]: [...picked.keys()], ...wish }));
};
export const goOn = (id) => { if (id !== conversation) { conversation = id; pass(); } };
const keep = (change) => {
  wish = { ...wish, ...change };
  localStorage.setItem(KEPT, JSON.stringify(wish));
  show();
  pass();
};

// The line below the question box and the warning above the page follow the chosen backend.
const show = () => {
  const chosen = backends.find((one) => one.name === wish.backend) ?? backends[0];
  const foot = document.querySelector("#foot .foot");
  if (foot) foot.textContent = chosen.place ? chosen.label : `${chosen.label} · ${words.stays_on_host}`;
  let warning = document.querySelector(".leaves");
  if (!warning && chosen.place) document.querySelector(".bar").after(warning = make("p", { class: "leaves", role: "note" }));
  if (warning) warning.textContent = chosen.place ? say(words.leaves_host, { backend: chosen.place }) : "";
  if (warning) warning.hidden = !chosen.place;
};

// The documents, or else folders, chosen in the drawer: a line above the question box says so and undoes it.
export const scope = make("button", { type: "button", class: "scope", hidden: "" });
export const pick = (id, title, folder = false) => {
  if (title !== null && folder !== folders) picked.clear();
  if (title === null) picked.delete(id);
  else { picked.set(id, title); folders = folder; }
  narrow();
};
export const isPicked = (id) => picked.has(id);
export const narrow = () => {
  pass();
  scope.hidden = !picked.size;
  const said = folders ? words.only_folder : say(words.asking_only, { count: picked.size });
  const names = make("span", { class: "names", dir: "auto" }, [...picked.values()].slice(0, 2).join(", "));
  scope.replaceChildren(`${said}${words.colon}`, names, make("span", { "aria-hidden": "true" }, "✕"));
  scope.title = words.ask_all;
};
export const clear = () => { picked.clear(); narrow(); };

const choices = (legend, name, options, current, act) => {
  const set = make("fieldset");
  set.append(make("legend", {}, legend));
  for (const [value, text] of options) {
    const label = make("label");
    const input = make("input", { type: "radio", name, value });
    input.checked = value === current;
    input.addEventListener("change", () => act(value));
    label.append(input, make("span", {}, text));
    set.append(label);
  }
  return set;
};

export const panel = () => {
  const section = make("section", { class: "settings" });
  const named = ({ label, place }) => place ? `${label} (${say(words.sent_to, { backend: place })})` : label;
  if (backends.length === 1) {
    section.append(make("p", { class: "only" }, `${words.answered_by} : ${named(backends[0])}`));
  } else {
    const current = backends.some((one) => one.name === wish.backend) ? wish.backend : backends[0].name;
    section.append(choices(words.answered_by, "backend", backends.map((one) => [one.name, named(one)]), current, (backend) => keep({ backend })));
  }
  const lengths = [["full", words.length_full], ["short", words.length_short]];
  section.append(choices(words.length, "length", lengths, wish.short ? "short" : "full", (value) => keep({ short: value === "short" })));
  return section;
};

export const build = (given, id) => {
  backends = given;
  conversation = id;
  try {
    const stored = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    wish = { backend: String(stored.backend ?? ""), short: stored.short === true };
  } catch { /* what was stored by something else is not ours to read */ }
  document.querySelector("#composer")?.prepend(scope);
  show();
  pass();
};
