// What the browser adds to pages that work without it.
"use strict";

// Errors above a form get the focus, so that they are read out and seen.
document.querySelector("[data-error-summary]")?.focus();

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-dismiss], [data-print], [data-copy]");
  if (!target) return;
  if (target.matches("[data-dismiss]")) target.closest(".alert").remove();
  if (target.matches("[data-print]")) window.print();
  if (target.matches("[data-copy]")) copy(target);
});

// <button data-copy="#id" data-copied="Copied">: the text of that element.
async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  say(button.dataset.copied);
}

// <form data-autosubmit>: a filter that applies when a choice is made.
document.addEventListener("change", (event) => {
  event.target.form?.matches("[data-autosubmit]") && event.target.form.requestSubmit();
});

// A second press while the first is on its way does nothing.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "dialog") return;
  if (event.target.dataset.sent && !event.target.hasAttribute("data-again")) {
    event.preventDefault();
    return;
  }
  if (event.target.method === "post" && !event.target.matches("[hx-post], [data-hx-post]")) {
    event.target.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  }
});

// Coming back with the browser's button finds the forms usable again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  document.querySelectorAll("[aria-busy]").forEach((it) => it.removeAttribute("aria-busy"));
});

// ---- Files -------------------------------------------------------------------------------

const FILE_DROPS = "[data-file-drop]";

for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    const drop = event.target.closest?.(FILE_DROPS);
    if (!drop) return;
    event.preventDefault();
    drop.classList.toggle("is-over", type === "dragover");
    if (type !== "drop" || !event.dataTransfer.files.length) return;
    const input = drop.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.addEventListener("change", (event) => {
  const drop = event.target.closest?.(FILE_DROPS);
  if (!drop || event.target.type !== "file") return;
  const files = [...event.target.files];
  const limit = Number(drop.dataset.maxBytes || Infinity);
  const tooLarge = files.some((file) => file.size > limit);
  event.target.setCustomValidity(tooLarge ? drop.dataset.tooLarge : "");
  if (tooLarge) event.target.reportValidity();
  const list = drop.querySelector(".file-drop-list");
  list?.replaceChildren(
    ...files.map((file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name} (${inWords(file.size)})`;
      return line;
    }),
  );
});

function inWords(bytes) {
  const megabytes = bytes / 1024 / 1024;
  return megabytes < 0.1 ? `${Math.ceil(bytes / 1024)} KB` : `${megabytes.toFixed(1)} MB`;
}

// ---- Folded up on a phone -------------------------------------------------------------------

// What is narrowed already stays open. Without this script it is open everywhere.
if (matchMedia("(max-width: 767.98px)").matches) {
  for (const fold of document.querySelectorAll("details[data-fold]")) fold.open = false;
}

// ---- Requests in the background ------------------------------------------------------------

function say(text) {
  const live = document.querySelector("[data-live]");
  live.textContent = text;
  setTimeout(() => (live.textContent = ""), 6000);
}

for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    // What the page asks by itself every minute nobody waits for.
    if (event.target.matches("[hx-trigger^='every']")) return;
    say(document.querySelector("[data-live]").dataset.failed);
  });
}
