// Filtering and sorting the index. Without this script every page says the same.
(() => {
  "use strict";
  const table = document.querySelector("table[data-sortable]");
  const form = document.querySelector("form.filter");
  if (table && form) {
    const rows = [...table.tBodies[0].rows].filter((row) => row.dataset.verdict);
    const said = form.querySelector("output");
    const apply = () => {
      const text = form.elements.text.value.trim().toLowerCase();
      const verdict = form.elements.verdict.value;
      const topic = form.elements.topic ? form.elements.topic.value : "";
      let shown = 0;
      for (const row of rows) {
        const name = row.cells[0].textContent.toLowerCase();
        const keep = name.includes(text) && (!verdict || row.dataset.verdict === verdict) &&
          (!topic || row.dataset.topic === topic);
        row.hidden = !keep;
        shown += keep ? 1 : 0;
      }
      said.textContent = `${shown} of ${rows.length}`;
    };
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    apply();
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const key = (row) => row.cells[column].dataset.key;
        const compare = (a, b) => column === 0 ? key(a).localeCompare(key(b)) : Number(key(a)) - Number(key(b));
        rows.sort((a, b) => (up ? compare(a, b) : compare(b, a)));
        table.tBodies[0].append(...rows);
      });
    });
  }
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
