// What the server shows arrives as HTML in hidden fields of Gradio's; each is drawn into an element of ours.
// The HTML is escaped and cleaned on the server; Gradio sets a field's value, and that is when it is drawn.

import { make } from "./page.js";

const own = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");

const field = (name) => document.querySelector(`#${name}-given textarea`);
export const ready = () => ["shell", "past", "live"].every(field) && document.getElementById("composer");

// Calls `act` with the field's value now and whenever Gradio sets another: in this element or, for Gradio may put another
// in its place while the page begins, in the one that stands there then.
const watched = new Map();
const look = (name) => {
  const [value, one] = [field(name)?.value, watched.get(name)];
  if (value !== undefined && value !== one.last) one.act(one.last = value);
};
const watch = (name, act) => {
  watched.set(name, { act, last: "" });
  look(name);
};
Object.defineProperty(HTMLTextAreaElement.prototype, "value", {
  ...own,
  set(value) {
    own.set.call(this, value);
    const name = this.closest("[id$='-given']")?.id.replace(/-given$/, "");
    if (watched.has(name)) look(name);
  },
});
new MutationObserver(() => { for (const name of watched.keys()) look(name); })
  .observe(document.body, { childList: true, subtree: true });

const [shell, past, live, notice] = ["shell", "past", "live", "notice"].map((id) => make("div", { id }));

// The answer being written; the one before it joins the conversation once another is asked for.
const draw = (html, act) => {
  const given = make("template");
  given.innerHTML = html;
  const turn = given.content.querySelector(".turn");
  if (!turn) return notice.replaceChildren(given.content);
  const { run, conversation } = given.content.firstChild.dataset;
  const begun = run !== live.dataset.run;
  if (begun) {
    past.querySelector(".welcome")?.remove();
    past.append(...live.childNodes);
    live.dataset.run = run;
    notice.replaceChildren();
  }
  live.replaceChildren(turn);
  act({ turn, begun, conversation, finished: turn.classList.contains("finished") });
};

// Puts the page together; `act` is called for each new state of the answer that is being written.
export const build = (act) => {
  const composer = document.getElementById("composer");
  const foot = make("div", { id: "foot" });
  foot.append(make("p", { class: "foot" }));
  composer.before(shell, past, live);
  composer.prepend(notice);
  composer.append(foot);
  watch("shell", (html) => { shell.innerHTML = html; });
  watch("past", (html) => { past.innerHTML = html; });
  watch("live", (html) => draw(html, act));
};
