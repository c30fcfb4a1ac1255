// What a reader has read, saved and hidden, and when they came last: kept in this browser alone.
"use strict";

const words = JSON.parse(document.currentScript.dataset.words);
const KEY = "timthau";
const MOST = 2000; // of each kind; the oldest are forgotten first
const AWAY = 30 * 60 * 1000; // milliseconds after which somebody comes again
const MOST_COMPARED = 4;
const MOST_ASKED = 60; // ids in one address

const memory = readMemory();
noteVisit();
noteReading();
for (const actions of document.querySelectorAll(".actions[data-id]")) {
  const title = document.querySelector("h1").textContent;
  actions.prepend(saveButton(actions.dataset.id, title), compareButton(actions.dataset.id, title));
}
furnishAll();
showNews();
openSaved();
document.addEventListener("results", () => {
  furnishAll();
  showNews();
});

/** What was kept; a browser that keeps nothing, or holds something else, begins anew. */
function readMemory() {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(KEY));
  } catch {}
  const found = { read: {}, saved: {}, hidden: {}, compared: [], seen: 0, before: 0 };
  return Object.assign(found, usable(kept));
}

/** Of something read the parts that are as they have to be. */
function usable(kept) {
  const good = {};
  if (!kept || typeof kept !== "object") return good;
  for (const name of ["read", "saved", "hidden"]) {
    const pairs = Object.entries(kept[name] ?? {}).filter(([id, at]) => /^[a-z0-9]{1,32}$/.test(id) && Number.isFinite(at));
    good[name] = Object.fromEntries(pairs);
  }
  if (Array.isArray(kept.compared)) good.compared = kept.compared.filter((id) => /^[a-z0-9]{1,32}$/.test(id)).slice(0, MOST_COMPARED);
  for (const name of ["seen", "before"]) if (Number.isFinite(kept[name])) good[name] = kept[name];
  return good;
}

function keep() {
  for (const name of ["read", "saved", "hidden"]) {
    const newest = Object.entries(memory[name]).sort((a, b) => b[1] - a[1]);
    memory[name] = Object.fromEntries(newest.slice(0, MOST));
  }
  try {
    localStorage.setItem(KEY, JSON.stringify(memory));
  } catch {} // full, or forbidden: the page works without
}

/** A visit begins after half an hour without a page; what is new is new since the one before ended. */
function noteVisit() {
  const now = Date.now();
  if (memory.seen && now - memory.seen > AWAY) memory.before = memory.seen;
  memory.seen = now;
  keep();
}

function noteReading() {
  const found = /^\/notices\/([a-z0-9]+)$/.exec(location.pathname);
  if (!found) return;
  memory.read[found[1]] = Date.now();
  keep();
}

/** The entries of the lists that are there now, and what is said beside them. */
function furnishAll() {
  for (const entry of document.querySelectorAll(".entry[data-id]")) furnish(entry);
  showHidden();
  showCounts();
}

/** Give an entry of a list its buttons, and say whether it is new or was read. */
function furnish(entry) {
  const id = entry.dataset.id;
  const kind = entry.querySelector(".entry-kind");
  entry.classList.toggle("is-read", id in memory.read);
  if (id in memory.read) kind.append(" ", label("quiet", words.read));
  else if (memory.before && Date.parse(entry.dataset.seen) > memory.before && !kind.querySelector(".fresh")) {
    kind.append(" ", label("fresh", words.new));
  }
  const title = entry.querySelector("h2, h3").textContent;
  const tools = document.createElement("p");
  tools.className = "entry-tools";
  tools.append(saveButton(id, title), compareButton(id, title), hideButton(entry, title));
  entry.querySelector(".entry-more").append(tools);
}

function label(look, text) {
  const made = document.createElement("span");
  made.className = look;
  made.textContent = text;
  return made;
}

function button(text, title, action) {
  const made = document.createElement("button");
  made.type = "button";
  const about = document.createElement("span");
  about.className = "sr";
  about.textContent = ` ${title}`;
  made.append(label("", text), about);
  made.addEventListener("click", () => action(made));
  return made;
}

function saveButton(id, title) {
  const made = button("", title, () => {
    if (id in memory.saved) delete memory.saved[id];
    else memory.saved[id] = Date.now();
    keep();
    show();
    showCounts();
  });
  const show = () => {
    made.firstChild.textContent = id in memory.saved ? `★ ${words.saved}` : `☆ ${words.save}`;
    made.setAttribute("aria-pressed", String(id in memory.saved));
  };
  show();
  return made;
}

function compareButton(id, title) {
  const made = button(words.compare, title, () => {
    const others = memory.compared.filter((other) => other !== id);
    memory.compared = others.length < memory.compared.length ? others : [...others, id].slice(-MOST_COMPARED);
    keep();
    showCounts();
  });
  made.dataset.compare = id;
  return made;
}

