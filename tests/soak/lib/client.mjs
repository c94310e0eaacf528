// The built package, and clients that record the end of the history that they read.
import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder of the package. */
export const PACKAGE = process.env.SOAK_PACKAGE ?? fileURLToPath(new URL("../../../pkg", import.meta.url));
const entry = await import(`${pathToFileURL(PACKAGE).href}/entry/edge.inline.js`);
export const { RateLimiter, ServiceAccount, SmsHistoryClient, SmsHistoryError } = entry;

/**
 * Returns a token source whose tokens all differ. Signing the same claims would return the same token, so each token has
 * another lifetime.
 * @param {import("./sandbox.mjs").Sandbox} sandbox
 */
export async function freshTokens(sandbox) {
  const account = await accountOf(sandbox);
  let minted = 0;
  return () => {
    minted += 1;
    return account.mintToken({ ttlSeconds: 600 + minted });
  };
}

/** The service account of a sandbox. */
export const accountOf = async ({ credentials }) =>
  ServiceAccount.fromCredentials(await readFile(credentials, "utf8"));

/**
 * Creates a client of a sandbox. `client.endDate()` returns the `to_date` that the client fixed for its history. It is
 * taken from the requests of later pages, because the client may request the first page again with another end.
 * `client.tokens()` returns the tokens that it sent.
 * @param {import("./sandbox.mjs").Sandbox} sandbox
 */
export async function clientOf(sandbox, options = {}) {
  let endDate = "";
  const tokens = new Set();
  const client = new SmsHistoryClient({
    token: options.token ?? (await accountOf(sandbox)),
    baseUrl: sandbox.url,
    fetch: (url, init) => {
      const query = new URL(url).searchParams;
      const to = query.get("to_date") ?? "";
      if (Number(query.get("offset")) > 0 && to > endDate) endDate = to;
      tokens.add(new Headers(init.headers).get("authorization").replace(/^Bearer /, ""));
      return fetch(url, init);
    },
    ...options,
  });
  return Object.assign(client, { endDate: () => endDate, tokens: () => [...tokens] });
}
