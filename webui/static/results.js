// Results change in place where filters are chosen, and keys lead through them; links do the same without this.
"use strict";

const CHOICES = "#filters .ticks a, .tabs a, .choices.plain a, .chips a";
let asking = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest(CHOICES);
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!document.querySelector(".columns > .results")) return; // a page of prices, of a supplier
  event.preventDefault();
  go(link.href, link.textContent.trim());
});
window.addEventListener("popstate", (event) => {
  if (event.state?.inPlace) show(location.href).catch(() => location.reload());
});

/** Show what an address finds; should that fail, the browser goes there itself. */
async function go(address, text) {
  try {
    if (!history.state?.inPlace) history.replaceState({ inPlace: true }, "");
    await show(address);
    history.pushState({ inPlace: true }, "", address);
    restoreFocus(text);
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  }
}

/** Put the filters and results of an address in the place of those that are shown. */
async function show(address) {
  asking?.abort();
  asking = new AbortController();
  document.querySelector(".results").setAttribute("aria-busy", "true");
  const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  showFilters(page);
  document.querySelector(".results").replaceWith(page.querySelector(".results"));
  document.querySelector(".welcome")?.remove(); // it greets who comes, not who chooses
  document.querySelector(".search-band").replaceWith(page.querySelector(".search-band"));
  document.title = page.title;
  document.dispatchEvent(new Event("results"));
  showLater().catch(() => {}); // its link is still there
}

/** Where a page came before its filters were counted, ask for them: its link does the same without this. */
async function showLater() {
  const link = document.querySelector("#filters [data-later]");
  if (!link) return;
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || !link.isConnected) return; // meanwhile another search was shown
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!link.isConnected) return;
  showFilters(page);
  document.querySelector(".tabs").replaceWith(page.querySelector(".tabs"));
}
showLater().catch(() => {}); // as below

/** Put the filters of a page in the place of those that are shown; what is open stays open. */
function showFilters(page) {
  const filters = document.getElementById("filters");
  const opened = new Set([...filters.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
  const scrolled = filters.scrollTop;
  filters.replaceChildren(...page.getElementById("filters").children);
  for (const summary of filters.querySelectorAll("details > summary")) {
    if (opened.has(summary.textContent)) summary.parentNode.open = true;
  }
  filters.scrollTop = scrolled;
}

/** The keyboard goes on where it was: at the same choice, or at the results. */
function restoreFocus(text) {
  const name = text.replace(/[\d.,()]+$/, "").trim();
  const same = [...document.querySelectorAll(CHOICES)].find((one) => one.textContent.trim().startsWith(name));
  (same ?? document.querySelector(".results a"))?.focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const titles = [...document.querySelectorAll(".entry:not([hidden]) :is(h2, h3) a")];
  const here = titles.findIndex((title) => title.closest(".entry").contains(document.activeElement));
  if (event.key === "/") document.getElementById("q")?.select();
  else if (event.key === "j") titles[Math.min(here + 1, titles.length - 1)]?.focus();
  else if (event.key === "k") titles[Math.max(here - 1, 0)]?.focus();
  else if (event.key === "?") location.assign(`${document.querySelector("[data-help]").href}#keys`);
  else return;
  event.preventDefault();
});
