// Messages can be closed; all but errors and warnings leave by themselves, unless one is at them.

const STAYS = ["error", "warning"];
const MILLISECONDS = 12_000;

const region = document.getElementById("messages");

function attach(message) {
  if (message.dataset.attached) return;
  message.dataset.attached = "true";
  message.querySelector("[data-message-close]").hidden = false;
  if (!STAYS.includes(message.dataset.message) && !message.querySelector("a, form")) leave(message);
}

function leave(message) {
  setTimeout(() => {
    if (message.matches(":hover, :focus-within")) leave(message);
    else message.remove();
  }, MILLISECONDS);
}

export function show(words) {
  const message = document.getElementById("message-error").content.firstElementChild.cloneNode(true);
  message.querySelector("p").textContent = words;
  region.replaceChildren(message);
}

region?.addEventListener("click", ({ target }) => {
  if (target.closest("[data-message-close]")) target.closest("[data-message]").remove();
});

if (region) {
  region.querySelectorAll("[data-message]").forEach(attach);
  new MutationObserver(() => region.querySelectorAll("[data-message]").forEach(attach))
    .observe(region, { childList: true });
}
