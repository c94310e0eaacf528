/**
 * The role `masked`: no message texts, and shortened phone numbers.
 *
 * A shortened number is `1415*****00~m` and a code of 22 or 43 characters. The code is the number, encrypted with a key of
 * this deployment. So equal numbers have equal codes, and figures by number stay exact. A query may name a code, and the
 * Worker decrypts it. Nobody else can. A sender name with letters stays readable, because it names no person.
 */
import { base64url } from "jose";
import { failure } from "./refusal.js";
import { type Env, readCredentials } from "./settings.js";

const SHORTENED = /^(\d*)\*+(\d*)~m([\w-]{22}|[\w-]{43})$/;
/** AES needs one. A fixed one makes equal numbers equal codes, which is wanted here. */
const INITIAL_VECTOR = new Uint8Array(16);
/** More digits would make a code of a third block. E.164 allows 15. */
const MAX_DIGITS = 31;

/** The parameters that a masked reader's query may have. Others could name other formats of the response. */
const PARAMETERS = [
  "source_number",
  "destination_number",
  "direction",
  "count",
  "offset",
  "from_date",
  "to_date",
];
const NUMBER_PARAMETERS = ["source_number", "destination_number"];

export class Redactor {
  readonly #key: CryptoKey;
  /** Codes by number. */
  readonly #shortened = new Map<string, string>();

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  /** The key derives from the credentials, so that a deployment needs no further secret. */
  static async of(env: Env): Promise<Redactor> {
    const seed = new TextEncoder().encode(`shortened numbers\0${readCredentials(env)}`);
    const raw = await crypto.subtle.digest("SHA-256", seed);
    return new Redactor(await crypto.subtle.importKey("raw", raw, "AES-CBC", false, ["encrypt", "decrypt"]));
  }

  /** Shortens a phone number. A name keeps its letters, and loses its runs of five and more digits. */
  async shorten(value: string): Promise<string> {
    if (/\p{L}/u.test(value)) return value.replace(/\d(?:[\d\s().-]*\d){4,}/g, "*****");
    const digits = value.replace(/\D/g, "").slice(0, MAX_DIGITS);
    let shortened = this.#shortened.get(digits);
    if (shortened === undefined) {
      const data = await crypto.subtle.encrypt(
        { name: "AES-CBC", iv: INITIAL_VECTOR },
        this.#key,
        new TextEncoder().encode(digits),
      );
      const head = digits.slice(0, Math.min(4, Math.floor(digits.length / 3)));
      const tail = digits.length >= 9 ? digits.slice(-2) : "";
      shortened = `${head}*****${tail}~m${base64url.encode(new Uint8Array(data))}`;
      this.#shortened.set(digits, shortened);
    }
    return shortened;
  }

  /** Returns the number of a shortened one, a name unchanged, or `undefined` for everything else, such as a full number. */
  async restore(value: string): Promise<string | undefined> {
    const [, , , code] = SHORTENED.exec(value) ?? [];
    if (code === undefined) return /\p{L}/u.test(value) && !/\d{5}/.test(value) ? value : undefined;
    try {
      const data = await crypto.subtle.decrypt(
        { name: "AES-CBC", iv: INITIAL_VECTOR },
        this.#key,
        base64url.decode(code),
      );
      const digits = new TextDecoder().decode(data);
      return /^\d+$/.test(digits) ? digits : undefined;
    } catch {
      return undefined;
    }
  }

  /** Returns a query with full numbers, or the refusal of a query that this role may not send. */
  async restoreQuery(body: string): Promise<URLSearchParams | Response> {
    const query = new URLSearchParams();
    for (const [name, value] of new URLSearchParams(body)) {
      if (name === "output" && value === "json") continue;
      if (!PARAMETERS.includes(name))
        return failure(403, 104, "this role reads no files and no other parameters");
      const restored = NUMBER_PARAMETERS.includes(name) ? await this.restore(value) : value;
      if (restored === undefined) return failure(403, 104, "this role asks for shortened numbers only");
      query.append(name, restored);
    }
    return query;
  }

  /** Redacts a JSON response of the API. Any other body is replaced by an error. */
  async redactResponse(response: Response): Promise<Response> {
    const body = await this.#redactBody(await response.text());
    if (body === undefined) return failure(502, 2, "the API's response is not JSON");
    const headers = new Headers({ "Content-Type": "application/json" });
    for (const name of ["Date", "Retry-After", "Cache-Control"]) {
      const value = response.headers.get(name);
      if (value) headers.set(name, value);
    }
    return new Response(body, { status: response.status, headers });
  }

  async #redactBody(text: string): Promise<string | undefined> {
    let body: unknown;
    try {
      body = parseExactly(text);
    } catch {
      return undefined;
    }
    if (!isObject(body)) return undefined;
    const redacted: Fields = {};
    if ("total_count" in body) redacted.total_count = body.total_count;
    if (isObject(body.error)) redacted.error = redactError(body.error);
    if (Array.isArray(body.errors)) redacted.errors = body.errors.filter(isObject).map(redactError);
    if (Array.isArray(body.result)) {
      redacted.result = await Promise.all(
        body.result.map((row) => (isObject(row) ? this.#redactRow(row) : null)),
      );
    }
    return JSON.stringify(redacted);
  }

  /** Keeps the known fields only. Unknown ones may contain anything. */
  async #redactRow(row: Fields): Promise<Fields> {
    const redacted: Fields = {};
    for (const name of [
      "message_id",
      "sms_id",
      "direction",
      "fragments",
      "cost",
      "status_id",
      "processed_date",
      "transaction_id",
    ]) {
      if (name in row) redacted[name] = row[name];
    }
    for (const name of NUMBER_PARAMETERS) {
      const value = row[name];
      if (value !== undefined && value !== null) redacted[name] = await this.shorten(plainText(value));
    }
    if (typeof row.error_message === "string") redacted.error_message = hideNumbers(row.error_message);
    return redacted;
  }
}

type Fields = Record<string, unknown>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function redactError(error: Fields): Fields {
  return { code: error.code, msg: hideNumbers(plainText(error.msg)) };
}

/** Hides all digits, except those of the API's `Code = N`. */
export function hideNumbers(text: string): string {
  return text.replace(/(code\s*=\s*)?\+?\d+/gi, (found, code) => (code ? found : "…"));
}

/** A number as the response wrote it, see {@link parseExactly}. */
interface RawJson {
  readonly rawJSON: string;
}

declare global {
  interface JSON {
    /** ES2026, in V8 since 11.4. */
    rawJSON(text: string): RawJson;
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
    ): unknown;
  }
}

/** Parses JSON, but keeps numbers as they are written, so that long ids and costs stay exact. */
function parseExactly(text: string): unknown {
  return JSON.parse(text, (_, value, { source }) =>
    typeof value === "number" && source !== undefined ? JSON.rawJSON(source) : value,
  );
}

function plainText(value: unknown): string {
  if (isObject(value) && typeof value.rawJSON === "string") return value.rawJSON;
  return typeof value === "string" ? value : "";
}
