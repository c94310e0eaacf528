import { allFieldsOf, fieldsOf, isThenable, optionsSpec, snapshot } from "./arguments.js";
import { createInner } from "./client.js";
import { throwIfCutOff } from "./download.js";
import { SmsHistoryError, toPublicError, withTypedErrors } from "./error.js";
import { tokenSource } from "./token.js";
import { unknownName } from "./unknown-name.js";

const OPTIONS = optionsSpec("account, authorize");
/** @type {import("./arguments.js").ArgumentSpec} */
const ALLOW = { kind: "invalid_options", name: "allow", expected: "an object such as { maxCount: 100 }" };
const OPTION_NAMES = [
  "account",
  "authorize",
  "allow",
  "origins",
  "baseUrl",
  "allowHttp",
  "fetch",
  "limiter",
  "attemptTimeoutMs",
  "onEvent",
];
const SIGN_IN = "sign in again";
/** The page's text when `authorize` fails. The console of the server has the reason. */
const NO_DECISION = "the relay could not decide about this request; the reason is in the log of its server";
/** A longer form is refused. The eight parameters have at most 500 bytes. The same limit is in src/relay/request.rs. */
const MAX_FORM_BYTES = 8 << 10;
/** A longer response passes while it arrives, if it begins as a page. The API's errors are shorter. */
const MAX_ERROR_BYTES = 16 << 10;
/** The bytes of `PAGE_START`, with some white space. */
const PAGE_START_BYTES = 64;
/** A page with rows. An error may stand beside an empty one. */
const PAGE_START = /^\s*\{\s*("total_count"\s*:\s*\d+\s*,\s*)?"result"\s*:\s*\[\s*\{/;

/**
 * A response as the WebAssembly returns it.
 * @typedef {[status: number, headers: [name: string, value: string][], body: Uint8Array<ArrayBuffer>, failure?: unknown]} ResponseParts
 */

/**
 * Creates the function `createRelay` over the WebAssembly build that signs. See edge.d.ts.
 * @param {import("./wasm-instance.js").WasmLoader} loader
 */
export function createRelayFunction(loader) {
  /** @param {import("../edge.js").RelayOptions} options */
  return function createRelay(options) {
    const copy = /** @type {import("../edge.js").RelayOptions} */ (snapshot(options, OPTIONS)() ?? {});
    // A misspelled option must stop the deployment. The WebAssembly checks values of options at the first request.
    const unknown = Object.keys(copy).find((name) => !OPTION_NAMES.includes(name));
    if (unknown !== undefined) {
      const message = unknownName("options", "option", unknown, OPTION_NAMES);
      throw new SmsHistoryError({ kind: "invalid_options", message });
    }
    if (!Object(copy.account)[tokenSource]) {
      const isPromise = isThenable(copy.account);
      const [got, fix] = isPromise ? ["a promise", "await it"] : [typeOf(copy.account)];
      throw invalid("account: expected a ServiceAccount", got, fix);
    }
    if (typeof copy.authorize !== "function")
      throw invalid("authorize: expected a function", typeOf(copy.authorize));
    // Of the object itself, because a copy of options has enumerable fields only.
    if ("allow" in copy) Object.assign(copy, { allow: copyLimits(options.allow) });
    /** @type {{ instance: import("./wasm-instance.js").WasmInstance, inner: import("./wasm-instance.js").WasmRelay } | undefined} */
    let relay;

    /**
     * @param {Request} request
     * @returns {Promise<Response>}
     */
    return (request) =>
      withTypedErrors(async () => {
        if (typeof (/** @type {any} */ (request)?.headers?.get) !== "function")
          throw invalid("request: expected a Request of the web", typeOf(request), "convert that of Node");
        const instance = await loader.ready();
        if (relay?.instance !== instance) {
          const inner = await instance.run(() => createRelayWithin(instance, copy));
          // Requests that started together share the first relay: its token and its limits.
          if (relay?.instance !== instance) relay = { instance, inner };
        }
        const { inner } = relay;
        return instance.run(() => respond(inner, copy.authorize, request));
      });
  };
}

/**
 * @param {import("./wasm-instance.js").WasmInstance} instance
 * @param {import("../edge.js").RelayOptions} options
 */
function createRelayWithin(instance, options) {
  const { Relay } = instance.classes;
  if (!Relay) throw new Error("this build has no Relay");
  const { account: token, authorize: _, allow, origins, ...others } = options;
  // The page's client retries, and gives up when it has waited too long.
  const clientOptions = { __proto__: null, ...others, token, retry: false, timeoutMs: false };
  const client = createInner(instance, clientOptions);
  return new Relay(client, { allow, origins });
}

/**
 * @param {import("./wasm-instance.js").WasmRelay} inner
 * @param {import("../edge.js").RelayOptions["authorize"]} authorize
 * @param {Request} request
 * @returns {Promise<Response>}
 */
async function respond(inner, authorize, request) {
  const { method, url, headers } = request;
  const head = [
    method,
    url,
    ...["content-type", "origin", "sec-fetch-site"].map((name) => headers.get(name)),
  ];
  /**
   * @param {number} status
   * @param {string} message
   */
  const refuse = (status, message) => toResponse(inner.refuse(head, status, message));
  /**
   * The page cannot act on a defect of `authorize`, and does not retry.
   * @param {unknown} error
   */
  const undecided = (error) => {
    console.error(error);
    return refuse(500, NO_DECISION);
  };
  const refusal = inner.check(head);
  if (refusal) return toResponse(refusal);
  /** @type {any} */
  let decision;
  try {
    decision = await authorize(request);
  } catch (error) {
    // The page gets no details, and nobody else would report them. It retries, because a database may have failed.
    console.error(error);
    return refuse(503, NO_DECISION);
  }
  if (decision === false) return refuse(403, SIGN_IN);
  // A response of any realm.
  if (typeof decision?.status === "number" && decision.headers) {
    try {
      return withHeaders(decision, inner.refuse(head, 403, SIGN_IN)[1]);
    } catch {
      // `Response.error()`, for example, cannot be sent.
      return refuse(403, SIGN_IN);
    }
  }
  /** @type {unknown} */
  let allow;
  if (decision !== true) {
    try {
      ({ allow } = fieldsOf(Object(decision), ["allow"]));
      if (!allow) throw invalid("authorize: expected true, false, a Response or { allow }", typeOf(decision));
      allow = copyLimits(allow);
    } catch (error) {
      return undecided(error);
    }
  }
  if (request.bodyUsed) {
    const error =
      "authorize: expected to leave the body unread, got a used one; read that of request.clone()";
    return undecided(new SmsHistoryError({ kind: "invalid_options", message: error }));
  }
  /** @type {string | undefined} */
  let form;
  try {
    form = await readForm(request);
  } catch {
    return refuse(400, "body: expected a form, got none that can be read");
  }
  if (form === undefined) return refuse(413, "body: expected the form of one query, got a longer one");
  const reader = new BodyReader(form);
  try {
    const [status, pairs, bytes, failure] = await inner.forward(
      head,
      form,
      allow,
      reader.read,
      request.signal,
    );
    if (failure) console.error(toPublicError(failure));
    return toResponse([status, [...pairs, ...reader.headers], bytes], reader.stream);
  } catch (thrown) {
    const error = toPublicError(thrown);
    if (error instanceof SmsHistoryError && error.kind === "invalid_options") return undecided(error);
    // Any other value is the reason with which the page has aborted its request.
    if (error instanceof SmsHistoryError) console.error(error);
    return refuse(502, "no response from the api");
  }
}

/**
 * Copies limits. A lost limit would allow everything, so the fields of a class, a prototype or a decorator count, too.
 * @param {unknown} allow
 */
function copyLimits(allow) {
  const isPromise = isThenable(allow);
  const got = isPromise ? "a promise" : Array.isArray(allow) ? "an array" : typeOf(allow);
  if (typeof allow !== "object" || got !== "object")
    throw invalid(`allow: expected ${ALLOW.expected}`, got, isPromise ? "await it" : "");
  return snapshot(allFieldsOf(/** @type {object} */ (allow)), ALLOW)();
}

/** Reads the body of the API's response whole, or passes it on as a stream if it is a page. */
class BodyReader {
  #isFile;
  /** @type {ReadableStream | undefined} */
  stream;
  /**
   * The headers of the stream.
   * @type {ResponseParts[1]}
   */
  headers = [];

  /** @param {string} form the query */
  constructor(form) {
    // A file has no end that a client could check. Runtimes such as workerd end a stream that breaks off as if it were whole.
    this.#isFile = !/^json$/i.test(new URLSearchParams(form).get("output") ?? "json");
  }

  /**
   * Returns the bytes, or `undefined` if they pass on as a stream.
   * @param {Response} response
   */
  read = async (response) => {
    const { body, headers } = response;
    const isHtml = /^\s*text\/html/i.test(headers.get("content-type") ?? "");
    // A caller's `fetch` may return a response without a stream.
    if (this.#isFile || isHtml || typeof body?.tee !== "function") return readAll(response);
    const length = Number(headers.get("content-length"));
    const limit = length > MAX_ERROR_BYTES ? PAGE_START_BYTES : MAX_ERROR_BYTES;
    // Runtimes pass on the branch of a stream without JavaScript.
    const [branch, whole] = body.tee();
    const begin = await readUpTo(branch, limit);
    if (begin.size <= limit) return begin.arrayBuffer();
    if (!PAGE_START.test(await begin.slice(0, PAGE_START_BYTES).text())) return readAll(response, whole);
    this.stream = whole;
    // The stream of a compressed response has another length.
    if (length <= MAX_ERROR_BYTES || headers.get("content-encoding")) return undefined;
    // WebKit notices only by it that a page breaks off.
    this.headers.push(["Content-Length", `${length}`]);
    // In workerd, the branch of a stream that breaks off ends as if it were whole. This stream fails then.
    const { FixedLengthStream } = /** @type {any} */ (globalThis);
    if (FixedLengthStream) this.stream = whole.pipeThrough(new FixedLengthStream(length));
    return undefined;
  };
}

/**
 * Reads a body. WebKit's `arrayBuffer()` resolves when the body was cut off.
 * @param {Response} response
 * @param {ReadableStream} [body] a branch of its body
 */
async function readAll(response, body) {
  const bytes = await (body ? new Response(body) : response).arrayBuffer();
  throwIfCutOff(response, bytes.byteLength);
  return bytes;
}

/**
 * Reads a form, or returns `undefined` for a longer one.
 * @param {Request} request
 */
async function readForm(request) {
  if (!request.body) return request.text();
  const bytes = await readUpTo(request.body, MAX_FORM_BYTES);
  return bytes.size > MAX_FORM_BYTES ? undefined : bytes.text();
}

/**
 * Reads a stream. Of a longer one it returns the beginning, which is longer than the limit.
 * @param {ReadableStream} stream
 * @param {number} limit in bytes
 */
async function readUpTo(stream, limit) {
  const reader = stream.getReader();
  const chunks = [];
  let length = 0;
  while (length <= limit) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks);
    chunks.push(value);
    length += value.byteLength;
  }
  // Not awaited: the promise of a branch waits for the other one.
  reader.cancel().catch(() => {});
  return new Blob(chunks);
}

/**
 * @param {ResponseParts} parts
 * @param {ReadableStream} [stream] in place of the body
 */
function toResponse([status, headers, body], stream) {
  // WebKit notices only by the length that a file breaks off.
  const all = stream ? headers : [...headers, ["Content-Length", `${body.byteLength}`]];
  return new Response(stream ?? body, { status, headers: /** @type {[string, string][]} */ (all) });
}

/**
 * Copies a response, whose headers may be immutable.
 * @param {Response} response
 * @param {ResponseParts[1]} headers those of an error of the relay, except its type
 */
function withHeaders(response, headers) {
  const { status, statusText, body } = response;
  const all = new Headers(response.headers);
  for (const [name, value] of headers) if (name !== "Content-Type") all.set(name, value);
  return new Response(body, { status, statusText, headers: all });
}

/**
 * @param {string} expected
 * @param {string} got
 * @param {string} [fix]
 */
function invalid(expected, got, fix = "") {
  return new SmsHistoryError({
    kind: "invalid_options",
    message: `${expected}, got ${got}${fix && `; ${fix}`}`,
  });
}

/** @param {unknown} value */
function typeOf(value) {
  return value === null ? "null" : typeof value;
}
