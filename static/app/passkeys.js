// Passkeys: asks the server what to sign, lets the browser sign it, sends the answer in the form.
(function () {
  "use strict";
  function bytes(text) {
    var plain = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(window.atob(plain), function (one) { return one.charCodeAt(0); });
  }
  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return window.btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function known(list) {
    return (list || []).map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
  }
  function create(asked) {
    asked.challenge = bytes(asked.challenge);
    asked.user.id = bytes(asked.user.id);
    asked.excludeCredentials = known(asked.excludeCredentials);
    return navigator.credentials.create({ publicKey: asked });
  }
  function get(asked) {
    asked.challenge = bytes(asked.challenge);
    asked.allowCredentials = known(asked.allowCredentials);
    return navigator.credentials.get({ publicKey: asked });
  }
  function told(made) {
    var said = made.response, response = { clientDataJSON: text(said.clientDataJSON) };
    if (said.attestationObject) {
      response.attestationObject = text(said.attestationObject);
      response.transports = said.getTransports ? said.getTransports() : [];
    } else {
      response.authenticatorData = text(said.authenticatorData);
      response.signature = text(said.signature);
      response.userHandle = said.userHandle ? text(said.userHandle) : null;
    }
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response: response, clientExtensionResults: {} });
  }
  function ask(form) {
    var body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    return fetch(form.dataset.asking, { method: "POST", body: body }).then(function (answer) {
      if (!answer.ok) { throw new Error("refused"); }
      return answer.json();
    });
  }
  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    var button = form.querySelector("button[type=submit]"), hint = form.querySelector("[data-words]"), failed = form.querySelector("[data-failed]");
    if (!window.PublicKeyCredential) { return; }
    button.disabled = false;
    hint.textContent = hint.dataset.words;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (button.disabled) { return; }
      button.disabled = failed.hidden = true;
      ask(form).then(form.dataset.passkey === "create" ? create : get).then(function (made) {
        form.elements.signed.value = told(made);
        form.submit();
      }).catch(function () {
        button.disabled = failed.hidden = false;
        delete form.dataset.sent;
        button.focus();
      });
    });
  });
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
