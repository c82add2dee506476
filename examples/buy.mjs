// Buys two mugs in English and yen: node examples/buy.mjs, with Node.js 20 or newer and a shop from `make run`.
import { randomUUID } from "node:crypto";

const SHOP = process.env.SHOP ?? "http://127.0.0.1:8000/graphql";
const ERRORS = "userErrors { code message field }";

async function ask(query, input) {
  const answer = await fetch(SHOP, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Channel": "jp", "Accept-Language": "en" },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(errors.map(({ message, extensions }) => `${extensions.code}: ${message}`).join("\n"));
  const [payload] = Object.values(data);
  if (payload?.userErrors?.length) throw new Error(payload.userErrors.map((error) => error.message).join("\n"));
  return payload;
}

const product = await ask(`query ($input: [SelectedOptionInput!]!) {
  product(by: { slug: "harbor-stoneware-mug" }) { name variant(options: $input) { id price { current { formatted } } } }
}`, [{ option: "color", value: "sage" }, { option: "capacity", value: "500-ml" }]);
console.log(`${product.name}: ${product.variant.price.current.formatted}`);

const { cart } = await ask(`mutation ($input: CartCreateInput!) {
  cartCreate(input: $input) { cart { id } ${ERRORS} }
}`, { lines: [{ variantId: product.variant.id, quantity: 2 }] });

const started = await ask(`mutation ($input: CheckoutStartInput!) {
  checkoutStart(input: $input) { checkout { id shippingOptions { id name } paymentOptions { id code } } ${ERRORS} }
}`, {
  cartId: cart.id,
  email: "ada@example.com",
  shippingAddress: { name: "Ada Park", lines: ["1-2-3 Jingumae"], region: "JP-13", postalCode: "150-0001", country: "JP" },
});

const { id, shippingOptions, paymentOptions } = started.checkout;
const { checkout } = await ask(`mutation ($input: CheckoutUpdateInput!) {
  checkoutUpdate(input: $input) { checkout { requirements { message } totals { total { amount formatted } } } ${ERRORS} }
}`, {
  checkoutId: id,
  shippingOptionId: shippingOptions[0].id,
  paymentOptionId: paymentOptions.find(({ code }) => code === "test.card").id,
});
console.log(`To pay: ${checkout.totals.total.formatted}, by ${shippingOptions[0].name}`);

// The key belongs to this purchase: repeat the request with the same one until it is answered.
const { order } = await ask(`mutation ($input: CheckoutCompleteInput!) {
  checkoutComplete(input: $input) { order { number status paymentStatus } nextAction { kind url } ${ERRORS} }
}`, { checkoutId: id, expectedTotal: checkout.totals.total.amount, idempotencyKey: randomUUID() });
console.log(`Order ${order.number}: ${order.status}, ${order.paymentStatus}`);
