// A screen of the live meeting: it asks every second and a half whether anything changed, and says
// so when it cannot. What is typed stands outside the part that is drawn anew.
import "./live-clock.js";
import "./live-keys.js";

const EVERY = 1500;
const SLOWEST = 12_000;
const WORDS = {
  lost: "Connection lost. What you type is kept.",
  401: "You have been signed out. What you typed is still here: sign in again in another tab, then go on.",
  404: "You no longer read this meeting.",
};

const region = document.querySelector("[data-live-region]");
const told = document.querySelector("[data-live-offline]");
const said = document.querySelector("[data-live-said]");
const follows = "liveFollows" in region.dataset;
let etag = region.dataset.etag;
let wait = EVERY;
let timer = null;
let opened = [];
let spoken = state()?.dataset.says;
let leaving = false;

function state() {
  return region.querySelector("[data-live-state]");
}

function tell(words) {
  if (told.textContent !== words) told.textContent = words;
  told.hidden = !words;
}

function later() {
  clearTimeout(timer);
  if (follows) timer = setTimeout(ask, wait);
}

function ask() {
  clearTimeout(timer);
  if (document.hidden || leaving) return;
  // The moment when a meeting opens is no change on the server: ask afresh.
  const { opens } = state()?.dataset ?? {};
  if (opens && Date.now() > Number(opens)) etag = "";
  htmx.trigger(region, "live:poll");
}

function stay() {
  leaving = false;
  ask();
}

// Who is on the way to another page is not led elsewhere while it loads. It may never come.
addEventListener("beforeunload", () => {
  leaving = true;
  setTimeout(stay, 10_000);
});
addEventListener("pageshow", ({ persisted }) => persisted && stay());

function isPoll(event) {
  return event.target === region && event.detail.requestConfig?.verb === "get";
}

function isTyping() {
  const fields = document.querySelectorAll("[data-live-entry] :is(textarea, input:not([type=hidden]))");
  return [...fields].some((field) => field.value !== field.defaultValue);
}

region.addEventListener("htmx:configRequest", ({ target, detail }) => {
  if (target === region && etag) detail.headers["If-None-Match"] = etag;
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 304) detail.shouldSwap = false;
  if (detail.target !== region || !detail.shouldSwap) return;
  // Somebody writes in a part's own field: draw anew once they have left it.
  if (region.contains(document.activeElement) && document.activeElement.matches("textarea, input, select")) {
    detail.shouldSwap = false;
    return;
  }
  etag = detail.xhr.getResponseHeader("ETag") ?? "";
  opened = [...region.querySelectorAll("details[open][id]")].map(({ id }) => id);
});

region.addEventListener("htmx:afterSwap", () => {
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  const now = state()?.dataset;
  if (!now) return;
  if (now.says && now.says !== spoken) said.textContent = now.says;
  spoken = now.says;
  if (leaving) return;
  if (now.leadsTo && !isTyping() && !region.querySelector("form")) location.assign(now.leadsTo);
  // The forms for writing down come with the page.
  else if (now.liveState === "waiting" && !document.getElementById("write")) location.reload();
});

region.addEventListener("htmx:afterRequest", (event) => {
  if (!isPoll(event)) return;
  const { status } = event.detail.xhr;
  const answered = (status >= 200 && status < 300) || status === 304;
  wait = answered ? EVERY : Math.min(wait * 2, SLOWEST);
  tell(answered ? "" : WORDS[status] ?? WORDS.lost);
  if (status !== 404) later();
});
// The poll says in its own way that it failed.
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  region.addEventListener(name, (event) => {
    if (isPoll(event)) event.stopPropagation();
  });
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.matches?.("[data-live-entry]") && detail.successful) ask();
});
for (const name of ["online", "focus", "pageshow"]) addEventListener(name, ask);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return clearTimeout(timer);
  wait = EVERY;
  ask();
  stayAwake();
});

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // Low battery, or not allowed: the screen goes dark as it usually does.
  }
}

document.addEventListener("click", (event) => {
  const jump = event.target.closest("[data-live-jump]");
  const form = jump && document.getElementById(jump.dataset.liveJump);
  if (!form) return;
  event.preventDefault();
  form.scrollIntoView({ block: "center" });
  form.querySelector("textarea, input:not([type=hidden]), select")?.focus();
});

later();
stayAwake();
