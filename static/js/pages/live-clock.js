// Clocks that count down to a moment on the server's clock, and up once it has passed.

const region = document.querySelector("[data-live-region]");
let offset = 0;

function setOffset() {
  const now = Number(region.querySelector("[data-now]")?.dataset.now);
  if (now) offset = now - Date.now();
  draw();
}

function draw() {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    const left = Math.round((Number(clock.dataset.clock) - Date.now() - offset) / 1000);
    const whole = Math.abs(left);
    const pad = (number) => String(number).padStart(2, "0");
    const face = `${left < 0 ? "+" : ""}${pad(Math.floor(whole / 60))}:${pad(whole % 60)}`;
    const shown = clock.querySelector("[data-clock-face]");
    if (shown.textContent !== face) shown.textContent = face;
    clock.classList.toggle("is-over", left < 0);
  }
}

setOffset();
region.addEventListener("htmx:afterSwap", setOffset);
setInterval(draw, 250);
