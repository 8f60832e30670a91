// Before the page is drawn: dark or light, as the reader's system says, unless the reader chose.
(function () {
  "use strict";
  var root = document.documentElement;
  if (root.dataset.colours !== "system" || !window.matchMedia) { return; }
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() { root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light"); }
  follow();
  dark.addEventListener("change", follow);
})();
