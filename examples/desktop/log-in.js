// How an agent logs in on the stack of `make up`: by name alone, since local/desktop.py makes the token. It is the one
// file to replace on AWS, where agents log in with Cognito (README.md).

/** Resolves to the agent's ID token and the address of the API, up to and with /api/v2. `form` is the page's. */
export async function logIn(form) {
  const body = JSON.stringify({ agent: form.elements.agent.value });
  const answer = await fetch("login", { method: "POST", body });
  const { token, api, message } = await answer.json();
  if (!answer.ok) throw new Error(message);
  return { token, api };
}
