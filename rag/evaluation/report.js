"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const step = 50;
const list = document.getElementById("list"), more = document.getElementById("more");
const search = document.getElementById("search"), state = document.getElementById("state");
const language = document.getElementById("language"), shown = document.getElementById("shown");
const VERDICTS = { supported: ["✓ supported", "good"], altered: ["✗ altered", "bad"], cannot_check: ["? cannot check", "unsure"] };
const STATES = { right: ["✓ right", "good"], wrong: ["✗ wrong", "bad"], error: ["! failed", "bad"], unjudged: ["answered", ""] };
let found = [], drawn = 0;

// Text only ever enters the page as text: nothing in a document or an answer can become markup.
function make(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

for (const name of data.languages) {
  const option = make("option", "", name);
  option.value = name;
  language.append(option);
}
for (const item of data.questions) {
  const said = item.statements.map((one) => one.text).join(" ");
  const places = item.citations.concat(item.golds).map((one) => one.doc || "");
  item.haystack = fold([item.id, item.question, said, item.error, ...item.golds.map((one) => one.text), ...places].join(" "));
}

function fold(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
}

function matches(item) {
  const wanted = state.value;
  if (language.value && item.language !== language.value) return false;
  if (wanted === "refused" && (item.found || item.error)) return false;
  if (wanted === "altered" && !item.statements.some((one) => one.verdict === "altered")) return false;
  if (["right", "error"].includes(wanted) && item.state !== wanted) return false;
  if (wanted === "wrong" && !["wrong", "error"].includes(item.state)) return false;
  if (["retrieved", "prompted", "cited", "answered"].includes(wanted) && item.lost !== wanted) return false;
  return fold(search.value).split(/\s+/).every((word) => item.haystack.includes(word));
}

function filter() {
  found = data.questions.filter(matches);
  drawn = 0;
  list.replaceChildren();
  draw();
}

function draw() {
  for (const item of found.slice(drawn, drawn + step)) list.append(row(item));
  drawn = Math.min(drawn + step, found.length);
  more.hidden = drawn >= found.length;
  shown.textContent = `${found.length} of ${data.questions.length} questions` + (more.hidden ? "" : `, ${drawn} listed`);
}

function row(item) {
  const [label, tone] = STATES[item.state];
  const lost = item.lost && item.lost !== "error" ? `, lost: ${data.steps[item.lost]}` : "";
  const small = make("small", "", `${item.id} · ${item.language}${item.answerable ? "" : " · unanswerable"}${item.found || item.error ? "" : " · refused"}${lost}`);
  const node = make("details", "question");
  node.append(make("summary", "", make("span", `state ${tone}`, label), make("span", "", item.question, small)));
  node.addEventListener("toggle", () => { if (node.open && node.childElementCount === 1) node.append(body(item)); });
  return node;
}

function body(item) {
  const node = make("div", "body");
  if (item.error) node.append(make("p", "bad", item.error));
  node.append(make("h4", "", "Answer" + (item.confidence === null ? "" : `, confidence ${item.confidence.toFixed(2)}`)));
  if (!item.found && !item.error) node.append(make("p", "statement", "Not found in the documents."));
  for (const one of item.statements) {
    const marks = one.numbers.map((number) => `[${number}]`).join("");
    const line = make("p", "statement", `${one.text}${marks}`);
    if (one.verdict) line.append(make("span", `verdict ${VERDICTS[one.verdict][1]}`, VERDICTS[one.verdict][0]));
    if (one.reason) line.append(" ", make("span", "reason", one.reason));
    node.append(line);
  }
  if (item.citations.length) node.append(make("h4", "", "Cited"));
  for (const one of item.citations) {
    const quote = make("blockquote", "");
    paint(quote, one.quote, one, item, one.focus);
    node.append(make("div", "where", `[${one.number}] ${where(one)}`), quote);
  }
  node.append(make("h4", "", item.golds.length ? "Right answers" : item.answerable ? "No answer is given in the test set" : "The documents do not hold the answer"));
  for (const one of item.golds) node.append(make("blockquote", "", one.text), make("div", "where", where(one)));
  if (item.hits.length) {
    const key = make("p", "where key", make("mark", "gold", "right answer"), make("mark", "cited", "cited"), make("mark", "both", "both"));
    node.append(make("h4", "", "Retrieved"), key);
  }
  for (const [rank, at] of item.hits.entries()) {
    const passage = data.passages[at], quote = make("blockquote", "");
    if (passage.text === null) quote.append("Left out to keep this page small; its place is in run.json.");
    else paint(quote, passage.text, passage, item, null);
    node.append(make("div", "where", `${rank + 1}. ${where(passage)}`), quote);
  }
  const scores = data.scores.map((name, at) => [name, item.scores[at]]).filter((pair) => pair[1] !== null);
  node.append(make("h4", "", "Scores"), make("p", "scores", scores.map(([name, value]) => `${name} ${value}`).join(" · ")));
  return node;
}

function where(place) {
  if (!place.doc) return "no place given";
  return `${place.title && place.title !== place.doc ? place.title + ", " : ""}${place.doc}, characters ${place.start} to ${place.end}${place.page ? ", page " + place.page : ""}`;
}

// Offsets count code points; a JavaScript string counts UTF-16 units, so the text is cut as an array of characters.
function paint(node, text, place, item, focus) {
  const characters = Array.from(text), kinds = new Uint8Array(characters.length);
  const lay = (spans, bit) => {
    for (const span of spans) {
      if (span.doc !== place.doc) continue;
      for (let at = Math.max(0, span.start - place.start); at < Math.min(characters.length, span.end - place.start); at++) kinds[at] |= bit;
    }
  };
  lay(item.golds, 1);
  if (focus === null) lay(item.citations, 2);
  else lay([{ doc: place.doc, start: focus[0], end: focus[1] }], 4);
  for (let from = 0; from < characters.length;) {
    let to = from + 1;
    while (to < characters.length && kinds[to] === kinds[from]) to++;
    const words = characters.slice(from, to).join(""), kind = kinds[from];
    const name = ["", "gold", "cited", "both"][kind & 3] + (kind & 4 ? " focus" : "");
    node.append(kind ? make(kind & 3 ? "mark" : "span", name.trim(), words) : words);
    from = to;
  }
}

for (const control of [search, state, language]) control.addEventListener("input", filter);
document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
more.addEventListener("click", () => {
  const first = drawn;
  draw();
  list.children[first].querySelector("summary").focus();
});
filter();
