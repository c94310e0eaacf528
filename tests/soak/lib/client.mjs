// The package as it is built, and clients that watch which window they read.
import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder of the package. */
export const PACKAGE = process.env.SOAK_PACKAGE ?? fileURLToPath(new URL("../../../pkg", import.meta.url));
const entry = await import(`${pathToFileURL(PACKAGE).href}/entry/edge.inline.js`);
export const { RateLimiter, ServiceAccount, SmsHistoryClient, SmsHistoryError } = entry;

/**
 * A source of tokens that are all different, also within a second: what signs the same claims makes the same token.
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
 * A client of a sandbox. `client.pinned()` tells the `to_date` at which it pinned the end of a history: that of a
 * request for a further page, because the first page may be asked for again with another end.
 * @param {import("./sandbox.mjs").Sandbox} sandbox
 */
export async function clientOf(sandbox, options = {}) {
  let pinned = "";
  const client = new SmsHistoryClient({
    token: options.token ?? (await accountOf(sandbox)),
    baseUrl: sandbox.url,
    fetch: (url, init) => {
      const query = new URL(url).searchParams;
      const to = query.get("to_date") ?? "";
      if (Number(query.get("offset")) > 0 && to > pinned) pinned = to;
      return fetch(url, init);
    },
    ...options,
  });
  return Object.assign(client, { pinned: () => pinned });
}
