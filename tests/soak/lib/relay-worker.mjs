// A relay in workerd, and clients of pages behind it.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { bundle } from "../../suite/bundle.mjs";
import { PACKAGE, SmsHistoryClient } from "./client.mjs";
import { collectAndMeasure } from "./worker-memory.mjs";

const RELAY = `
  import { createRelay, ServiceAccount } from "${PACKAGE}/entry/edge.workerd.js";
  let relay;
  export default {
    async fetch(request, { CREDENTIALS, API_URL }) {
      relay ??= createRelay({
        account: await ServiceAccount.fromCredentials(CREDENTIALS),
        authorize: () => true,
        baseUrl: API_URL,
      });
      return relay(request);
    },
  };
`;
/** The least that any relay does: the same requests and responses, without checks, signing and WebAssembly. */
const PASSTHROUGH = `
  export default {
    async fetch(request, { TOKEN, API_URL }) {
      const address = API_URL + "/GetSmsHistory?" + (await request.text());
      const init = { method: "POST", headers: { Authorization: "Bearer " + TOKEN }, signal: request.signal };
      const { body, headers } = await fetch(address, init);
      return new Response(body, { headers: { "Content-Type": headers.get("content-type"), "Cache-Control": "no-store" } });
    },
  };
`;

/**
 * Starts a relay. `client(options)` creates a client of a page behind it. `memory()` collects the garbage of its Worker, and
 * then measures its memory.
 * @param {{ credentials: string, url: string }} sandbox its credentials, and the address of the API
 */
export function startRelay({ credentials, url }) {
  return startWorker(RELAY, { CREDENTIALS: readFileSync(credentials, "utf8"), API_URL: url });
}

/**
 * Starts the baseline of a relay.
 * @param {{ token: string, url: string }} api
 */
export function startPassthrough({ token, url }) {
  return startWorker(PASSTHROUGH, { TOKEN: token, API_URL: url });
}

/**
 * @param {string} source
 * @param {Record<string, string>} bindings
 */
async function startWorker(source, bindings) {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const { script, wasm } = await bundle({ source, folder, packageFolder: folder });
  const miniflare = new Miniflare({
    cf: false,
    inspectorPort: 0,
    // A socket of its own. Miniflare's has another Worker before this one.
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    compatibilityDate: "2026-04-01",
    compatibilityFlags: ["enable_request_signal"],
    modules: [
      { type: "ESModule", path: "worker.mjs", contents: script },
      ...wasm.map(({ name, path }) => ({ type: "CompiledWasm", path: name, contents: readFileSync(path) })),
    ],
    bindings,
  });
  const inspector = await miniflare.getInspectorURL();
  const { origin } = await miniflare.unsafeGetDirectURL();
  // As browsers do; without compression, which Miniflare adds.
  const send = (address, init) =>
    fetch(address, { ...init, headers: { ...init.headers, origin, "accept-encoding": "identity" } });
  return {
    client: (options = {}) => new SmsHistoryClient({ relay: `${origin}/sms`, fetch: send, ...options }),
    memory: () => collectAndMeasure(new URL("/core:user:", inspector)),
    stop: () => miniflare.dispose(),
  };
}
