// Dragging a person over a staged circle shows what the move would do; dropping makes it.
// Without it, "Move…" beside each person leads to a page with the same words and the same form.

const panel = document.getElementById("move-effect");
let dragged, over, loading;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-drag]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.textContent.trim());
  dragged.classList.add("is-dragged");
});

document.addEventListener("dragover", (event) => {
  const place = dragged && event.target.closest?.("[data-drop]");
  if (!place?.dataset.drop || place.contains(dragged)) return leave();
  event.preventDefault();
  if (place !== over) enter(place);
});

document.addEventListener("drop", async (event) => {
  if (!over) return;
  event.preventDefault();
  const place = over;
  await loading;
  // Whoever went on while the answer was on its way has not decided yet.
  if (place === over) panel.querySelector("[data-drop-form]")?.requestSubmit();
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  // A drop may still wait for its answer; what it said stays to be read.
  if (!panel.querySelector("[data-drop-form]")) setTimeout(leave, 4000);
  dragged = undefined;
});

function enter(place) {
  leave();
  over = place;
  place.classList.add("is-over");
  loading = show(dragged.dataset.drag, place);
}

function leave() {
  over?.classList.remove("is-over");
  over = undefined;
  panel.hidden = true;
  panel.replaceChildren();
}

async function show(url, place) {
  const here = location.pathname + location.search;
  const query = new URLSearchParams({ to: place.dataset.drop, next: here });
  try {
    const answer = await fetch(`${url}?${query}`, { headers: { "HX-Request": "true" } });
    if (place !== over) return;
    const words = answer.ok ? await answer.text() : "<p>The effect cannot be shown. Load the page again.</p>";
    if (place !== over) return;
    panel.innerHTML = words;
  } catch {
    panel.textContent = "Your browser could not reach Peerloom, so nothing was moved.";
  }
  panel.hidden = false;
}
