// A wording that is chosen goes into the field it is for, as the text or as a further line. By a
// button: a list of choices that is leafed through by keyboard changes with each step.
"use strict";

const insert = (chooser) => {
  if (!chooser.value) return;
  const field = chooser.form.elements[chooser.dataset.fills];
  const text = chooser.selectedOptions[0].textContent.trim();
  const lines = field.value.split("\n").filter((line) => line.trim());
  if (!lines.includes(text)) lines.push(text);
  field.value = lines.join("\n");
  chooser.value = "";
  field.focus();
};

document.addEventListener("DOMContentLoaded", () => {
  for (const chooser of document.querySelectorAll("[data-fills]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-primary mt-2 desk-button insert-reason";
    button.textContent = chooser.dataset.insert;
    button.addEventListener("click", () => insert(chooser));
    chooser.after(button);
  }
});
