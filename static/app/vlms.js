// Small conveniences; every page works without them.
(function () {
  "use strict";
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "/" && !typing) {
      var search = document.getElementById("search");
      if (search) { event.preventDefault(); search.focus(); }
    }
  });
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if ((form.method || "").toLowerCase() === "post") {
      form.dataset.sent = "1";
      window.setTimeout(function () { delete form.dataset.sent; }, 8000);
    }
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
  // A table that scrolls in itself can be scrolled by keyboard.
  document.querySelectorAll(".table-responsive").forEach(function (box) {
    if (box.scrollWidth > box.clientWidth) { box.tabIndex = 0; }
  });
  var summary = document.querySelector(".error-summary");
  if (summary) { summary.focus(); }
})();
