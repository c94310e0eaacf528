// The package as it is built, and clients that watch which window they read.
import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

const PACKAGE = process.env.SOAK_PACKAGE ?? fileURLToPath(new URL("../../../pkg", import.meta.url));
const entry = await import(`${pathToFileURL(PACKAGE).href}/entry/edge.node.js`);
export const { RateLimiter, ServiceAccount, SmsHistoryClient, SmsHistoryError } = entry;

/**
 * A client of a sandbox. `client.pinned()` tells the `to_date` at which it pinned the end of a history: that of a
 * request for a further page, because the first page may be asked for again with another end.
 * @param {import("./sandbox.mjs").Sandbox} sandbox
 */
export async function clientOf(sandbox, options = {}) {
  const token = await ServiceAccount.fromCredentials(await readFile(sandbox.credentials, "utf8"));
  let pinned = "";
  const client = new SmsHistoryClient({
    token,
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
