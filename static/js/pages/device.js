// Messages on this device: says how it stands here, and turns it on.
// An address that the browser has changed, or one made for a former key of ours, is renewed.

const WORKER = "/service-worker.js";

const card = () => document.querySelector("[data-device]");

function show(state) {
  for (const each of card().querySelectorAll("[data-device-state]")) {
    each.hidden = each.dataset.deviceState !== state;
  }
  card().querySelector("[data-device-form]").hidden = !["off", "failed"].includes(state);
}

function isSupported() {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

// There they exist only in what was put on the home screen; an iPad says it is a Mac.
function wantsHomeScreen() {
  const isApple = /iPhone|iPad/.test(navigator.userAgent)
    || (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1);
  return isApple && !window.matchMedia("(display-mode: standalone)").matches;
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function isForOurKey(subscription) {
  const key = subscription.options.applicationServerKey;
  return !key || String(new Uint8Array(key)) === String(bytes(card().dataset.key));
}

async function subscribe() {
  await navigator.serviceWorker.register(WORKER);
  const { pushManager } = await navigator.serviceWorker.ready;
  let subscription = await pushManager.getSubscription();
  if (subscription && !isForOurKey(subscription)) {
    await subscription.unsubscribe();
    subscription = null;
  }
  const options = { userVisibleOnly: true, applicationServerKey: bytes(card().dataset.key) };
  return subscription ?? pushManager.subscribe(options);
}

function fill(form, subscription) {
  const { endpoint, keys } = subscription.toJSON();
  Object.entries({ endpoint, ...keys }).forEach(([name, value]) => {
    if (form.elements[name]) form.elements[name].value = value;
  });
}

async function turnOn() {
  show("checking");
  try {
    if (await Notification.requestPermission() !== "granted") return look();
    const form = card().querySelector("[data-device-form]");
    fill(form, await subscribe());
    form.requestSubmit();
  } catch {
    show("failed");
  }
}

async function keepUp() {
  try {
    const subscription = await subscribe();
    if (subscription.endpoint === card().dataset.endpoint) return;
    const form = card().querySelector("[data-device-form]");
    fill(form, subscription);
    const body = new FormData(form);
    body.set("quietly", "1");
    await fetch(form.action, { method: "POST", body });
  } catch {
    // It is tried again at the next visit.
  }
}

function look() {
  if (!isSupported()) return show(wantsHomeScreen() ? "add" : "unsupported");
  if (Notification.permission === "denied") return show("denied");
  const isOn = Boolean(card().dataset.endpoint) && Notification.permission === "granted";
  show(isOn ? "on" : "off");
  if (isOn) keepUp();
}

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-device-on]")) turnOn();
});
document.addEventListener("htmx:afterSettle", () => card() && look());
if (card()) look();
