"use strict";
// The overview: sorts and filters the rows, and goes through them by keyboard.
(() => {
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const tried = (action) => { try { return action(); } catch { return null; } };
  const keep = (key, value) => tried(() => sessionStorage.setItem("juesuan." + key, value));
  const typing = (event) => event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input[type=search]");
  const table = one("#documents");
  const body = table.tBodies[0];
  const heads = all("thead th", table);
  const order = ["conflict", "failed", "unverified", "blank", "not_final_account", "duplicate", "verified"];
  const rows = [...body.rows].map((row, number) => ({ row, number, text: (row.cells[1].textContent + "\n" + row.cells[2].textContent).toLowerCase() }));
  const form = one(".filters");
  const buttons = all("button[data-status]", form);
  const find = form.elements.find;
  const collator = new Intl.Collator("zh", { numeric: true });
  let sorted = { column: -1, down: false };

  const value = (row, column, kind) => {
    const text = row.cells[column].textContent.trim();
    return kind === "status" ? order.indexOf(row.dataset.s) : kind === "number" ? (text === "" ? null : parseFloat(text)) : text || null;
  };
  const sort = (column, down) => {
    sorted = { column, down };
    const kind = column < 0 ? "" : one("button", heads[column]).dataset.kind;
    const keyed = rows.map((entry) => ({ ...entry, key: column < 0 ? entry.number : value(entry.row, column, kind) }));
    keyed.sort((a, b) => {
      if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.number - b.number; // blanks last
      const way = kind === "text" ? collator.compare(a.key, b.key) : a.key - b.key;
      return (down ? -way : way) || a.number - b.number;
    });
    body.append(...keyed.map((entry) => entry.row));
    heads.forEach((head, index) => {
      if (index === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  };
  const filter = () => {
    const wanted = buttons.filter((button) => button.getAttribute("aria-pressed") === "true").map((button) => button.dataset.status);
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, text } of rows) {
      row.hidden = (wanted.length > 0 && !wanted.includes(row.dataset.s)) || !words.every((word) => text.includes(word));
      shown += !row.hidden;
    }
    one("[data-shown]").textContent = shown;
    one("#none").hidden = shown > 0 || rows.length === 0;
    one("button[type=reset]", form).hidden = shown === rows.length;
    return wanted;
  };
  // What is shown stands in the address, so that going back to this page shows it again.
  const note = () => {
    const wanted = filter();
    const state = new URLSearchParams();
    if (wanted.length) state.set("s", wanted.join("."));
    if (find.value) state.set("q", find.value);
    if (sorted.column >= 0) state.set("o", (sorted.down ? "-" : "") + sorted.column);
    const hash = String(state) && "#?" + state;
    tried(() => history.replaceState(null, "", hash || location.pathname + location.search));
    keep("from", hash);
    const names = all("tbody tr:not([hidden]) a[href]", table).map((link) => link.getAttribute("href").split("/").pop());
    keep("list", names.join(" "));
  };
  const press = (button, on) => button.setAttribute("aria-pressed", on);
  const restore = () => {
    const state = new URLSearchParams(location.hash.startsWith("#?") ? location.hash.slice(2) : "");
    const wanted = (state.get("s") || "").split(".");
    for (const button of buttons) press(button, wanted.includes(button.dataset.status));
    find.value = state.get("q") || "";
    const column = parseInt((state.get("o") || "").replace("-", ""), 10);
    sort(column >= 0 && column < heads.length ? column : -1, (state.get("o") || "").startsWith("-"));
    filter();
  };

  for (const button of buttons) {
    button.disabled = false;
    button.addEventListener("click", () => { press(button, button.getAttribute("aria-pressed") !== "true"); note(); });
  }
  heads.forEach((head, column) => {
    const button = one("button", head);
    button.disabled = false;
    button.addEventListener("click", () => {
      const first = button.dataset.first === "descending";
      sort(column, sorted.column === column ? !sorted.down : first);
      note();
    });
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const button of buttons) press(button, false);
    find.value = "";
    note();
    find.focus();
  });
  find.addEventListener("input", note);
  for (const part of [one(".find"), one(".shown"), one(".keys")]) part.hidden = rows.length < 2;
  addEventListener("hashchange", () => (location.hash.startsWith("#?") || !location.hash) && restore());
  restore();
  if (!location.hash || location.hash.startsWith("#?")) note();

  addEventListener("keydown", (event) => {
    if (typing(event)) {
      if (event.key === "Escape") find.blur();
      return;
    }
    if (event.key === "/" && !one(".find").hidden) {
      event.preventDefault();
      find.focus();
    } else if (event.key === "j" || event.key === "k") {
      const links = all("tbody tr:not([hidden]) a[href]", table);
      const at = links.indexOf(document.activeElement);
      const next = links[at < 0 ? 0 : at + (event.key === "j" ? 1 : -1)];
      if (next) next.focus();
    }
  });
})();
