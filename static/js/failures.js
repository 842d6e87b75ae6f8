// When an answer in place does not arrive, say so; nothing that was typed is touched.
import { show } from "./messages.js";

document.addEventListener("htmx:sendError", () => {
  show("Your browser could not reach Peerloom. Check the connection and try again.");
});

document.addEventListener("htmx:responseError", ({ detail }) => {
  const said = {
    401: "You have been signed out. Load the page again to sign in.",
    403: "You may not do that. Load the page again to see what changed.",
    404: "That is no longer there. Load the page again.",
    429: "That was very quick. Wait a moment and try again.",
  };
  show(said[detail.xhr.status] ?? "Something went wrong on our side, and nothing was changed. Try again.");
});
