// Asks the browser for a passkey and sends what it signed with the form. Without this script, or
// without passkeys in the browser, the form stays hidden: there are other ways to sign in.

const canAsk = Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON);

async function answer(form) {
  const asked = JSON.parse(form.dataset.options);
  if (form.dataset.passkey === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked);
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked);
  return navigator.credentials.get({ publicKey });
}

async function send(form) {
  const said = form.querySelector("[role=status]");
  said.textContent = "";
  try {
    const credential = await answer(form);
    form.elements.namedItem("credential").value = JSON.stringify(credential.toJSON());
  } catch {
    // Cancelled, timed out, or nothing that fits on this device.
    said.textContent = said.dataset.failed;
    return;
  }
  form.submit();
}

for (const form of canAsk ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