function hideButton(entry, title) {
  return button(words.hide, title, () => {
    memory.hidden[entry.dataset.id] = Date.now();
    keep();
    const next = entry.nextElementSibling?.querySelector("a") ?? document.getElementById("main");
    showHidden();
    next.focus();
  });
}

/** Leave out what was hidden, and say so; saved ones are always shown on their own page. */
function showHidden() {
  if (location.pathname === words.savedUrl) return;
  document.getElementById("hidden-note")?.remove();
  const gone = [...document.querySelectorAll(".entry[data-id]")].filter((entry) => entry.dataset.id in memory.hidden);
  for (const entry of gone) entry.hidden = true;
  if (!gone.length) return;
  const note = document.createElement("p");
  note.id = "hidden-note";
  note.className = "note";
  note.append(`${words.hiddenCount.replace("#", gone.length)} `);
  const back = button(words.show, "", () => {
    for (const entry of gone) {
      entry.hidden = false;
      delete memory.hidden[entry.dataset.id];
    }
    keep();
    note.remove();
    gone[0].querySelector("a").focus();
  });
  note.append(back);
  gone[0].parentNode.after(note);
}

/** How many are saved, in the head; which are chosen for comparing, at the foot. */
function showCounts() {
  const count = Object.keys(memory.saved).length;
  for (const link of document.querySelectorAll("[data-saved]")) link.querySelector(".count").textContent = count || "";
  for (const one of document.querySelectorAll("[data-compare]")) {
    one.setAttribute("aria-pressed", String(memory.compared.includes(one.dataset.compare)));
  }
  document.getElementById("compare-bar")?.remove();
  if (!memory.compared.length || location.pathname === words.compareUrl) return;
  const bar = document.createElement("aside");
  bar.id = "compare-bar";
  bar.setAttribute("aria-label", words.compare);
  const link = document.createElement("a");
  link.className = "button main";
  link.href = `${words.compareUrl}?${memory.compared.map((id) => `id=${id}`).join("&")}`;
  link.textContent = words.comparing.replace("#", memory.compared.length);
  const clear = button(words.clear, "", () => {
    memory.compared = [];
    keep();
    showCounts();
  });
  bar.append(link, clear);
  document.body.append(bar);
}

/** How much is new since the last visit: of everything on the first page, of a search on its own. */
async function showNews() {
  const link = document.getElementById("news");
  if (!link || !memory.before) return;
  const withSince = (address) => {
    const url = new URL(address, location);
    url.searchParams.set("since", new Date(memory.before).toISOString());
    return url.href;
  };
  link.href = withSince(link.href);
  link.textContent = link.hidden ? words.newHere : words.since;
  try {
    const { total } = await (await fetch(withSince(link.dataset.count))).json();
    link.append(" ", label("count", total));
    if (total) link.hidden = false;
  } catch {} // the link works without its number
}

/** The page of what was saved: asks for the notices, keeps them as a file, takes such a file in. */
async function openSaved() {
  const list = document.getElementById("saved-list");
  if (!list) return;
  document.getElementById("saved-tools").hidden = false;
  document.getElementById("saved-export").addEventListener("click", () => {
    const file = new Blob([JSON.stringify({ timthau: 1, ...memory }, null, 1)], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = "timthau-da-luu.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  document.getElementById("saved-import").addEventListener("change", async (event) => {
    const state = document.getElementById("saved-state");
    try {
      const taken = JSON.parse(await event.target.files[0].text());
      if (taken?.timthau !== 1) throw new Error("another kind of file");
      for (const [name, value] of Object.entries(usable(taken))) {
        if (["read", "saved", "hidden"].includes(name)) memory[name] = { ...value, ...memory[name] };
      }
      keep();
      state.textContent = words.taken.replace("#", Object.keys(memory.saved).length);
      showCounts();
      await listSaved(list);
    } catch {
      state.textContent = words.unusable;
    }
    event.target.value = "";
  });
  if (!location.search) await listSaved(list);
}

async function listSaved(list) {
  const ids = Object.keys(memory.saved);
  const entries = [];
  try {
    for (let first = 0; first < ids.length; first += MOST_ASKED) {
      const some = ids.slice(first, first + MOST_ASKED).map((id) => `id=${id}`);
      const answer = await fetch(`${words.savedUrl}?${some.join("&")}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      entries.push(...page.querySelectorAll("#saved-list > .entry"));
    }
  } catch {
    document.getElementById("saved-state").textContent = words.failed;
    return;
  }
  list.replaceChildren(...entries);
  entries.forEach(furnish);
  document.getElementById("saved-empty").hidden = entries.length > 0;
}
