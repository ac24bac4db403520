// A citation's card on hover or focus, and the source itself: beside the chat when wide, a sheet on a phone.

import { keepInside, make, say, send, tool, words } from "./page.js";
import { enlarge, sheets } from "./sheets.js";

const MARKED = "button[data-document]";
const WIDE = window.matchMedia("(min-width: 960px)");
const STEP = 40000;
let opener = null;
let pushed = false;
let shown = null;
let asText = false;

// The reader: the source beside the chat, or a sheet on a phone.
const reader = make("div", { class: "reader", hidden: "" });
const veil = make("button", { class: "veil", type: "button", tabindex: "-1", hidden: "" });
const heading = make("h2", { id: "reader-title" });
const where = make("p", { class: "where" });
const said = make("div", { class: "said", role: "note", hidden: "" });
const text = make("div", { class: "text", tabindex: "0" });
const previous = make("button", { type: "button", class: "previous" }, "↑");
const next = make("button", { type: "button", class: "next" }, "↓");
const back = make("button", { type: "button", class: "back" }, "✕");
const views = make("div", { class: "views", hidden: "" });
const form = make("button", { type: "button", class: "as" });
let closer = null;

export const build = () => {
  const header = make("div", { class: "head" });
  const what = make("div", { class: "what" });
  what.append(heading, where);
  header.append(what, previous, next, back);
  closer = tool("closer", words.closer);
  views.append(form, closer);
  form.addEventListener("click", () => { asText = !asText; draw(); form.focus(); });
  closer.addEventListener("click", () => enlarge(text.querySelector(".sheets")));
  reader.append(make("div", { class: "grip" }), header, views, said, text);
  for (const [button, name] of [[previous, words.previous], [next, words.next], [back, words.back], [veil, words.back]]) {
    button.setAttribute("aria-label", name);
    button.title = name;
  }
  reader.setAttribute("aria-labelledby", "reader-title");
  text.setAttribute("aria-labelledby", "reader-title");
  document.body.append(veil, reader, card);
  back.addEventListener("click", () => close());
  veil.addEventListener("click", () => close());
  previous.addEventListener("click", () => step(-1));
  next.addEventListener("click", () => step(1));
  const inside = keepInside(reader);
  reader.addEventListener("keydown", (event) => { if (!WIDE.matches) inside(event); });
  window.addEventListener("popstate", () => close(true));
  window.addEventListener("scroll", hideCard, { passive: true });
};

const siblings = () => {
  const turn = opener?.closest(".turn");
  if (!turn) return [];
  const kind = [".near", ".found"].find((one) => opener.matches(one)) ?? ".source";
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
  open(target.matches(".source") && marker ? marker : target, true);
};

const passage = (button) => ({
  document: button.dataset.document,
  start: Number(button.dataset.start),
  end: Number(button.dataset.end),
  quote: button.dataset.quote,
  focus_start: button.dataset.focusStart ? Number(button.dataset.focusStart) : null,
  focus_end: button.dataset.focusEnd ? Number(button.dataset.focusEnd) : null,
});

export const open = async (button, stepping = false) => {
  hideCard();
  document.querySelectorAll(".open").forEach((one) => one.classList.remove("open"));
  opener = button;
  button.classList.add("open");
  const anchor = button.getBoundingClientRect().top;
  heading.textContent = button.dataset.title;
  where.textContent = words.loading;
  said.hidden = views.hidden = true;
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
    if (found.end > found.start) parts.push(say(words.characters, { start: found.start, end: found.end }));
  }
  if (all.length > 1) parts.push(say(words.position, { number: place(all) + 1, count: all.length }));
  heading.textContent = found.title;
  where.textContent = parts.join(" · ");
  if (found.state === "moved") note(words.source_moved);
  if (found.state === "changed") note(words.source_changed, button.dataset.quote);
  draw();
  const mark = text.querySelector("mark");
  if (mark) mark.focus({ preventScroll: true });
};

// The page with the cited words boxed, where there is one and the text is not asked for; else the text.
const draw = () => {
  const paged = shown.pages.length > 0 && !asText;
  views.hidden = !shown.pages.length;
  form.textContent = paged ? words.as_text : words.as_page;
  closer.hidden = !paged;
  if (paged) {
    text.replaceChildren(sheets(shown, opener?.dataset.quote));
  } else {
    const body = make("div", { class: "words", dir: "auto", ...(shown.language ? { lang: shown.language } : {}) });
    body.innerHTML = shown.html;
    text.replaceChildren(body);
    more(body);
  }
  const mark = text.querySelector("mark");
  if (mark) mark.scrollIntoView({ block: "center", inline: "start" });
  else text.scrollTop = 0;
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

export const close = (fromHistory = false) => {
  if (reader.hidden) return;
  reader.hidden = veil.hidden = true;
  document.body.classList.remove("reading");
  document.querySelectorAll(".open").forEach((one) => one.classList.remove("open"));
  if (pushed && !fromHistory) history.back();
  pushed = false;
  const like = () => [...document.querySelectorAll(MARKED)].find((one) => opener && same(one, opener));
  const known = opener?.isConnected ? opener : like();
  const goal = known?.checkVisibility() ? known : document.querySelector(".menu"); // the list it was opened from is shut
  opener = null;
  if (goal) {
    goal.focus({ preventScroll: true });
    const { top, bottom } = goal.getBoundingClientRect();
    if (top < 0 || bottom > window.innerHeight) goal.scrollIntoView({ block: "center" });
  }
};

// The card: the quote on hover or focus, before any click.
const card = make("div", { class: "card", "aria-hidden": "true", hidden: "" });
export const showCard = (button) => {
  const row = button.closest(".statement")?.querySelector(".table .said");
  const isRow = row?.textContent === button.dataset.quote; // shown as in the answer, in columns
  const quote = isRow ? row.closest(".table").cloneNode(true) : make("p", { dir: "auto" }, button.dataset.quote);
  const origin = button.dataset.page ? `${button.dataset.title} · ${say(words.page, { page: button.dataset.page })}` : button.dataset.title;
  card.replaceChildren(quote, make("small", { dir: "auto" }, origin));
  card.hidden = false;
  const box = button.getBoundingClientRect();
  const size = card.getBoundingClientRect();
  const above = box.top - size.height - 8;
  card.style.left = `${Math.max(8, Math.min(box.left, document.documentElement.clientWidth - size.width - 8))}px`;
  card.style.top = `${above > 8 ? above : box.bottom + 8}px`;
};
export const hideCard = () => {
  const shown = !card.hidden;
  card.hidden = true;
  return shown;
};
export const opened = () => opener;
