// Files by drag and drop, with progress, one request each. Without this script: a file field
// and a button.
"use strict";

(() => {
  const LIMIT = 50 * 1024 * 1024; // bytes; the server counts too
  const KINDS = /\.(pdf|jpe?g|png|docx|xlsx)$/i;

  for (const form of document.querySelectorAll("form[data-upload]")) {
    const input = form.querySelector("input[type=file]");
    const drop = form.querySelector("[data-upload-drop]");
    form.querySelector("[data-upload-button]").hidden = true;
    input.addEventListener("change", () => {
      take(form, [...input.files]);
      input.value = "";
    });
    for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
      drop.addEventListener(type, (event) => {
        event.preventDefault();
        drop.classList.toggle("is-over", type === "dragenter" || type === "dragover");
        if (type === "drop") take(form, [...event.dataTransfer.files]);
      });
    }
  }

  // Beside a zone a dropped file must not replace the page.
  for (const type of ["dragover", "drop"]) {
    window.addEventListener(type, (event) => event.preventDefault());
  }

  // One after another on the whole page: of one person the server reads one file at a time.
  let turn = Promise.resolve();

  function take(form, files) {
    const lines = files.map((file) => [file, entry(form, file)]);
    const go = () => sendAll(form, lines);
    turn = turn.then(go, go);
  }

  async function sendAll(form, lines) {
    let kept = 0;
    for (const [file, line] of lines) kept += await send(form, file, line);
    if (kept) await refresh(form.closest("[data-zone]"));
  }

  function entry(form, file) {
    const line = document.createElement("li");
    const name = document.createElement("span");
    const progress = document.createElement("progress");
    const outcome = document.createElement("span");
    name.textContent = file.name;
    progress.max = 100;
    progress.value = 0;
    progress.setAttribute("aria-label", file.name);
    line.append(name, " ", outcome, progress);
    form.querySelector("[data-upload-list]").append(line);
    return { line, progress, outcome };
  }

  function refuse(entry, text) {
    entry.progress.remove();
    entry.line.classList.add("is-refused");
    entry.outcome.textContent = text;
    return 0;
  }

  function send(form, file, entry) {
    if (file.size > LIMIT) return refuse(entry, form.dataset.tooLarge);
    if (!KINDS.test(file.name)) return refuse(entry, form.dataset.wrongKind);
    const body = new FormData();
    body.append("kind", form.elements.kind.value);
    body.append("upload", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) entry.progress.value = (100 * event.loaded) / event.total;
    });
    return new Promise((resolve) => {
      request.addEventListener("error", () => resolve(refuse(entry, form.dataset.failed)));
      request.addEventListener("load", () => resolve(finish(form, request, entry)));
      request.send(body);
    });
  }

  function finish(form, request, entry) {
    const answer = parsed(request.responseText);
    const signedOut = request.status === 403 || (request.status === 200 && !answer);
    if (signedOut) return refuse(entry, form.dataset.signedOut);
    if (request.status !== 200) {
      return refuse(entry, answer?.errors?.join(" ") || form.dataset.failed);
    }
    entry.progress.remove();
    entry.outcome.textContent = `✓ ${form.dataset.done}`;
    setTimeout(() => entry.line.remove(), 6000);
    return 1;
  }

  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }

  // The list as the server shows it.
  async function refresh(zone) {
    const response = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector(`#${CSS.escape(zone.id)} [data-files]`);
    if (fresh) zone.querySelector("[data-files]").replaceWith(fresh);
  }
})();
