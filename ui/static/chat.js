// The page's behaviour: opening a source at its words, the card on a marker, examples, theme, language.
// Texts that come from documents or answers are set as text; the one piece of HTML comes escaped from /source and /part.
"use strict";

(() => {
  const MARKED = "button[data-document]";
  const WIDE = window.matchMedia("(min-width: 960px)");
  const STEP = 40000;
  let words = {};
  let opener = null;
  let pushed = false;
  let shown = null;

  const say = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const make = (tag, attributes = {}, text = "") => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text) element.textContent = text;
    return element;
  };
  const send = async (path, body) => {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return response.ok ? response.json() : Promise.reject(Object.assign(new Error(path), { status: response.status }));
  };

  // The announcer: one polite live region that outlives the redrawing of answers.
  const announcer = make("div", { class: "unseen", role: "status", "aria-live": "polite" });
  const announce = (text) => {
    announcer.textContent = "";
    window.setTimeout(() => { announcer.textContent = text; }, 50);
  };

  // The reader: the source beside the chat, or a sheet on a phone.
  const reader = make("aside", { class: "reader", hidden: "" });
  const veil = make("button", { class: "veil", type: "button", tabindex: "-1", hidden: "" });
  const heading = make("h2", { id: "reader-title" });
  const where = make("p", { class: "where" });
  const said = make("div", { class: "said", role: "note", hidden: "" });
  const text = make("div", { class: "text", tabindex: "0" });
  const previous = make("button", { type: "button", class: "previous" }, "↑");
  const next = make("button", { type: "button", class: "next" }, "↓");
  const back = make("button", { type: "button", class: "back" }, "✕");

  const build = () => {
    const header = make("header");
    const what = make("div", { class: "what" });
    what.append(heading, where);
    header.append(what, previous, next, back);
    reader.append(make("div", { class: "grip" }), header, said, text);
    for (const [button, name] of [[previous, words.previous], [next, words.next], [back, words.back], [veil, words.back]]) {
      button.setAttribute("aria-label", name);
      button.title = name;
    }
    reader.setAttribute("aria-labelledby", "reader-title");
    text.setAttribute("aria-labelledby", "reader-title");
    document.body.append(veil, reader, announcer);
    back.addEventListener("click", () => close());
    veil.addEventListener("click", () => close());
    previous.addEventListener("click", () => step(-1));
    next.addEventListener("click", () => step(1));
    reader.addEventListener("keydown", keepInside);
  };

  const siblings = () => {
    const turn = opener?.closest(".turn");
    if (!turn) return [];
    const kind = opener.classList.contains("near") ? ".near" : ".source";
    return [...turn.querySelectorAll(kind)];
  };
  const place = (all) => all.findIndex((one) => same(one, opener));
  const same = (one, other) =>
    one.dataset.document === other.dataset.document && one.dataset.start === other.dataset.start && one.dataset.end === other.dataset.end;
  const step = (by) => {
    const all = siblings();
    const target = all[place(all) + by];
    if (!target) return;
    const marker = [...target.closest(".turn").querySelectorAll(".marker")].find((one) => same(one, target));
    open(marker ?? target, true);
  };

  const passage = (button) => ({
    document: button.dataset.document,
    start: Number(button.dataset.start),
    end: Number(button.dataset.end),
    quote: button.dataset.quote,
    focus_start: button.dataset.focusStart ? Number(button.dataset.focusStart) : null,
    focus_end: button.dataset.focusEnd ? Number(button.dataset.focusEnd) : null,
  });

  const open = async (button, stepping = false) => {
    hideCard();
    document.querySelectorAll(".open").forEach((one) => one.classList.remove("open"));
    opener = button;
    button.classList.add("open");
    const anchor = button.getBoundingClientRect().top;
    heading.textContent = button.dataset.title;
    where.textContent = words.loading;
    said.hidden = true;
    text.replaceChildren();
    reader.hidden = veil.hidden = false;
    document.body.classList.add("reading");
    reader.setAttribute("role", WIDE.matches ? "complementary" : "dialog");
    if (WIDE.matches) reader.removeAttribute("aria-modal"); else reader.setAttribute("aria-modal", "true");
    if (WIDE.matches) window.scrollBy(0, button.getBoundingClientRect().top - anchor);
    if (!pushed) { history.pushState({ source: true }, ""); pushed = true; }
    const all = siblings();
    previous.disabled = place(all) <= 0;
    next.disabled = place(all) < 0 || place(all) >= all.length - 1;
    if (!stepping) back.focus({ preventScroll: true });
    try {
      const found = await send("/source", passage(button));
      if (opener === button) show(found, button, all);
    } catch (error) {
      if (opener === button) missing(error, button);
    }
  };

  const show = (found, button, all) => {
    shown = found;
    const parts = [];
    if (found.state !== "changed") {
      if (found.page !== null) parts.push(say(words.page, { page: found.page }));
      parts.push(say(words.characters, { start: found.start, end: found.end }));
    }
    if (all.length > 1) parts.push(say(words.position, { number: place(all) + 1, count: all.length }));
    heading.textContent = found.title;
    where.textContent = parts.join(" · ");
    if (found.state === "moved") note(words.source_moved);
    if (found.state === "changed") note(words.source_changed, button.dataset.quote);
    const body = make("div", { class: "words", dir: "auto", ...(found.language ? { lang: found.language } : {}) });
    body.innerHTML = found.html;
    text.replaceChildren(body);
    more(body);
    const mark = body.querySelector("mark");
    if (mark) {
      mark.scrollIntoView({ block: "center" });
      mark.focus({ preventScroll: true });
    } else {
      text.scrollTop = 0;
    }
  };

  const missing = (error, button) => {
    where.textContent = "";
    if (error.status === 404) note(words.document_gone, button.dataset.quote);
    else note(words.source_failed);
  };
  const note = (sentence, quote) => {
    said.textContent = sentence;
    if (quote) said.append(make("q", { dir: "auto" }, quote));
    said.hidden = false;
  };

  // A long document is read on, part by part, in both directions.
  const more = (body) => {
    const button = (kind, label, visible, range) => {
      const one = make("button", { type: "button", class: `more ${kind}` }, label);
      one.hidden = !visible();
      one.addEventListener("click", async () => {
        const [start, end] = range();
        const part = await send("/part", { document: shown.document, start, end }).catch(() => null);
        if (!part) return note(words.source_failed);
        const height = text.scrollHeight;
        const piece = make("div");
        piece.innerHTML = part.html;
        if (kind === "before") { body.prepend(...piece.childNodes); text.scrollTop += text.scrollHeight - height; shown.first = part.first; }
        else { body.append(...piece.childNodes); shown.last = part.last; }
        one.hidden = !visible();
      });
      return one;
    };
    text.prepend(button("before", words.text_before, () => shown.first > 0, () => [Math.max(0, shown.first - STEP), shown.first]));
    text.append(button("after", words.text_after, () => shown.last < shown.total, () => [shown.last, shown.last + STEP]));
  };

  const close = (fromHistory = false) => {
    if (reader.hidden) return;
    reader.hidden = veil.hidden = true;
    document.body.classList.remove("reading");
    document.querySelectorAll(".open").forEach((one) => one.classList.remove("open"));
    if (pushed && !fromHistory) history.back();
    pushed = false;
    const goal = opener?.isConnected ? opener : [...document.querySelectorAll(MARKED)].find((one) => opener && same(one, opener));
    opener = null;
    if (goal) {
      goal.focus({ preventScroll: true });
      goal.scrollIntoView({ block: "nearest" });
    }
  };

  // On a phone the sheet is a dialog: Tab stays within.
  const keepInside = (event) => {
    if (event.key !== "Tab" || WIDE.matches) return;
    const all = [...reader.querySelectorAll("button:not(:disabled):not([hidden]), .text")];
    const [first, last] = [all[0], all[all.length - 1]];
    if (event.shiftKey && document.activeElement === first) { last.focus(); event.preventDefault(); }
    else if (!event.shiftKey && document.activeElement === last) { first.focus(); event.preventDefault(); }
  };

  // The card: the quote on hover or focus, before any click.
  const card = make("div", { class: "card", role: "tooltip", id: "card", hidden: "" });
  const showCard = (button) => {
    const quote = make("p", { dir: "auto" }, button.dataset.quote);
    const origin = button.dataset.page ? `${button.dataset.title} · ${say(words.page, { page: button.dataset.page })}` : button.dataset.title;
    card.replaceChildren(quote, make("small", { dir: "auto" }, origin));
    card.hidden = false;
    const box = button.getBoundingClientRect();
    const size = card.getBoundingClientRect();
    const above = box.top - size.height - 8;
    card.style.left = `${Math.max(8, Math.min(box.left, document.documentElement.clientWidth - size.width - 8))}px`;
    card.style.top = `${above > 8 ? above : box.bottom + 8}px`;
  };
  const hideCard = () => { card.hidden = true; };

  // The question box belongs to Gradio: it is filled the way a person would.
  const box = () => document.querySelector("#question textarea");
  const ask = (question) => {
    const field = box();
    if (!field) return;
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, question);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    window.setTimeout(() => document.querySelector("#question .submit-button")?.click(), 60);
  };

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.(`${MARKED}, .example, .theme, .language, .skip`);
    if (!target) return;
    if (target.matches(MARKED)) open(target);
    else if (target.matches(".example")) ask(target.dataset.question);
    else if (target.matches(".theme")) flipTheme();
    else if (target.matches(".skip")) { event.preventDefault(); box()?.focus(); }
    else if (target.matches(".language")) {
      document.cookie = `language=${target.lang}; path=/; max-age=31536000; samesite=lax`;
      target.search = location.search;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (!card.hidden) hideCard();
    else close();
  });
  for (const [type, act] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
    document.addEventListener(type, (event) => {
      const marker = event.target.closest?.(".marker");
      if (!marker) return;
      if (act && marker !== opener && (type !== "focusin" || marker.matches(":focus-visible"))) showCard(marker);
      else hideCard();
    });
  }
  window.addEventListener("scroll", hideCard, { passive: true });
  window.addEventListener("popstate", () => close(true));

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

  const start = () => {
    const shell = document.querySelector("[data-words]");
    if (!shell || !document.getElementById("live") || !box()) return window.setTimeout(start, 40);
    words = JSON.parse(shell.dataset.words);
    document.documentElement.lang = words.language;
    const theme = localStorage.getItem("theme");
    if (theme) document.body.classList.toggle("dark", theme === "dark");
    build();
    document.body.append(card);
    box().setAttribute("aria-label", words.question_label);
    document.getElementById("past").setAttribute("role", "log");
    document.getElementById("past").setAttribute("aria-live", "off");
    document.getElementById("past").setAttribute("aria-label", words.conversation);
    follow();
    remember();
    document.documentElement.dataset.ready = "true";
  };
  start();
})();
