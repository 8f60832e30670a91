// A form whose answer is a paper: keeps the paper, then shows the page as it stands after it.
// Without this the browser keeps the paper and the page stays as it was.
(function () {
  "use strict";
  function nameOf(answer) {
    var told = /filename="?([^";]+)"?/.exec(answer.headers.get("Content-Disposition") || "");
    return told ? told[1] : "";
  }
  function keep(paper, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(paper);
    link.download = name;
    document.body.appendChild(link);
    link.click();
  }
  document.querySelectorAll("form[data-fetched]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      fetch(form.action, { method: "POST", body: new FormData(form) }).then(function (answer) {
        var name = answer.ok ? nameOf(answer) : "";
        if (!name) {
          // A refusal is a page: the browser shows it.
          form.submit();
          return;
        }
        return answer.blob().then(function (paper) {
          keep(paper, name);
          // Not before the browser has taken the paper.
          window.setTimeout(function () { window.location.assign(form.dataset.fetched); }, 500);
        });
      }).catch(function () { form.submit(); });
    });
  });
})();
