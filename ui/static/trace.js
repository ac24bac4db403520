// "Where does this come from?": words of an answer, selected, and the passages that carry them, or honestly none.

import { announce, make, send, words } from "./page.js";
import { open } from "./reader.js";

const asker = make("button", { type: "button", class: "asker", hidden: "" });

// The selection as far as it lies within the statements of one finished answer; null otherwise.
const selected = () => {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const inside = range.commonAncestorContainer;
  const turn = (inside.nodeType === Node.TEXT_NODE ? inside.parentElement : inside).closest?.(".turn.finished");
  const statements = turn ? [...turn.querySelectorAll(".statement")].filter((one) => range.intersectsNode(one.querySelector(".said"))) : [];
  const text = statements.map((one) => within(range, one.querySelector(".said"))).join(" ").trim();
  return text ? { turn, text, statements, range } : null;
};

// What a range holds of an element: never a marker's number or a verdict.
const within = (range, element) => {
  const part = document.createRange();
  part.selectNodeContents(element);
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) part.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(range.endContainer, range.endOffset);
  return part.toString();
};

const cited = (statements) => statements.flatMap((one) => [...one.querySelectorAll(".marker")])
  .map(({ dataset }) => ({ document: dataset.document, start: Number(dataset.start), end: Number(dataset.end) }));

const show = async ({ turn, text, statements }) => {
  asker.hidden = true;
  turn.querySelector(".traced")?.remove();
  const place = make("section", { class: "traced", "aria-label": words.comes_from });
  place.append(make("p", { class: "searching" }, words.tracing));
  turn.querySelector(".statements").after(place);
  try {
    const found = await send("/trace", { words: text.slice(0, 2000), cited: cited(statements).slice(0, 50), lang: words.language });
    place.innerHTML = found.html;
    const first = place.querySelector("button[data-document]");
    if (first) open(first);
    else announce(words.traced_none);
  } catch {
    place.replaceChildren(make("p", { class: "none", role: "alert" }, words.failed));
  }
  window.getSelection()?.removeAllRanges();
};

// From the keyboard: the answer in a field where Shift and the arrows select; all of it when nothing is.
const choose = (turn) => {
  turn.querySelector(".choosing")?.remove();
  const statements = [...turn.querySelectorAll(".statement")];
  const form = make("form", { class: "why choosing" });
  const label = make("label", {}, words.select_words);
  // Not "readonly": there Chromium lets no arrow key move or select. What is typed is turned away instead.
  const field = make("textarea", { "aria-readonly": "true", inputmode: "none", spellcheck: "false", rows: "4" });
  field.addEventListener("beforeinput", (event) => event.preventDefault());
  field.value = statements.map((one) => one.querySelector(".said").textContent).join(" ");
  const submit = make("button", { type: "submit" }, words.where_from);
  const cancel = make("button", { type: "button", class: "quiet" }, words.cancel);
  const row = make("div", { class: "row" });
  row.append(submit, cancel);
  label.append(field);
  form.append(label, row);
  const leave = () => { form.remove(); turn.querySelector(".act.where").focus(); };
  cancel.addEventListener("click", leave);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); leave(); }
    if (event.key === "Enter" && event.target === field) { event.preventDefault(); form.requestSubmit(); }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.slice(field.selectionStart, field.selectionEnd).trim() || field.value;
    form.remove();
    show({ turn, text, statements });
  });
  turn.querySelector(".foot-line").after(form);
  field.focus();
  field.setSelectionRange(0, 0);
};

export const where = (turn) => {
  const chosen = selected();
  if (chosen?.turn === turn) show(chosen);
  else choose(turn);
};

export const build = () => {
  asker.textContent = words.where_from;
  document.body.append(asker);
  asker.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
  asker.addEventListener("click", () => { const chosen = selected(); if (chosen) show(chosen); });
  let timer = 0;
  const offer = () => {
    const chosen = selected();
    asker.hidden = !chosen;
    if (!chosen) return;
    const last = [...chosen.range.getClientRects()].at(-1) ?? chosen.range.getBoundingClientRect();
    const size = asker.getBoundingClientRect();
    asker.style.left = `${Math.max(8, Math.min(last.right - size.width / 2, document.documentElement.clientWidth - size.width - 8))}px`;
    asker.style.top = `${Math.max(8, Math.min(last.bottom + 10, window.innerHeight - size.height - 8))}px`;
  };
  document.addEventListener("selectionchange", () => { window.clearTimeout(timer); timer = window.setTimeout(offer, 250); });
  window.addEventListener("scroll", offer, { passive: true });
};
