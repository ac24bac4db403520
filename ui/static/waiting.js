// While a question is out: its place in the queue, and what is said when Gradio gives it up before the answer is whole.

import { announce, box, fill, make, say, words } from "./page.js";

// How long Gradio may be done with a question before its last words stand on the page, in milliseconds.
const GRACE = 1500;
const STEP = 250;
const KEPT = "unsent";

const line = make("p", { class: "notice queue", role: "status", hidden: "" });
const tell = (text) => {
  if (line.textContent !== text) line.textContent = text;
  line.hidden = !text;
};

// The answer so far stays, said to be cut, and one can ask again.
const cut = (turn) => {
  turn.classList.replace("unfinished", "finished");
  turn.dataset.cut = "";
  turn.querySelector(".searching")?.remove();
  turn.querySelector(".answer").append(make("p", { class: "note", role: "note" }, words.cut));
  document.body.classList.remove("busy");
  announce(words.cut);
};

// Gradio loads the page anew once a lost server is back, and another language is another page. What is typed and not sent
// is brought along, and an answer that was cut: the server keeps that too, unless it was stopped itself.
let switched = false;
export const switching = () => { switched = true; };
window.addEventListener("pagehide", () => {
  const kept = { page: location.search, switched, typed: box()?.value, cut: document.querySelector(".turn[data-cut]")?.outerHTML };
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
});

export const bringBack = () => {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  sessionStorage.removeItem(KEPT);
  // Only where this page was loaded anew or in the other language: another may belong to somebody who signed in since.
  const anew = kept.switched || performance.getEntriesByType("navigation")[0]?.type === "reload";
  if (kept.page !== location.search || !anew) return;
  if (kept.typed && !box().value) fill(box(), kept.typed);
  if (!kept.cut) return;
  const given = make("template");
  given.innerHTML = kept.cut;
  const past = document.getElementById("past");
  const question = (turn) => turn?.querySelector(".asked").textContent;
  if (question(given.content) === question([...past.querySelectorAll(".turn")].at(-1))) return;
  past.querySelector(".welcome")?.remove();
  past.append(given.content);
};

// Gradio shows that it waits for an event over the field it fills; there stands the place in its queue, too.
const pending = () => {
  const tracker = document.querySelector("#live-given [data-testid='status-tracker']");
  return tracker && !tracker.matches(".hide") && !tracker.querySelector(".error") ? tracker : null;
};

let timer = 0;
export const asked = () => {
  const live = document.getElementById("live");
  const before = live.dataset.run;
  let quiet = 0;
  window.clearInterval(timer);
  timer = window.setInterval(() => {
    const waits = pending();
    const place = /queue: (\d+)\/(\d+)/.exec(waits?.querySelector(".progress-text")?.textContent ?? "");
    tell(place ? say(words.waiting, { place: place[1], count: place[2] }) : "");
    quiet = waits ? 0 : quiet + STEP;
    if (quiet < GRACE) return;
    window.clearInterval(timer);
    const turn = live.querySelector(".turn.unfinished");
    if (turn) cut(turn);
    else if (live.dataset.run === before && !document.querySelector("#notice .notice")) tell(words.not_taken);
  }, STEP);
};

export const build = () => document.getElementById("composer").prepend(line);
