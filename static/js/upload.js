// Files by drag and drop, with progress, one request each, kept by the server as soon as they are
// chosen: neither an error of the form nor a session that ends takes them away. Without this
// script: a file field and a button.
"use strict";

(() => {
  const words = document.querySelector("[data-upload-words]")?.dataset;
  if (!words) return;

  const LIMIT = 50 * 1024 * 1024; // bytes; the server counts too
  const KINDS = /\.(pdf|jpe?g|png|docx|xlsx)$/i;
  const AGAIN = 10_000; // milliseconds until what waits is sent once more

  for (const button of document.querySelectorAll("[data-upload-button]")) button.hidden = true;

  // Before portal.js sees the choice, which lists what a plain field holds.
  document.addEventListener(
    "change",
    (event) => {
      const zone = event.target.type === "file" && event.target.closest("[data-upload]");
      if (!zone) return;
      const files = [...event.target.files];
      event.target.value = "";
      take(zone, files);
    },
    true,
  );

  // Beside a zone a dropped file must not replace the page.
  for (const type of ["dragover", "drop"]) {
    window.addEventListener(type, (event) => event.preventDefault());
  }

  // ---- Sending -----------------------------------------------------------------------------

  // One after another on the whole page: of one person the server reads one file at a time.
  let turn = Promise.resolve();
  let underWay = 0;
  // What could not be sent, and stays here until it can.
  const waiting = new Set();
  let timer;

  function take(zone, files) {
    for (const file of files) queue({ zone, file, ...lineOf(zone, file) });
    if (files.length) require(zone, false);
  }

  // A file on its way answers a required field, which the browser sees empty: it would not let
  // the form go. The server asks again.
  function require(zone, isMissing) {
    const input = zone.querySelector("input[type=file]");
    if (input.required) input.dataset.isRequired = "";
    input.required = isMissing && "isRequired" in input.dataset;
  }

  function queue(entry) {
    underWay += 1;
    const go = () => send(entry).finally(() => (underWay -= 1));
    turn = turn.then(go, go);
  }

  function lineOf(zone, file) {
    const line = document.createElement("li");
    const name = document.createElement("span");
    const progress = document.createElement("progress");
    const outcome = document.createElement("span");
    name.textContent = file.name;
    progress.max = 100;
    progress.value = 0;
    progress.setAttribute("aria-label", file.name);
    line.append(name, " ", outcome, " ", progress);
    zone.querySelector("[data-upload-list]").append(line);
    return { line, progress, outcome };
  }

  async function send(entry, again = true) {
    const { file } = entry;
    if (file.size > LIMIT) return refuse(entry, words.tooLarge);
    if (!KINDS.test(file.name)) return refuse(entry, words.wrongKind);
    const answer = await posted(entry);
    if (!answer.status) return wait(entry, words.failed);
    // Signed in anew since the page was made: its token is no longer good, the file is.
    if (isSignedOut(answer)) {
      if (again && (await renewToken())) return send(entry, false);
      return wait(entry, words.signedOut, true);
    }
    if (answer.status !== 200) {
      return refuse(entry, answer.said?.errors?.join(" ") || words.failed);
    }
    keep(entry, answer.said.kept);
  }

  const isSignedOut = ({ status, said }) => status === 403 || (status === 200 && !said);

  function posted({ zone, file, progress }) {
    const body = new FormData();
    for (const [name, value] of new URLSearchParams(zone.dataset.params)) body.append(name, value);
    body.append("upload", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", zone.dataset.upload);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = (100 * event.loaded) / event.total;
    });
    return new Promise((resolve) => {
      request.addEventListener("error", () => resolve({ status: 0 }));
      request.addEventListener("load", () =>
        resolve({ status: request.status, said: parsed(request.responseText) }),
      );
      request.send(body);
    });
  }

  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }

  // ---- What has become of a file -----------------------------------------------------------

  function keep(entry, list) {
    waiting.delete(entry);
    entry.line.remove();
    const { zone } = entry;
    // What was refused before has been replaced by what has arrived.
    for (const line of zone.querySelectorAll(".is-refused")) line.remove();
    zone.querySelector("[data-files]").innerHTML = list;
    require(zone, false);
    zone.querySelector("[data-upload-said]").textContent = `✓ ${entry.file.name} ${words.done}`;
  }

  function refuse(entry, text) {
    waiting.delete(entry);
    entry.progress.hidden = true;
    entry.line.classList.add("is-refused");
    entry.outcome.textContent = text;
    require(entry.zone, !entry.zone.querySelector("[data-files] li"));
  }

  function wait(entry, text, isSignedOut = false) {
    waiting.add(entry);
    entry.line.classList.add("is-waiting");
    entry.outcome.textContent = text;
    if (isSignedOut) entry.outcome.append(" ", signInLink());
    clearTimeout(timer);
    timer = setTimeout(sendWaiting, AGAIN);
  }

  function sendWaiting() {
    if (underWay) return;
    for (const entry of [...waiting]) {
      waiting.delete(entry);
      entry.line.classList.remove("is-waiting");
      queue(entry);
    }
  }

  window.addEventListener("online", sendWaiting);
  window.addEventListener("focus", sendWaiting);

  function signInLink() {
    const link = document.createElement("a");
    link.href = words.login;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = words.signIn;
    return link;
  }

  // ---- The session -------------------------------------------------------------------------

  const tokens = () => document.querySelectorAll("[name=csrfmiddlewaretoken]");
  const token = () => tokens()[0].value;

  // Whether one is signed in; the forms of the page get the token that is good now.
  async function renewToken() {
    const response = await fetch(words.session, { credentials: "same-origin" });
    const isOurs = response.headers.get("Content-Type")?.includes("json");
    if (response.redirected || !response.ok || !isOurs) return false;
    const { token } = await response.json();
    for (const it of tokens()) it.value = token;
    return true;
  }

  // A form goes once all its files are kept and one is still signed in: a page of refusal must not
  // swallow what was typed.
  let sending = false;
  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target;
      if (sending || form.method !== "post" || !form.querySelector("[data-upload]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event;
      sendWaiting();
      await turn;
      if (waiting.size) return say(form, words.stillHere);
      let signedIn;
      try {
        signedIn = await renewToken();
      } catch {
        return say(form, words.failed);
      }
      if (!signedIn) return say(form, words.formSignedOut, true);
      sending = true;
      form.requestSubmit(submitter ?? undefined);
      sending = false;
    },
    true,
  );

  function say(form, text, isSignedOut = false) {
    let box = form.querySelector("[data-upload-alert]");
    if (!box) {
      box = document.createElement("div");
      box.className = "alert alert-warning";
      box.setAttribute("role", "alert");
      box.dataset.uploadAlert = "";
      form.append(box);
    }
    box.textContent = text;
    if (isSignedOut) box.append(" ", signInLink());
  }

  window.addEventListener("beforeunload", (event) => {
    if (underWay || waiting.size) event.preventDefault();
  });
})();
