"use strict";
// Works on what the page holds already: it moves, hides and focuses, and never makes markup of text.
(() => {
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  // Some browsers refuse storage to pages from disk; then nothing is remembered.
  const tried = (action) => { try { return action(); } catch { return null; } };
  const recall = (key, store = "localStorage") => tried(() => window[store].getItem("juesuan." + key));
  const keep = (key, value, store = "localStorage") => tried(() => window[store].setItem("juesuan." + key, value));

  // -- language and colours: the style sheet follows the radio buttons
  const usual = { lang: (navigator.language || "zh").startsWith("zh") ? "zh" : "en", theme: "auto" };
  for (const name of ["lang", "theme"]) {
    const chosen = recall(name) || usual[name];
    for (const input of all(`input[name=${name}]`)) {
      input.checked = input.value === chosen;
      input.addEventListener("change", () => keep(name, input.value));
    }
  }

  // -- a link into closed details opens them
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let box = target; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
    target.scrollIntoView({ block: target.closest(".figures, .page, .list") ? "center" : "start" });
    if (target.matches("td, tr, .mark")) target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", () => location.hash.startsWith("#?") || reveal());
  if (location.hash && !location.hash.startsWith("#?")) reveal();

  // -- one document: to its neighbours in the list as it was filtered and sorted
  const typing = (event) => event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input[type=search]");
  const up = one("a[rel=up]");
  if (up) {
    const from = recall("from", "sessionStorage");
    if (from) up.hash = from;
    const list = (recall("list", "sessionStorage") || "").split(" ");
    const own = location.pathname.split("/").pop();
    const at = list.indexOf(own);
    const go = { k: [one("a[rel=prev]"), list[at - 1]], j: [one("a[rel=next]"), at < 0 ? "" : list[at + 1]] };
    for (const [link, name] of Object.values(go)) {
      if (!name || !/^[0-9a-f]{16}(-\d+)?\.html$/.test(name)) continue;
      link.href = name;
      link.hidden = false;
    }
    if (at >= 0) {
      const place = one(".place");
      place.textContent = `${at + 1} / ${list.length}`;
      place.hidden = false;
    }
    addEventListener("keydown", (event) => {
      const [link] = typing(event) ? [] : go[event.key] || [];
      if (link && !link.hidden) link.click();
    });
  }
})();
