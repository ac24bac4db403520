// The page's beginning: what a click or a key does, where an answer is shown, which conversation this is.

import { announce, ask, box, learn, make, say, words } from "./page.js";
import * as drawer from "./drawer.js";
import * as reader from "./reader.js";
import * as settings from "./settings.js";
import * as trace from "./trace.js";
import * as turns from "./turns.js";

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("button, a");
  if (!target) return;
  if (target.matches("button[data-document]")) reader.open(target);
  else if (target.matches(".turn .act")) turns.act(target);
  else if (target.matches(".example")) ask(target.dataset.question);
  else if (target.matches(".menu")) drawer.toggle(target);
  else if (target.matches(".theme")) flipTheme();
  else if (target.matches(".skip")) { event.preventDefault(); box()?.focus(); }
  else if (target.matches(".language")) {
    document.cookie = `language=${target.lang}; path=/; max-age=31536000; samesite=lax`;
    target.search = location.search;
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

const flipTheme = () => {
  const dark = !document.body.classList.contains("dark");
  localStorage.setItem("theme", dark ? "dark" : "light");
  document.body.classList.toggle("dark", dark);
};

// A new question goes to the top of the window and its answer is written below, so that nothing moves while one reads.
const follow = () => {
  const live = document.getElementById("live");
  let last = "";
  new MutationObserver(() => {
    const turn = live.querySelector(".turn");
    const state = turn ? (turn.classList.contains("finished") ? "finished" : "unfinished") : "";
    const begun = state === "unfinished" && last !== "unfinished";
    const done = state === "finished" && last === "unfinished";
    last = state;
    if (begun) window.requestAnimationFrame(() => live.scrollIntoView({ block: "start" }));
    if (done) announce(`${words.answered} ${turn.querySelector(".answer").textContent}`);
  }).observe(live, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
};

// The address carries the conversation, so that a reload opens it again.
const remember = () => {
  const field = document.querySelector("#place textarea, #place input");
  if (!field) return;
  window.setInterval(() => {
    const current = new URLSearchParams(location.search).get("c") ?? "";
    if (field.value && field.value !== current) history.replaceState(history.state, "", `?c=${encodeURIComponent(field.value)}`);
  }, 400);
};

// While a question waits its turn, Gradio writes its place beside the notice; it is said in the page's own words.
const queue = () => {
  const line = make("p", { class: "notice queue", role: "status", hidden: "" });
  document.getElementById("composer").prepend(line);
  new MutationObserver(() => {
    const place = /queue: (\d+)\/(\d+)/.exec(document.querySelector("#notice .progress-text")?.textContent ?? "");
    line.hidden = !place;
    const text = place ? say(words.waiting, { place: place[1], count: place[2] }) : "";
    if (line.textContent !== text) line.textContent = text;
  }).observe(document.getElementById("notice"), { childList: true, subtree: true, characterData: true });
};

const start = () => {
  const shell = document.querySelector("[data-words]");
  if (!shell || !document.getElementById("live") || !box()) return window.setTimeout(start, 40);
  learn(JSON.parse(shell.dataset.words));
  document.documentElement.lang = words.language;
  const theme = localStorage.getItem("theme");
  if (theme) document.body.classList.toggle("dark", theme === "dark");
  reader.build();
  trace.build();
  settings.build(JSON.parse(shell.dataset.backends));
  drawer.build(shell.dataset.leave);
  document.querySelector(".menu").setAttribute("aria-expanded", "false");
  box().setAttribute("aria-label", words.question_label);
  const past = document.getElementById("past");
  for (const [name, value] of [["role", "log"], ["aria-live", "off"], ["aria-label", words.conversation]]) past.setAttribute(name, value);
  follow();
  queue();
  remember();
  document.documentElement.dataset.ready = "true";
};
start();
