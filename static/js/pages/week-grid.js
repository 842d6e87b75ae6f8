// A week of checkboxes: shortcuts, whole rows and columns, arrow keys, and painting with a mouse.

for (const week of document.querySelectorAll("[data-week]")) {
  const boxes = [...week.querySelectorAll("input")];
  const parts = [...week.querySelectorAll("[data-week-part]")];
  const total = week.querySelector("[data-week-total]");
  const said = (number) => (number === 1 ? "1 hour" : `${number} hours`);

  const count = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    total.textContent = chosen ? `${said(chosen)} a week` : week.dataset.weekNone || "No hour chosen: any suits you";
    for (const part of parts) {
      const here = part.querySelectorAll("input:checked").length;
      part.querySelector("[data-week-count]").textContent = here ? `, ${said(here)}` : "";
    }
  };
  const set = (some, to) => {
    for (const box of some) box.checked = to;
    count();
  };
  const toggle = (some) => set(some, !some.every((box) => box.checked));

  const asButton = (heading, words, some) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    const told = document.createElement("span");
    told.className = "visually-hidden";
    told.textContent = words;
    button.append(told);
    button.addEventListener("click", () => toggle(some));
    heading.append(button);
  };
  for (const part of parts) {
    const rows = [...part.querySelectorAll("tbody tr")];
    for (const row of rows) asButton(row.querySelector("[data-week-row]"), ", all hours here", [...row.querySelectorAll("input")]);
    part.querySelectorAll("[data-week-column]").forEach((heading, place) => {
      asButton(heading, " o’clock, every day", rows.map((row) => row.querySelectorAll("input")[place]));
    });
  }

  week.querySelector("[data-week-shortcuts]").hidden = false;
  week.addEventListener("click", ({ target }) => {
    const { weekSet, from, until } = target.closest("[data-week-set]")?.dataset ?? {};
    if (weekSet === "none") set(boxes, false);
    if (weekSet !== "weekdays") return;
    const meant = boxes.filter(({ value }) => value < 120 && value % 24 >= from && value % 24 < until);
    set(meant, true);
    for (const part of parts) part.open ||= part.querySelector("input:checked") !== null;
  });

  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  week.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || event.target.type !== "checkbox") return;
    event.preventDefault();
    const row = event.target.closest("tr");
    const next = { "-1": row.previousElementSibling, 0: row, 1: row.nextElementSibling }[step[0]];
    const place = [...row.querySelectorAll("input")].indexOf(event.target) + step[1];
    next?.querySelectorAll("input")[place]?.focus();
  });

  // A finger scrolls and taps; a mouse or a pen paints what it is drawn over.
  let painting = null;
  let painted = false;
  week.addEventListener("pointerdown", ({ target, pointerType, button }) => {
    if (target.type === "checkbox" && pointerType !== "touch" && button === 0) painting = !target.checked;
  });
  week.addEventListener("pointerover", ({ target, relatedTarget, buttons }) => {
    if (painting === null || !(buttons & 1) || target.type !== "checkbox") return;
    week.classList.add("is-painting");
    painted = true;
    set([target, ...(relatedTarget?.type === "checkbox" ? [relatedTarget] : [])], painting);
  });
  addEventListener("pointerup", () => {
    painting = null;
    week.classList.remove("is-painting");
    // A stroke that ends where it began also clicks: that click is part of it.
    setTimeout(() => (painted = false));
  });
  week.addEventListener("click", (event) => {
    if (painted && event.target.type === "checkbox") event.preventDefault();
  });
  week.addEventListener("change", count);
  count();
}
