// The drawer on the left: conversations to reopen, rename, export, delete; documents to choose, add, remove.

import { keepInside, locale, make, notify, say, send, tool, words } from "./page.js";
import * as settings from "./settings.js";

const drawer = make("nav", { class: "drawer", hidden: "" });
const shade = make("button", { class: "veil drawer-veil", type: "button", tabindex: "-1", hidden: "" });
const past = make("ul", { class: "list" });
const shelf = make("ul", { class: "list" });
const news = make("p", { class: "news", role: "status" });
let opener = null;

const wait = (act) => {
  let timer = 0;
  return () => { window.clearTimeout(timer); timer = window.setTimeout(act, 200); };
};
const finder = (label, act) => {
  const field = make("input", { type: "search", placeholder: label, "aria-label": label });
  field.addEventListener("input", wait(act));
  return field;
};

// Conversations
const search = { field: null };
const listPast = async () => {
  const rows = await send(`/conversations?q=${encodeURIComponent(search.field.value)}`, undefined, "GET").catch(() => null);
  if (!rows) return notify(words.failed);
  past.replaceChildren(...rows.map(conversation));
  if (!rows.length) past.append(make("li", { class: "none" }, words.no_conversation));
};
const conversation = ({ id, title, updated }) => {
  const row = make("li");
  const link = make("a", { href: `?c=${encodeURIComponent(id)}`, dir: "auto" }, title);
  link.append(make("small", {}, new Date(updated * 1000).toLocaleString(locale())));
  if (new URLSearchParams(location.search).get("c") === id) link.setAttribute("aria-current", "page");
  const rename = tool("edit", words.rename);
  rename.addEventListener("click", () => renaming(row, id, title));
  const remove = tool("remove", words.delete);
  remove.addEventListener("click", async () => {
    if (!window.confirm(words.delete_sure)) return;
    await send(`/conversations/${encodeURIComponent(id)}`, undefined, "DELETE").catch(() => notify(words.failed));
    if (link.hasAttribute("aria-current")) location.search = "";
    else listPast().then(() => search.field.focus());
  });
  const files = make("span", { class: "files" });
  for (const form of ["md", "html", "json"]) {
    const href = `/conversations/${encodeURIComponent(id)}/export?form=${form}&lang=${words.language}`;
    const name = { md: "Markdown", html: "HTML", json: "JSON" }[form];
    const label = say(words.export, { format: name });
    files.append(make("a", { href, download: "", "aria-label": label, title: label }, name));
  }
  row.append(link, rename, remove, files);
  return row;
};
const renaming = (row, id, title) => {
  const done = () => listPast().then(() => search.field.focus());
  const form = make("form", { class: "row" });
  const field = make("input", { type: "text", maxlength: "160", "aria-label": words.rename });
  field.value = title;
  form.append(field);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await send(`/conversations/${encodeURIComponent(id)}`, { title: field.value }, "PATCH").catch(() => notify(words.failed));
    done();
  });
  field.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); done(); } });
  row.replaceChildren(form);
  field.focus();
  field.select();
};

// Documents
const find = { field: null };
const listShelf = async () => {
  const given = await send(`/documents?q=${encodeURIComponent(find.field.value)}`, undefined, "GET").catch(() => null);
  if (!given) return;
  shelf.replaceChildren(...given.folders.map(filed), ...given.documents.map((one) => shelved(one, given.editable)));
  if (!given.documents.length) shelf.append(make("li", { class: "none" }, words.no_document));
  if (given.total > given.documents.length) shelf.append(make("li", { class: "none" }, say(words.more_documents, { count: given.total })));
  adder.hidden = !given.editable;
  input.accept = given.kinds.join(",");
  hint.textContent = say(words.kinds_taken, { kinds: given.kinds.join(" "), limit: given.megabytes });
};
const ticked = (id, title, act, folder) => {
  const tick = make("input", { type: "checkbox", "aria-label": `${act}${words.colon}${title}`, "data-id": id });
  tick.checked = settings.isPicked(id);
  tick.addEventListener("change", () => {
    settings.pick(id, tick.checked ? title : null, folder);
    for (const one of shelf.querySelectorAll("input")) one.checked = settings.isPicked(one.dataset.id);
  });
  return tick;
};
const filed = ({ folder, count }) => {
  const row = make("li", { class: "folder" });
  const label = make("label");
  const what = make("span", { dir: "auto" }, folder);
  what.append(make("small", {}, say(words.folder_of, { count })));
  label.append(ticked(folder, folder, words.only_folder, true), what);
  row.append(label);
  return row;
};
const shelved = ({ id, title: heading, name, kind, language, pages, characters, date, state }, editable) => {
  const row = make("li");
  const label = make("label");
  const title = name ? `${heading} (${name})` : heading; // two documents of one title are told apart
  const tick = ticked(id, title, words.only_these, false);
  const what = make("span", { dir: "auto" }, title);
  const size = pages ? say(words.pages_of, { count: pages }) : say(words.length_of, { count: characters.toLocaleString(locale()) });
  const written = date && say(words.from_date, { date: new Date(date * 1000).toLocaleDateString(locale()) });
  const detail = make("small", {}, `${[kind, language, size, written].filter(Boolean).join(" · ")} `);
  const standing = make("span", { class: "whole" }, "· ");
  standing.append(make("span", { class: `state ${state}` }, words[`state_${state}`]));
  detail.append(standing);
  what.append(detail);
  label.append(tick, what);
  const read = tool("read", `${words.open_document}${words.colon}${title}`);
  Object.assign(read.dataset, { document: id, start: 0, end: 0, quote: "", title });
  row.append(label, read);
  if (editable && state === "changed") {
    const again = tool("again", `${words.reread}${words.colon}${title}`);
    again.addEventListener("click", async () => {
      news.textContent = say(words.adding, { name: title });
      const path = `/documents/reread?id=${encodeURIComponent(id)}&lang=${words.language}`;
      news.textContent = await send(path).then(() => say(words.was_reread, { name: title }), (error) => refused(title, error));
      relist();
    });
    row.append(again);
  }
  if (editable) {
    const remove = tool("remove", words.remove_document);
    remove.addEventListener("click", async () => {
      if (!window.confirm(words.remove_sure)) return;
      await send(`/documents?id=${encodeURIComponent(id)}`, undefined, "DELETE").catch(() => notify(words.failed));
      settings.pick(id, null);
      relist().then(() => find.field.focus());
    });
    row.append(remove);
  }
  return row;
};

