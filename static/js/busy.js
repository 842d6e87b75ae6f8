// After a submit the button says so and a second click does nothing, until the page comes back.

const busy = new Map();

function start(form, button) {
  const label = button?.querySelector("[data-button-label]");
  // An answer that is a file leaves the page as it is: do not stay busy for ever.
  setTimeout(stop, 20_000, form);
  busy.set(form, { button, label, words: label?.textContent });
  button?.setAttribute("aria-disabled", "true");
  if (label) label.textContent = button.dataset.saving || "Saving…";
}

function stop(form) {
  const { button, label, words } = busy.get(form) ?? {};
  busy.delete(form);
  button?.removeAttribute("aria-disabled");
  if (label) label.textContent = words;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (busy.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  // A form answered in place by htmx is handled below; one that only reads may be sent again.
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post]")) return;
  start(form, event.submitter);
}, true);

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const form = detail.elt;
  if (form instanceof HTMLFormElement && form.method === "post") {
    start(form, detail.requestConfig.triggeringEvent?.submitter);
  }
});
document.addEventListener("htmx:afterRequest", ({ detail }) => stop(detail.elt));

// The browser's Back shows the page as it was left: give the buttons back.
window.addEventListener("pageshow", () => [...busy.keys()].forEach(stop));
