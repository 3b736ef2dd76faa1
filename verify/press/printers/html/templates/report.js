// Search, sorting and copying. Without this script every page says the same.
(() => {
  "use strict";
  const table = document.querySelector("table[data-sortable]");
  const form = document.querySelector("form.filter");
  if (table && form) {
    const rows = [...document.querySelectorAll("tr[data-find]")];
    const said = form.querySelector("output");
    const fields = ["find", "verdict", "topic"].map((name) => form.elements[name]).filter(Boolean);
    const apply = () => {
      const words = form.elements.find.value.trim().replaceAll("\\", "").toLowerCase().split(/\s+/);
      const verdict = form.elements.verdict.value;
      const topic = form.elements.topic ? form.elements.topic.value : "";
      let shown = 0;
      for (const row of rows) {
        const keep = words.every((word) => row.dataset.find.includes(word)) &&
          (!verdict || row.dataset.verdict === verdict) && (!topic || row.dataset.topic === topic);
        row.hidden = !keep;
        shown += keep ? 1 : 0;
      }
      for (const head of document.querySelectorAll("tr.topic")) {
        head.hidden = ![...head.parentElement.rows].some((row) => row !== head && !row.hidden);
      }
      const docket = document.getElementById("errata");
      if (docket) docket.parentElement.hidden = !docket.parentElement.querySelector("tr[data-find]:not([hidden])");
      table.hidden = !table.querySelector("tr[data-find]:not([hidden])");
      said.textContent = `${shown} of ${rows.length}`;
    };
    // what is sought stands in the address, so that it can be kept and sent
    const keep = () => {
      const found = new URLSearchParams();
      for (const field of fields) if (field.value) found.set(field.name, field.value);
      const query = found.toString();
      history.replaceState(null, "", (query ? `?${query}` : location.pathname) + location.hash);
    };
    const asked = new URLSearchParams(location.search);
    for (const field of fields) if (asked.has(field.name)) field.value = asked.get(field.name);
    form.hidden = false;
    form.addEventListener("input", () => { apply(); keep(); });
    form.addEventListener("submit", (event) => event.preventDefault());
    apply();
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", `Sort by ${head.textContent.trim()}`);
      head.append(button);  // beside the words, which are printed at the head of every page
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const key = (row) => row.cells[column].dataset.key;
        const compare = (a, b) => column === 0 ? key(a).localeCompare(key(b)) : Number(key(a)) - Number(key(b));
        for (const body of table.tBodies) {  // within a topic
          const own = rows.filter((row) => row.parentElement === body);
          body.append(...own.sort((a, b) => (up ? compare(a, b) : compare(b, a))));
        }
      });
    });
  }
  // copying: what a button names, or the line beside it
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };
  const said = (button, text) => button.addEventListener("click", async () => {
    const name = button.textContent;
    await copy(text);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = name; }, 1500);
  });
  for (const button of document.querySelectorAll("button.copy")) {
    said(button, button.dataset.copy);
    button.hidden = false;
  }
  for (const line of document.querySelectorAll("pre.witness")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    said(button, line.textContent);
    line.append(button);
  }
  // which theorems a weak link speaks of is printed, though it is folded away
  addEventListener("beforeprint", () => {
    for (const box of document.querySelectorAll(".weak details:not([open])")) { box.open = true; box.dataset.closed = ""; }
  });
  addEventListener("afterprint", () => {
    for (const box of document.querySelectorAll("details[data-closed]")) { box.open = false; delete box.dataset.closed; }
  });
  // a box that scrolls must be reachable by keyboard
  const reach = () => {
    for (const box of document.querySelectorAll(".scroll")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  reach();
  addEventListener("resize", reach);
})();
