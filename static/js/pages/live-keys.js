// One key for each button that has one; never while somebody types.

const TYPES = "input, textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest?.(TYPES)) return;
  const buttons = document.querySelectorAll("[data-live-key]");
  const meant = [...buttons].find(({ dataset }) => dataset.liveKey.split(" ").includes(event.key));
  if (!meant || meant.disabled) return;
  event.preventDefault();
  meant.click();
});
