// Small conveniences; every page works without them.
(function () {
  "use strict";
  var SENT_AGAIN_AFTER = 8000, TOAST_STAYS = 20000;

  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "/" && !typing) {
      var search = document.getElementById("find") || document.getElementById("search");
      if (search) { event.preventDefault(); search.focus(); }
    }
  });

  // A second press on a button that sends does nothing.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if ((form.method || "").toLowerCase() === "post") {
      form.dataset.sent = "1";
      window.setTimeout(function () { delete form.dataset.sent; }, SENT_AGAIN_AFTER);
    }
  });
  // Nor does a page that comes back by the back button think that it was sent.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  document.addEventListener("change", function (event) {
    var box = event.target;
    if (box.dataset.ticks) {
      document.querySelectorAll('input[name="' + box.dataset.ticks + '"]').forEach(function (one) {
        one.checked = box.checked;
      });
    }
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (button && navigator.clipboard) {
      var source = document.getElementById(button.dataset.copy);
      navigator.clipboard.writeText(source.dataset.text || source.textContent.trim());
      button.setAttribute("aria-live", "polite");
      button.textContent = button.dataset.copied;
    }
  });

  // Menus close when one presses elsewhere, leaves them, or presses Escape.
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!except || !menu.contains(except)) { menu.open = false; }
    });
  }
  document.addEventListener("click", function (event) { closeMenus(event.target); });
  document.addEventListener("focusin", function (event) { closeMenus(event.target); });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    var menu = event.target.closest && event.target.closest("details.menu[open]");
    closeMenus();
    if (menu) { menu.querySelector("summary").focus(); }
  });

  // A table that scrolls in itself can be scrolled by keyboard; one that does not is no stop.
  function openToKeys(box) {
    if (box.scrollWidth > box.clientWidth) { box.tabIndex = 0; }
    else if (document.activeElement !== box) { box.removeAttribute("tabindex"); }
  }
  var sizes = new ResizeObserver(function (changed) {
    changed.forEach(function (one) { openToKeys(one.target.closest(".table-responsive")); });
  });
  function watchTables() {
    document.querySelectorAll(".table-responsive, .table-responsive > table").forEach(function (one) { sizes.observe(one); });
  }
  watchTables();
  document.addEventListener("htmx:afterSettle", watchTables);

  // What was done floats in a corner, is announced, can be closed, and goes after a while.
  function closeButton(line, label) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "toast-close";
    button.setAttribute("aria-label", label);
    button.textContent = "×";
    button.addEventListener("click", function () { line.remove(); });
    line.appendChild(button);
  }
  function goLater(line) {
    var timer;
    function start() { timer = window.setTimeout(function () { line.remove(); }, TOAST_STAYS); }
    ["mouseenter", "focusin"].forEach(function (name) { line.addEventListener(name, function () { window.clearTimeout(timer); }); });
    ["mouseleave", "focusout"].forEach(function (name) { line.addEventListener(name, start); });
    start();
  }
  var toasts = document.querySelector(".toasts");
  if (toasts && toasts.children.length) {
    var lines = Array.prototype.slice.call(toasts.children);
    toasts.classList.add("is-floating");
    lines.forEach(function (line) {
      closeButton(line, toasts.dataset.close);
      if (!/alert-(danger|warning|error)/.test(line.className)) { goLater(line); }
    });
    // A live region speaks of what comes into it, not of what it had.
    toasts.replaceChildren();
    window.setTimeout(function () { lines.forEach(function (line) { toasts.appendChild(line); }); }, 150);
  }

  // Who signs out leaves no page of theirs on the screen: those in other windows are left too.
  var windows = window.BroadcastChannel && new BroadcastChannel("vlms");
  if (windows && document.querySelector(".top-visitor")) {
    windows.onmessage = function () { window.location.replace(window.location.pathname + window.location.search); };
  } else if (windows && document.querySelector("[data-leaving]")) { windows.postMessage("left"); }

  var summary = document.querySelector(".error-summary");
  if (summary) { summary.focus(); }
})();
