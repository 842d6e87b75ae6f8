// A button that copies a field. Without a script, or a clipboard, one selects and copies by hand.

for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) break;
  const field = document.getElementById(button.dataset.copies);
  const label = button.querySelector("[data-button-label]");
  const words = label.textContent;
  label.setAttribute("aria-live", "polite");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      label.textContent = "Copied";
    } catch {
      label.textContent = "Press Ctrl+C";
    }
    setTimeout(() => (label.textContent = words), 2000);
  });
}
