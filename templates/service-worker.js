{% load static %}// Shows what is pushed to this device, and opens it. It keeps no pages and stands before no request.

const NOTHING_SAID = { title: "Peerloom", body: "There is something new in your inbox.", url: "/inbox/" };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const { title, body, url, tag } = { ...NOTHING_SAID, ...read(event.data) };
  const icon = "{% static "img/icon-192.png" %}";
  event.waitUntil(self.registration.showNotification(title, { body, tag, icon, data: { url } }));
});

function read(data) {
  try {
    return data.json();
  } catch {
    return {};
  }
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url));
});

// In the tab that is open already, if there is one.
async function open(said) {
  const url = ours(said);
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const tab = tabs.find((each) => each.url === url);
  if (tab) return tab.focus();
  return self.clients.openWindow(url);
}

function ours(said) {
  const url = new URL(said || NOTHING_SAID.url, self.location.origin);
  return url.origin === self.location.origin ? url.href : self.location.origin + NOTHING_SAID.url;
}

// The browser has got another address: whoever knows the former one may say so.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

async function renew({ oldSubscription, newSubscription }) {
  if (!oldSubscription) return; // The page about messages sees to it at the next visit.
  const fresh = newSubscription ?? await self.registration.pushManager.subscribe(oldSubscription.options);
  const { endpoint, keys } = fresh.toJSON();
  const body = new URLSearchParams({ former: oldSubscription.endpoint, endpoint, ...keys });
  await fetch("/messages/devices/renew/", { method: "POST", body });
}
