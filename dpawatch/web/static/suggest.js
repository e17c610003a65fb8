// Suggestions below the search box, by the pattern "combobox with a list" of WAI-ARIA. Without it the box is a plain form.
"use strict";
for (const form of document.querySelectorAll("form[role=search]")) {
  const box = form.querySelector("input[name=q]");
  const list = document.createElement("ul");
  const names = { company: "Company", regulator: "Regulator", provision: "Provision", case: "Case" };
  const address = form.getAttribute("action").replace(/search$/, "suggest");
  let chosen = -1, wanted = "", timer = 0;
  list.className = "suggestions";
  list.id = box.id + "-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  form.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) box.setAttribute(name, value);

  const close = () => {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const choose = (place) => {
    chosen = (place + list.children.length + 1) % (list.children.length + 1);
    if (chosen === list.children.length) chosen = -1;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
    if (chosen < 0) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", list.children[chosen].id);
  };
  const show = (suggestions) => {
    list.replaceChildren(...suggestions.map((suggestion, at) => {
      const item = document.createElement("li");
      const kind = document.createElement("span");
      item.id = list.id + "-" + at;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.address = suggestion.address;
      item.dir = "auto";
      kind.textContent = names[suggestion.kind];
      item.append(suggestion.kind === "provision" && suggestion.name !== suggestion.id
        ? suggestion.id + ", " + suggestion.name : suggestion.name, " ", kind);
      return item;
    }));
    close();
    list.hidden = !suggestions.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
  };
  const ask = async () => {
    const text = wanted = box.value.trim();
    if (text.length < 2) return close();
    try {
      const answer = await fetch(address + "?q=" + encodeURIComponent(text));
      const found = await answer.json();
      if (answer.ok && text === wanted && document.activeElement === box) show(found.suggestions);
    } catch { close(); }
  };
  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? list.children.length - 1 : chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) location.assign(list.children[chosen].dataset.address);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    const item = event.target.closest("li");
    event.preventDefault();
    if (item) location.assign(item.dataset.address);
  });
}
