// Says beside "those that are ticked" how many they are; the form works without it.
(function () {
  "use strict";
  document.querySelectorAll("[data-ticked]").forEach(function (place) {
    var form = place.closest("form");
    var boxes = 'input[name="' + place.dataset.ticked + '"]:checked';
    function tell() {
      var count = form.querySelectorAll(boxes).length;
      place.textContent = count ? place.dataset.text.replace("0", String(count)) : "";
    }
    // On the document, after the box in the head has ticked the rows.
    document.addEventListener("change", tell);
    tell();
  });
})();
