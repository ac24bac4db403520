// What one can do with an answer: copy it with its sources, ask again, edit the question, say how good it is.

import { notify, ask, box, fill, make, say, send, words } from "./page.js";

import { where } from "./trace.js";

const REASONS = ["wrong_source", "wrong_answer", "incomplete", "should_have_refused", "should_have_answered", "other_reason"];

const question = (turn) => turn.querySelector(".asked").textContent;

// The answer as text: each sentence with its numbers, a row below its table's header, then each source with its place and words.
export const asText = (turn) => {
  const lines = [question(turn), ""];
  for (const statement of turn.querySelectorAll(".statement")) {
    const numbers = [...statement.querySelectorAll(".marker")].map((one) => `[${one.dataset.number}]`).join("");
    const header = statement.querySelector(".columns");
    if (header) lines.push(header.textContent);
    lines.push(statement.querySelector(".said").textContent + numbers);
  }
  const refusal = turn.querySelector(".refusal > p:nth-of-type(2)");
  if (refusal) lines.push(refusal.textContent);
  for (const note of turn.querySelectorAll(".note")) lines.push(note.textContent);
  const sources = [...turn.querySelectorAll(".source")];
  if (sources.length) lines.push("");
  for (const source of sources) {
    const { number, title, page, start, end, quote } = source.dataset;
    const place = [title, page && say(words.page, { page }), say(words.characters, { start, end })].filter(Boolean);
    lines.push(`[${number}] ${place.join(", ")} — ${words.language === "fr" ? `«\u00a0${quote}\u00a0»` : `“${quote}”`}`);
  }
  return lines.join("\n");
};

const copy = async (turn) => {
  const text = asText(turn);
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = make("textarea", { class: "unseen" });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  notify(words.copied);
};

const rate = async (turn, rating) => {
  await send(`/turns/${encodeURIComponent(turn.dataset.turn)}/rating`, rating);
  turn.querySelector(".good").setAttribute("aria-pressed", rating.thumb === 1);
  turn.querySelector(".bad").setAttribute("aria-pressed", rating.thumb === -1);
};

const thumb = (turn, value) => {
  turn.querySelector(".why")?.remove();
  const button = turn.querySelector(value === 1 ? ".good" : ".bad");
  const pressed = button.getAttribute("aria-pressed") === "true";
  const done = () => { if (value === 1 && !pressed) notify(words.thanks); };
  rate(turn, { thumb: pressed ? null : value }).then(done, () => notify(words.failed));
  if (value === -1 && !pressed) askWhy(turn);
};

const askWhy = (turn) => {
  const form = make("form", { class: "why" });
  const set = make("fieldset");
  set.append(make("legend", {}, words.what_was_wrong));
  for (const reason of REASONS) {
    const label = make("label");
    label.append(make("input", { type: "radio", name: "reason", value: reason }), words[reason]);
    set.append(label);
  }
  const comment = make("input", { type: "text", maxlength: "2000", placeholder: words.comment, "aria-label": words.comment });
  const submit = make("button", { type: "submit" }, words.send_feedback);
  const cancel = make("button", { type: "button", class: "quiet" }, words.cancel);
  const row = make("div", { class: "row" });
  row.append(submit, cancel);
  form.append(set, comment, row);
  cancel.addEventListener("click", () => { form.remove(); turn.querySelector(".bad").focus(); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const reason = form.querySelector(":checked")?.value ?? "";
    try {
      await rate(turn, { thumb: -1, reason, comment: comment.value });
      form.replaceChildren(make("p", { role: "status" }, words.thanks));
    } catch {
      notify(words.failed);
    }
  });
  turn.querySelector(".foot-line").after(form);
  form.querySelector("input").focus();
};

export const act = (button) => {
  const turn = button.closest(".turn");
  if (button.matches(".copy")) copy(turn);
  else if (button.matches(".where")) where(turn);
  else if (button.matches(".again")) ask(question(turn));
  else if (button.matches(".edit")) { fill(box(), question(turn)); box().focus(); }
  else if (button.matches(".good")) thumb(turn, 1);
  else if (button.matches(".bad")) thumb(turn, -1);
};
