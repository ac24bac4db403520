// The page's beginning: what a click or a key does, where an answer is shown, which conversation this is.

import { announce, ask, box, fill, learn, words } from "./page.js";
import * as outlet from "./outlet.js";
import * as drawer from "./drawer.js";
import * as reader from "./reader.js";
import * as settings from "./settings.js";
import * as trace from "./trace.js";
import * as turns from "./turns.js";
import * as waiting from "./waiting.js";

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("button, a");
  if (!target) return;
  if (target.matches("button[data-document]")) { drawer.hide(); reader.open(target); }
  else if (target.matches(".turn .act")) turns.act(target);
  else if (target.matches(".example")) ask(target.dataset.question);
  else if (target.matches(".menu")) drawer.toggle(target);
  else if (target.matches(".theme")) flipTheme();
  else if (target.matches(".skip")) { event.preventDefault(); box()?.focus(); }
  else if (target.matches(".language")) {
    document.cookie = `language=${target.lang}; path=/; max-age=31536000; samesite=lax`;
    target.search = location.search;
    waiting.switching();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !reader.hideCard() && !drawer.hide()) reader.close();
});

for (const [type, act] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
  document.addEventListener(type, (event) => {
    const marker = event.target.closest?.(".marker");
    if (!marker) return;
    if (act && marker !== reader.opened() && (type !== "focusin" || marker.matches(":focus-visible"))) reader.showCard(marker);
    else reader.hideCard();
  });
}

// What was wrong with a question is no longer said once the next one is typed.
document.addEventListener("input", (event) => {
  if (event.target === box()) document.getElementById("notice")?.replaceChildren();
});

const flipTheme = () => {
  const dark = !document.body.classList.contains("dark");
  localStorage.setItem("theme", dark ? "dark" : "light");
  document.body.classList.toggle("dark", dark);
};

// A new question goes to the top of the window and its answer is written below, so that nothing moves while one reads.
// The box is emptied once its question stands on the page; while an answer is written, "stop" takes the place of "ask".
const follow = ({ turn, begun, conversation, finished }) => {
  document.body.classList.toggle("busy", !finished);
  if (begun && box().value.trim() === turn.querySelector(".asked").textContent.trim()) fill(box(), "");
  if (begun) window.requestAnimationFrame(() => document.getElementById("live").scrollIntoView({ block: "start" }));
  if (finished) announce(`${words.answered} ${turn.querySelector(".answer").textContent}`);
  if (conversation) remember(conversation);
};

// The address carries the conversation, so that a reload opens it again and the next question goes on with it.
const remember = (id) => {
  settings.goOn(id);
  if (id !== named()) history.replaceState(history.state, "", `?c=${encodeURIComponent(id)}`);
};
const named = () => new URLSearchParams(location.search).get("c") ?? "";

const start = () => {
  if (!outlet.ready() || !box()) return window.setTimeout(start, 40);
  outlet.build(follow);
  const shell = document.querySelector("[data-words]");
  learn(JSON.parse(shell.dataset.words));
  document.documentElement.lang = words.language;
  const theme = localStorage.getItem("theme");
  if (theme) document.body.classList.toggle("dark", theme === "dark");
  reader.build();
  trace.build();
  settings.build(JSON.parse(shell.dataset.backends), named());
  drawer.build(shell.dataset.leave);
  document.querySelector(".menu").setAttribute("aria-expanded", "false");
  box().setAttribute("aria-label", words.question_label);
  const past = document.getElementById("past");
  for (const [name, value] of [["role", "log"], ["aria-live", "off"], ["aria-label", words.conversation]]) past.setAttribute(name, value);
  waiting.build();
  settled(performance.now());
};

// Gradio closes its stream when the first event, which brings the conversation, is over; a question sent just then would
// never be answered. Until that is past, asking waits, and what was asked goes out then.
let early = false;
const asks = (event) => event.type === "click" ? event.target.closest?.("#question .submit-button") : event.key === "Enter" && !event.shiftKey && event.target === box();
const hold = (event) => {
  if (!asks(event)) return;
  if (document.documentElement.dataset.ready) {
    if (!document.body.classList.contains("busy")) waiting.asked();
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  early = true;
};
for (const type of ["keydown", "keypress", "click"]) document.addEventListener(type, hold, true);

const settled = (since) => {
  const come = document.getElementById("past").childElementCount > 0;
  if (!come && performance.now() - since < 5000) return window.setTimeout(settled, 50, since);
  waiting.bringBack();
  const turns = document.querySelectorAll("#past .turn");
  if (turns.length > 1) turns[turns.length - 1].scrollIntoView({ block: "start" });
  window.setTimeout(() => {
    document.documentElement.dataset.ready = "true";
    if (early) ask(box().value);
  }, 300);
};
start();
