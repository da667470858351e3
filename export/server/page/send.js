// What all models of the page share: a request to the server, and the button that copies a command.

const addressOf = model => `${location.href.replace(/[?#].*/, "")}v1/models/${encodeURIComponent(model.name)}:predict`;

const send = async (model, signature, inputs) => {
  const body = JSON.stringify({ signature_name: signature, inputs });
  const answer = await fetch(addressOf(model), { method: "POST", body });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error);
  return content.outputs;
};

for (const button of document.querySelectorAll(".curl button")) button.addEventListener("click", async () => {
  await navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent);
  button.textContent = "copied";
  setTimeout(() => { button.textContent = "copy"; }, 1500);
});
