// What the browser adds to the staff desk.
"use strict";

// A form that comes back says first what is wrong, each line with a way to its field.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("[data-error-summary]")?.focus();
});

// A chip adds its sentence as a line of the list it belongs to.
document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-add-line]");
  if (!chip) return;
  const list = document.querySelector(chip.dataset.addLine);
  const lines = list.value.split("\n").filter((line) => line.trim());
  const line = chip.textContent.trim();
  if (!lines.includes(line)) lines.push(line);
  list.value = lines.join("\n");
  list.focus();
});
