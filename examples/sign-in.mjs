// Signs up or in by a code and reads one's orders: node examples/sign-in.mjs, with Node.js 20 or newer and a shop from
// `make run`. Run examples/buy.mjs before it: what was bought as a guest with this address is then among the orders.
import { setTimeout as wait } from "node:timers/promises";

const SHOP = process.env.SHOP ?? "http://127.0.0.1:8000/graphql";
const EMAIL = process.env.EMAIL ?? "ada@example.com";
const ERRORS = "userErrors { code message field }";

async function ask(query, input, token) {
  const answer = await fetch(SHOP, {
    method: "POST",
    headers: {
      "Content-Type": "application/json", "X-Channel": "jp", "Accept-Language": "en", "X-Client": "sign-in.mjs",
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(errors.map(({ message, extensions }) => `${extensions.code}: ${message}`).join("\n"));
  const [payload] = Object.values(data);
  if (payload?.userErrors?.length) throw new Error(payload.userErrors.map((error) => error.message).join("\n"));
  return payload;
}

const { challengeId } = await ask(`mutation ($input: CodeSendInput!) {
  codeSend(input: $input) { challengeId ${ERRORS} }
}`, { to: { email: EMAIL }, purpose: "SIGN_IN" });

// People read it in their mail. A shop for developers shows what it writes.
const { messages } = await (await fetch(new URL("/dev/messages?format=json", SHOP))).json();
const { facts } = messages.find(({ recipient, facts }) => recipient === EMAIL && facts.code);

const { tokens, viewer } = await ask(`mutation ($input: SignInInput!) {
  signIn(input: $input) { tokens { accessToken refreshToken expiresAt } viewer { email } ${ERRORS} }
}`, { credential: { code: { challengeId, code: facts.code } } });
console.log(`Signed in: ${viewer.email}`);

// What was bought as a guest joins a moment after the address was proven.
let orders;
for (let tries = 0; tries < 20 && !orders?.nodes.length; tries++) {
  if (tries) await wait(500);
  ({ orders } = await ask("{ viewer { orders(first: 10) { nodes { number status } } } }", undefined, tokens.accessToken));
}
for (const { number, status } of orders.nodes) console.log(`Order ${number}: ${status}`);
