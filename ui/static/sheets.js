// The pages of a PDF as pictures, the cited words boxed on them; further pages come when asked for.

import { make, say, words } from "./page.js";

const PHONE = window.matchMedia("(max-width: 959.9px)");
let close = null;

const share = (value) => `${(100 * value).toFixed(3)}%`;
const boxed = (element, [left, top, width, height]) =>
  Object.assign(element.style, { left: share(left), top: share(top), width: share(width), height: share(height) });

const sheet = (found, number, page, quote) => {
  const figure = make("figure", { class: "sheet" });
  const picture = make("img", { alt: say(words.page_picture, { title: found.title, page: number }) });
  if (page) { picture.width = page.width; picture.height = page.height; }
  picture.src = `/page?document=${encodeURIComponent(found.document)}&number=${number}`;
  const paper = make("div", { class: "paper" });
  paper.append(picture);
  for (const kind of ["boxes", "focus"]) {
    for (const box of page?.[kind] ?? []) {
      const spot = make("span", { class: `box ${kind}`, "aria-hidden": "true" });
      boxed(spot, box);
      paper.append(spot);
    }
  }
  if (quote && page?.boxes.length) {
    const mark = make("mark", { class: "cited", tabindex: "-1" });
    mark.append(make("span", { class: "unseen" }, quote));
    boxed(mark, page.boxes[0]);
    paper.append(mark);
  }
  figure.append(paper, make("figcaption", {}, say(words.page, { page: number })));
  return figure;
};

// Gives the pages that hold the cited words, with ways to the page before and after.
export const sheets = (found, quote) => {
  const all = make("div", { class: "sheets" });
  let first = found.pages[0].number, last = found.pages.at(-1).number;
  const turning = (label, visible, turn) => {
    const button = make("button", { type: "button", class: "more" }, label);
    button.hidden = !visible();
    button.addEventListener("click", () => { turn(button); button.hidden = !visible(); });
    return button;
  };
  const before = turning(words.page_before, () => first > 1, () => {
    const added = sheet(found, first -= 1);
    before.after(added);
    added.querySelector("img").addEventListener("load", () => added.scrollIntoView({ block: "start" }));
  });
  const after = turning(words.page_after, () => last < found.count, () => after.before(sheet(found, last += 1)));
  all.append(before, ...found.pages.map((page, at) => sheet(found, page.number, page, at ? "" : quote)), after);
  if (close === null) close = PHONE.matches;
  all.classList.toggle("close", close);
  return all;
};

// Enlarges the pages, or shows them whole again, the cited words kept in view.
export const enlarge = (all) => {
  close = all.classList.toggle("close");
  all.querySelector("mark")?.scrollIntoView({ block: "center", inline: "start" });
};
