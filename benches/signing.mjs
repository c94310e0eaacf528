// Measures the time to sign a token and to get a cached one, compared with jose and the vendor's library. Counts the
// signatures for many requests. Runs in Node, where all three run.
import { generateKeyPairSync } from "node:crypto";
import { createRequire } from "node:module";
import { importPKCS8, SignJWT } from "jose";
import * as edge from "../pkg/entry/edge.inline.js";
import { body } from "./inside/bodies.mjs";
import { answer } from "./inside/fake-api.mjs";
import { interleavedAsync, spread } from "./inside/measure.mjs";

const REQUESTS = 1_000;
const MINUTES = 5;

export async function signing(_, { quick }) {
  process.stderr.write("signing\n");
  // A new key for each run.
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const credentials = {
    account_email: "bench@example.com",
    account_id: 1,
    key_id: "bench",
    private_key: privateKey,
  };
  const account = await edge.ServiceAccount.fromCredentials(credentials);
  const key = await importPKCS8(privateKey, "RS256");
  const { default: Vendor } = createRequire(import.meta.url)("@voximplant/apiclient-nodejs");
  const vendor = Object.assign(Object.create(Vendor.prototype), { key: credentials });
  const page = body("ascii", 1);
  const client = new edge.SmsHistoryClient({ token: account, fetch: () => Promise.resolve(answer(page)) });
  const fixed = new edge.SmsHistoryClient({ token: "bench", fetch: () => Promise.resolve(answer(page)) });
  const runs = {
    "our mintToken()": () => account.mintToken(),
    "jose SignJWT": () =>
      new SignJWT({})
        .setProtectedHeader({ alg: "RS256", kid: "bench", typ: "JWT" })
        .setIssuer("1")
        .setIssuedAt()
        .setExpirationTime("1h")
        .sign(key),
    "the vendor's client": async () => vendor.generateAuthHeader(),
    "a call with our account, token at hand": () => client.getSmsHistory(),
    "a call with a fixed token": () => fixed.getSmsHistory(),
  };
  const settings = { rounds: quick ? 10 : 60, sampleMs: 5, warmMs: 100 };
  const times = await interleavedAsync(runs, settings);
  return {
    times: Object.fromEntries(Object.entries(times).map(([name, of]) => [name, spread(of)])),
    signatures: await signatures(credentials, page),
  };
}

/** Counts the signatures for many requests, spread over minutes by a simulated clock. */
async function signatures(credentials, page) {
  const { sign } = crypto.subtle;
  const { now } = Date;
  let count = 0;
  let passed = 0;
  Object.defineProperty(crypto.subtle, "sign", {
    configurable: true,
    value: (...parameters) => {
      count += 1;
      return sign.apply(crypto.subtle, parameters);
    },
  });
  Date.now = () => now() + passed;
  try {
    const account = await edge.ServiceAccount.fromCredentials(credentials);
    const client = new edge.SmsHistoryClient({ token: account, fetch: () => Promise.resolve(answer(page)) });
    for (let at = 0; at < REQUESTS; at += 1) {
      passed = (at * MINUTES * 60_000) / REQUESTS;
      await client.getSmsHistory();
    }
  } finally {
    delete crypto.subtle.sign;
    Date.now = now;
  }
  return count;
}