// What was there changed: the list, and the questions that the welcome offers, as long as it stands.
const relist = async () => {
  const welcome = document.querySelector(".welcome");
  const given = welcome && await send(`/welcome?lang=${words.language}`, undefined, "GET").catch(() => null);
  if (given && welcome.isConnected) welcome.outerHTML = given.welcome;
  await listShelf();
};

// Adding documents: chosen or dropped, one after the other, with what became of each.
const adder = make("label", { class: "adder" });
const input = make("input", { type: "file", multiple: "", class: "unseen" });
const hint = make("small");
const refused = (name, error) => say(words.not_added, { name, reason: error.form?.reason ?? words.failed });
const put = async (files) => {
  const told = [];
  for (const file of files) {
    news.textContent = [...told, say(words.adding, { name: file.name })].join("\n");
    try {
      const { skipped, twin } = await send(`/documents?name=${encodeURIComponent(file.name)}&lang=${words.language}`, file, "PUT");
      const but = [skipped && say(words.added_but, { count: skipped }), twin && say(words.same_text, { name: twin })];
      told.push([say(words.added, { name: file.name }), ...but].filter(Boolean).join(" "));
    } catch (error) {
      told.push(refused(file.name, error));
    }
    news.textContent = told.join("\n");
    await relist();
  }
};

// One of the sections at a time, by click or with the arrow keys.
const leaves = [];
const turnTo = (at) => leaves.forEach(({ tab, section }, one) => {
  section.hidden = one !== at;
  tab.setAttribute("aria-selected", one === at);
  tab.tabIndex = one === at ? 0 : -1;
});
const tabs = (named) => {
  const list = make("div", { class: "tabs", role: "tablist", "aria-label": words.menu });
  named.forEach(([name, section], at) => {
    const tab = make("button", { type: "button", role: "tab", id: `tab-${at}`, "aria-controls": `leaf-${at}` }, name);
    section.id = `leaf-${at}`;
    section.setAttribute("role", "tabpanel");
    section.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", () => turnTo(at));
    tab.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      const next = (at + by + named.length) % named.length;
      turnTo(next);
      leaves[next].tab.focus();
    });
    leaves.push({ tab, section });
    list.append(tab);
  });
  turnTo(0);
  return list;
};

export const toggle = (button) => { if (drawer.hidden) show(button); else hide(); };
const show = (button) => {
  opener = button;
  drawer.hidden = shade.hidden = false;
  button.setAttribute("aria-expanded", "true");
  listPast();
  listShelf();
  drawer.querySelector("a, input, button").focus();
};
export const hide = () => {
  if (drawer.hidden) return false;
  drawer.hidden = shade.hidden = true;
  opener?.setAttribute("aria-expanded", "false");
  opener?.focus();
  return true;
};

export const build = (leave) => {
  const leaving = tool("back", words.close);
  leaving.addEventListener("click", hide);
  shade.addEventListener("click", hide);
  shade.setAttribute("aria-label", words.close);
  drawer.setAttribute("aria-label", words.menu);
  search.field = finder(words.search_conversations, listPast);
  find.field = finder(words.search_documents, listShelf);
  adder.append(input, make("span", {}, words.add_documents), hint);
  input.addEventListener("change", () => { put([...input.files]); input.value = ""; });
  const chats = make("section");
  chats.append(make("a", { class: "new", href: "?" }, words.new_conversation), search.field, past);
  const papers = make("section");
  papers.append(adder, news, find.field, shelf);
  const rest = settings.panel();
  if (leave) {
    const form = make("form", { method: "post", action: "/logout" });
    form.append(make("button", { class: "quiet" }, words.sign_out));
    rest.append(form);
  }
  drawer.append(leaving, tabs([[words.conversations, chats], [words.documents, papers], [words.settings, rest]]), chats, papers, rest);
  drawer.addEventListener("keydown", keepInside(drawer));
  document.body.append(shade, drawer);
  settings.scope.addEventListener("click", () => { settings.clear(); listShelf(); });
  document.addEventListener("dragover", (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    const files = [...event.dataTransfer.files];
    if (drawer.hidden) show(document.querySelector(".menu"));
    turnTo(1);
    put(files);
  });
};
