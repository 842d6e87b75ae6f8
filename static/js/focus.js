// After a failed submit, start reading at what must be put right.

document.querySelector("[data-focus]")?.focus();
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  detail.elt.querySelector?.("[data-focus]")?.focus();
});
