/**
 * @param {{ body: string, status?: number | undefined, headers?: { [name: string]: string } }} parts
 * @returns {Response}
 */
export function createResponse({ body, status = 200, headers: more }) {
  /** @type {{ [name: string]: string }} */
  const headers = { "content-type": "application/json", date: new Date().toUTCString(), ...more };
  if (typeof Response === "function") return new Response(body, { status, headers });
  // Jest's environment for pages (jsdom) has no Response.
  const response = {
    ok: status >= 200 && status < 300,
    status,
    headers: { get: (/** @type {string} */ name) => headers[name.toLowerCase()] ?? null },
    arrayBuffer: async () => Uint8Array.from(new TextEncoder().encode(body)).buffer,
    text: async () => body,
    json: async () => JSON.parse(body),
  };
  return /** @type {Response} */ (/** @type {unknown} */ (response));
}
