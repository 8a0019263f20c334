// Keeps what is typed into a step: on the server every few seconds, and on this device until
// the server has confirmed it. Without this script the form works by its buttons.
"use strict";

(() => {
  const form = document.querySelector("form[data-apply]");
  if (!form) return;

  const WAIT = 2500; // milliseconds after the last key
  const state = form.querySelector("[data-apply-state]");
  const login = form.querySelector("[data-apply-login]");
  const names = [...form.querySelectorAll("input[name^='was-']")].map((it) => it.name.slice(4));
  let timer, running, leaving;

  // ---- What is typed, and what the server has ----------------------------------------------

  const control = (name) => form.elements[name];
  const line = (text) => text.replace(/\r\n?/g, "\n");

  function typed(name) {
    const it = control(name);
    if (it.type === "checkbox") return it.checked ? "on" : "";
    return line(it.value);
  }

  const known = (name) => line(control(`was-${name}`).value);
  const changed = () => names.filter((name) => typed(name) !== known(name));

  // ---- The copy on this device -------------------------------------------------------------

  const storage = {
    read() {
      try {
        return JSON.parse(localStorage.getItem(form.dataset.key)) || {};
      } catch {
        return {};
      }
    },
    write(fields) {
      try {
        if (Object.keys(fields).length) {
          localStorage.setItem(form.dataset.key, JSON.stringify(fields));
        } else {
          localStorage.removeItem(form.dataset.key);
        }
      } catch {
        // A private window, or no room: the server's copy has to do.
      }
    },
  };

  const keepCopy = () =>
    storage.write(Object.fromEntries(changed().map((name) => [name, typed(name)])));

  // ---- Saving ------------------------------------------------------------------------------

  const say = (text) => {
    if (state.textContent !== text) state.textContent = text;
  };

  function later(delay = WAIT) {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  }

  // One request at a time, so that an older text never overtakes a newer one.
  function save() {
    clearTimeout(timer);
    running ??= send().finally(() => (running = undefined));
    return running;
  }

  async function send(again = true) {
    const names = changed();
    if (!names.length) return true;
    say(form.dataset.saving);
    const values = names.map((name) => [name, typed(name)]);
    let response;
    try {
      response = await fetch(form.dataset.save, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": token().value },
        body: new URLSearchParams([
          ...values,
          ...names.map((name) => [`was-${name}`, known(name)]),
        ]),
        credentials: "same-origin",
      });
    } catch {
      return failed(form.dataset.unsaved);
    }
    if (response.status === 409) return failed(form.dataset.refused, false);
    // Signed in anew since the page was made: its token is no longer good, its text is.
    if (response.status === 403 && again && (await renewToken())) return send(false);
    if (isLogin(response) || response.status === 403) return signedOut();
    if (!response.ok) return failed(form.dataset.unsaved);
    const { saved_at } = await response.json();
    for (const [name, value] of values) control(`was-${name}`).value = value;
    keepCopy();
    login.hidden = true;
    say(`${form.dataset.saved} ${saved_at}`);
    if (changed().length) later();
    return true;
  }

  const isLogin = (response) =>
    response.redirected || !response.headers.get("Content-Type")?.includes("json");

  function failed(text, again = true) {
    say(text);
    if (again) later(10_000);
    return false;
  }

  function signedOut() {
    login.hidden = false;
    return failed(form.dataset.signedOut);
  }

  const token = () => form.elements.csrfmiddlewaretoken;

  async function renewToken() {
    try {
      const response = await fetch(location.href, { credentials: "same-origin" });
      if (response.redirected || !response.ok) return false;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector("form[data-apply] [name=csrfmiddlewaretoken]");
      if (!fresh) return false;
      for (const it of document.querySelectorAll("[name=csrfmiddlewaretoken]")) {
        it.value = fresh.value;
      }
      return true;
    } catch {
      return false;
    }
  }

  form.addEventListener("input", () => {
    keepCopy();
    later();
    figures();
  });
  form.addEventListener("change", () => later(300));
  window.addEventListener("online", () => save());
  window.addEventListener("focus", () => changed().length && save());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && changed().length) save();
  });

  // Go on only once all is saved: a page of refusal must not swallow the text.
  form.addEventListener("submit", async (event) => {
    // With nothing to save the form goes at once. Sending it again from here would be in vain:
    // a form that is just firing its submit event ignores a second request.
    if (leaving || (!running && !changed().length)) return;
    event.preventDefault();
    event.stopPropagation();
    if (running) await running;
    if (!(await save())) return;
    leaving = true;
    form.requestSubmit(event.submitter ?? undefined);
    leaving = false;
  });

  // ---- Restoring ---------------------------------------------------------------------------

  const offer = document.querySelector("[data-apply-restore]");
  const copy = storage.read();
  const lost = Object.keys(copy).filter((name) => names.includes(name) && copy[name] !== known(name));
  if (lost.length) offer.hidden = false;
  else storage.write({});

  offer.querySelector("[data-apply-take]").addEventListener("click", () => {
    for (const name of lost) {
      const it = control(name);
      if (it.type === "checkbox") it.checked = copy[name] === "on";
      else it.value = copy[name];
    }
    offer.hidden = true;
    keepCopy();
    figures();
    save();
  });
  offer.querySelector("[data-apply-drop]").addEventListener("click", () => {
    offer.hidden = true;
    keepCopy();
  });

  // ---- Figures, exact to the cent ----------------------------------------------------------

  // Hundredths as a BigInt: what has two places is never a floating number here.
  function hundredths(text) {
    const plain = text.normalize("NFKC").replace(/[,_\s]/g, "");
    const found = /^(\d{1,13})(?:\.(\d{0,2}))?$/.exec(plain);
    return found && BigInt(found[1] + (found[2] ?? "").padEnd(2, "0"));
  }

  function grouped(number) {
    const digits = number.toString().padStart(3, "0");
    const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
    return `${whole}.${digits.slice(-2)}`;
  }

  const rounded = (number, divisor) => (number + divisor / 2n) / divisor;

  // The pattern is the server's own "0.00 …" in the reader's language.
  const filled = (pattern, text) => pattern.replace(/0(?:\.00)?/, text);

  function figures() {
    const total = form.querySelector("[data-total]");
    if (total) showTotal(total);
    const metres = form.querySelector("[data-square-metres]");
    if (metres) {
      const mu = hundredths(control(metres.dataset.squareMetres).value);
      metres.hidden = mu === null;
      if (mu !== null) metres.querySelector("output").value = grouped(rounded(mu * 66667n, 100n));
    }
  }

  function showTotal(box) {
    const sums = box.dataset.total.split(" ").map((name) => hundredths(control(name).value));
    const sum = sums.includes(null) ? null : sums[0] + sums[1];
    const inEnglish = box.dataset.divisor === "100";
    const wan = sum === null ? "–" : inEnglish ? grouped(sum * 10_000n).slice(0, -3) : grouped(sum);
    const exact = sum === null ? "–" : grouped(rounded(sum, BigInt(box.dataset.divisor)));
    // Whole millions have no decimals, as the server writes them.
    const yi = inEnglish ? exact.replace(/\.00$/, "") : exact;
    const patterns = [box.querySelector("[data-wan-pattern]"), box.querySelector("[data-yi-pattern]")]
      .map((it) => it.content.textContent.trim());
    const show = (text, pattern) => (sum === null ? "–" : filled(pattern, text));
    box.querySelector("[data-total-wan]").value = show(wan, patterns[0]);
    box.querySelector("[data-total-yi]").value = show(yi, patterns[1]);
  }

  figures();
})();
