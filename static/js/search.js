// The slash key goes to the page's search field, unless one is typing.

document.addEventListener("keydown", (event) => {
  const field = document.querySelector("[data-search]");
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || !field || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  field.focus();
  field.select();
});
