// Keys of the staff desk. What a key does stands on the link or button itself, as
// aria-keyshortcuts; without this script everything is reached by mouse and by Tab.
"use strict";

const OFF = "keys-off";
const isOn = () => {
  try {
    return localStorage.getItem(OFF) === null;
  } catch {
    return true; // A browser that keeps nothing: the keys are on until the page is left.
  }
};
let on = isOn();

const help = () => document.querySelector("dialog[data-keys]");
const withKey = (key, within = document) =>
  [...within.querySelectorAll(`[aria-keyshortcuts="${key}"]`)].find((each) => each.checkVisibility());

// Where letters are text, or choose among options.
const isTyping = (target) =>
  target.isContentEditable || target.matches?.("input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select");

// The first link of each row of the list on the page.
const rows = () => {
  const list = document.querySelector("[data-rows]");
  return list ? [...list.querySelectorAll(list.dataset.rows)] : [];
};

const move = (by) => {
  const all = rows();
  if (!all.length) return false;
  const here = all.indexOf(document.activeElement);
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
  return true;
};

// Of the form one types in, or of the only one that such a button sends.
const submit = (event) => {
  const key = event.shiftKey ? "Control+Shift+Enter" : "Control+Enter";
  const form = event.target.closest?.("form");
  const button = (form && withKey(key, form)) || withKey(key);
  if (!button) return false;
  button.click();
  return true;
};

const isRow = (target) => rows().includes(target);

const single = (event) => {
  switch (event.key) {
    case "?":
      help()?.showModal();
      return true;
    case "j":
      return move(1);
    case "k":
      return move(-1);
    // Elsewhere the arrows move the page.
    case "ArrowDown":
      return isRow(event.target) && move(1);
    case "ArrowUp":
      return isRow(event.target) && move(-1);
  }
  if (!/^[a-z]$/.test(event.key) || event.repeat) return false;
  const target = withKey(event.key);
  target?.click();
  return Boolean(target);
};

document.addEventListener("keydown", (event) => {
  // Nor while characters are being composed, as Chinese ones are.
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  let done = false;
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    done = event.key === "Enter" && !event.repeat && submit(event);
  } else if (on && !event.altKey && !event.ctrlKey && !event.metaKey && !isTyping(event.target)) {
    done = single(event);
  }
  if (done) event.preventDefault();
});

// The theme's own key, which goes to the search of a list, is a single one too.
document.addEventListener("keydown", (event) => {
  if (!on && event.key === "/" && !isTyping(event.target)) event.stopImmediatePropagation();
}, true);

document.addEventListener("DOMContentLoaded", () => {
  const dialog = help();
  if (!dialog) return;
  const opener = document.querySelector("[data-keys-open]");
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  const wanted = dialog.querySelector("[name=keys]");
  wanted.checked = on;
  wanted.addEventListener("change", () => {
    on = wanted.checked;
    try {
      if (on) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    } catch {
      // Kept for this page alone.
    }
  });
  // A dialog of an act begins at its first field; where it asks nothing, at its button. Not on a
  // phone, whose keyboard would cover the form, and not before what a form complains of.
  const form = document.querySelector("form[data-act]");
  if (!form || document.querySelector("[data-error-summary]") || !matchMedia("(hover: hover)").matches) return;
  const fields = "input:not([type=hidden], [disabled]), textarea, select";
  const first = [...form.querySelectorAll(fields)].find((each) => each.checkVisibility());
  (first || withKey("Control+Enter", form))?.focus();
});
