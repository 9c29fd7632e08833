// Comforts only: every page works without this file.
"use strict";
const form = document.getElementById("search");
const FOCUS = "focus-after-filtering";

if (form) {
  // Boxes left empty would only make the address long.
  form.addEventListener("submit", () => {
    for (const field of form.elements) {
      if (field.name && field.value === "") field.disabled = true;
    }
  });
  // Coming back by the browser's button, boxes show what the page shows, and not what was ticked when it was left.
  addEventListener("pageshow", (event) => {
    for (const field of form.elements) field.disabled = false;
    const [visit] = performance.getEntriesByType("navigation");
    if (event.persisted || visit?.type === "back_forward") form.reset();
  });
}

// On wide pages a ticked box is applied at once; on a phone one ticks several and presses the button.
const isWide = matchMedia("(min-width: 60rem)");
document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.matches("input[data-auto]") || !isWide.matches) return;
  sessionStorage.setItem(FOCUS, JSON.stringify([field.name, field.value, scrollY]));
  form.requestSubmit();
});

const left = sessionStorage.getItem(FOCUS);
if (left) {
  sessionStorage.removeItem(FOCUS);
  const [name, value, top] = JSON.parse(left);
  const same = [...document.getElementsByName(name)].find((field) => field.value === value);
  if (same) {
    same.focus({ preventScroll: true });
    scrollTo(0, top);
  }
}

// A picture that its museum no longer serves gives way to the drawn cover.
for (const picture of document.querySelectorAll("img[data-cover]")) {
  const draw = () => {
    if (picture.dataset.cover) picture.src = picture.dataset.cover;
    picture.removeAttribute("data-cover");
  };
  picture.addEventListener("error", draw, { once: true });
  // It may have failed before this file came. One that waits to be scrolled to is not complete.
  if (picture.complete && picture.naturalWidth === 0) draw();
}
