// A request to the fake: what a caller passes to `fetch`.

/**
 * Reads a request as a server gets it.
 * @param {RequestInfo | URL} input
 * @param {RequestInit} init
 */
export async function readRequest(input, init = {}) {
  const request = typeof input === "object" && "url" in input ? input : undefined;
  // Relative addresses are those of a relay.
  const url = new URL(request?.url ?? String(input), "http://localhost");
  const headers = init.headers ?? request?.headers;
  const isForm =
    init.body instanceof URLSearchParams ||
    /^application\/x-www-form-urlencoded\b/i.test(getHeader(headers, "content-type") ?? "");
  const body = isForm ? (init.body ?? (await request?.clone().text())) : "";
  return {
    path: url.pathname,
    method: (init.method ?? request?.method ?? "GET").toUpperCase(),
    signal: init.signal ?? request?.signal,
    authorization: getHeader(headers, "authorization"),
    isForm,
    /** @type {[string, string][]} */
    pairs: [...url.searchParams, ...new URLSearchParams(toText(body))],
  };
}

/**
 * @param {any} headers `Headers`, pairs or an object. Jest's environment for pages has no `Headers`.
 * @param {string} name in lower case
 * @returns {string | undefined}
 */
function getHeader(headers, name) {
  if (typeof headers?.get === "function") return headers.get(name) ?? undefined;
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers ?? {});
  return pairs.find(([key]) => key.toLowerCase() === name)?.[1];
}

/** @param {any} body */
function toText(body) {
  const isBytes = ArrayBuffer.isView(body) || body instanceof ArrayBuffer;
  return isBytes ? new TextDecoder().decode(body) : String(body ?? "");
}
