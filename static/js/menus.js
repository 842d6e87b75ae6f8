// A menu closes when one clicks or tabs away from it, or presses Escape.

const openMenus = () => document.querySelectorAll("[data-menu][open]");

for (const name of ["click", "focusin"]) {
  document.addEventListener(name, ({ target }) => {
    for (const menu of openMenus()) {
      if (!menu.contains(target)) menu.open = false;
    }
  });
}

document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
