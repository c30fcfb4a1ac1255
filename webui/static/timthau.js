// Improves pages that work without it: suggestions while typing, clean addresses, print and copy buttons.
"use strict";

furnishBox();
document.addEventListener("results", furnishBox);

/** The search box of the page, or the one that came with other results. */
function furnishBox() {
  const box = document.getElementById("q");
  if (box) suggestInto(box);
  // Empty fields would only lengthen the address.
  document.getElementById("search")?.addEventListener("submit", (event) => {
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  });
}

// A page that comes back from the browser's memory has its fields again.
window.addEventListener("pageshow", () => {
  for (const field of document.getElementById("search")?.elements ?? []) field.disabled = false;
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.text ?? document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = button.dataset.done;
  });
}

// Items of a notice are narrowed while typing, as the server does when the form is sent.
const itemFilter = document.getElementById("item");
itemFilter?.addEventListener("input", () => {
  const wanted = plain(itemFilter.value).split(/\s+/).filter(Boolean);
  let count = 0;
  for (const row of document.querySelectorAll(".cards tbody tr")) {
    const said = plain([...row.children].slice(1, 3).map((cell) => cell.textContent).join(" "));
    row.hidden = !wanted.every((word) => said.includes(word));
    count += !row.hidden;
  }
  document.getElementById("items-state").textContent = wanted.length ? `${count}` : "";
});

/** Text without accents and capitals. */
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}

/** The combobox pattern of the ARIA authoring practices: a list below the field, moved through with the arrow keys. */
function suggestInto(input) {
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggestions);
  list.hidden = true;
  input.parentNode.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  let chosen = -1;
  let typed = input.value;
  let waiting = 0;
  let asking = null;

  function close() {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(number) {
    const options = list.children;
    if (!options.length) return;
    chosen = ((number + options.length + 2) % (options.length + 1)) - 1; // one step beyond the ends is the field itself
    for (const [n, option] of [...options].entries()) option.setAttribute("aria-selected", String(n === chosen));
    input.value = chosen < 0 ? typed : options[chosen].textContent;
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", options[chosen].id);
  }

  function show(suggestions) {
    list.replaceChildren(
      ...suggestions.map((text, number) => {
        const option = document.createElement("li");
        option.id = `suggestion-${number}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.lang = "vi";
        option.textContent = text;
        option.addEventListener("mousedown", (event) => {
          event.preventDefault(); // the field keeps the focus
          input.value = text;
          close();
          input.form.requestSubmit();
        });
        return option;
      }),
    );
    chosen = -1;
    list.hidden = !suggestions.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`/api/v1/suggest?q=${encodeURIComponent(typed)}`, { signal: asking.signal });
      if (answer.ok && document.activeElement === input) show((await answer.json()).suggestions);
    } catch (error) {
      if (error.name !== "AbortError") close(); // without the network there is nothing to suggest
    }
  }

  input.addEventListener("input", () => {
    typed = input.value;
    clearTimeout(waiting);
    if (typed.trim().length < 2) {
      asking?.abort();
      close();
    } else waiting = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // Vietnamese input methods use these keys themselves
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Escape") {
      input.value = typed;
      close();
    } else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
}
