import { SmsHistoryError } from "./error.js";

/**
 * Describes an argument that is an object, for errors about it.
 * @typedef {object} ArgumentSpec
 * @property {import("../index.js").SmsHistoryErrorKind} kind
 * @property {string} name
 * @property {string} expected
 */

/** How deep a snapshot copies. The deepest argument is an option of an option. Deeper values are passed on uncopied. */
const MAX_DEPTH = 4;

/**
 * The fields of arguments: those of `HOMES` in src/bindings/options, except of `retry`, `allow` and token callbacks, and those of
 * credentials. An object may have them from its class, its prototype or a decorator, as a getter or a method.
 */
const FIELDS = (
  "sourceNumber destinationNumber direction count offset fromDate toDate output extra signal limit cursor concurrency " +
  "onProgress bucket timeZone top emptyBuckets by maxMessages format columns neutralizeFormulas byteOrderMark delimiter " +
  "trailer token baseUrl allowHttp relay fetch timeoutMs attemptTimeoutMs retry limiter onEvent requestsPerSecond " +
  "maxInFlight account authorize allow origins accountId ttlSeconds account_id key_id private_key result"
).split(" ");
/** Those of the option `retry`. */
const RETRY_FIELDS = ["maxAttempts", "baseDelayMs", "maxDelayMs"];

/**
 * Describes an argument with options.
 * @param {string} field an option that it may have, as an example
 * @returns {ArgumentSpec}
 */
export function optionsSpec(field) {
  return { kind: "invalid_options", name: "options", expected: `an object with fields such as { ${field} }` };
}

/**
 * Copies an argument now, so that later changes to the object do not affect a call in flight. Values that are not objects are
 * passed on, and the WebAssembly rejects them.
 * @param {unknown} argument
 * @param {ArgumentSpec} spec
 * @returns {() => unknown} returns the copy, or throws the error. A constructor takes options and must not throw, so its
 *   first call reports the error.
 */
export function snapshot(argument, spec) {
  try {
    const copy = copyArgument(argument, spec);
    return () => copy;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/**
 * Returns the option `signal` if it is one. The WebAssembly reports anything else when it reads the options.
 * @param {() => unknown} getOptions
 * @returns {AbortSignal | undefined}
 */
export function getSignal(getOptions) {
  try {
    const { signal } = /** @type {{ signal?: any }} */ (Object(getOptions()));
    const isSignal = typeof signal?.aborted === "boolean" && typeof signal.addEventListener === "function";
    return isSignal ? signal : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {unknown} argument
 * @param {ArgumentSpec} spec
 */
function copyArgument(argument, { kind, name, expected }) {
  /** @type {string | undefined} */
  let shape;
  try {
    if (!mayBeOptions(argument)) return argument;
    const entries = entriesOf(argument, FIELDS);
    shape = isPlain(argument) ? undefined : describeNonOptions(argument, entries.length);
    if (shape === undefined) return fromEntries(copyEntries(entries, MAX_DEPTH));
  } catch (cause) {
    throw new SmsHistoryError({
      kind,
      message: `${name}: expected ${expected}, got an object with a getter or proxy that threw`,
      cause,
    });
  }
  throw new SmsHistoryError({ kind, message: `${name}: expected ${expected}, got ${shape}` });
}

/**
 * Reads the object's own enumerable fields, of which the WebAssembly rejects unknown ones, and the known fields that it has in
 * another way. A field that somebody added to `Object.prototype` does not count.
 * @param {object} value
 * @param {string[]} names the known fields
 * @returns {Record<string, unknown>}
 */
export function fieldsOf(value, names) {
  return fromEntries(entriesOf(value, names));
}

/**
 * Does what {@link fieldsOf} does, as entries.
 * @param {object} value
 * @param {string[]} names
 * @returns {[string, unknown][]}
 */
function entriesOf(value, names) {
  const entries = Object.entries(value);
  // The usual argument: a literal, which has no other fields.
  if (isPlain(value) && Object.getOwnPropertyNames(value).length === entries.length) return entries;
  const fields = Object.fromEntries(entries);
  const others = names.filter((name) => !(name in fields) && name in value);
  return [
    ...entries,
    ...others.map((name) => /** @type {[string, unknown]} */ ([name, Reflect.get(value, name)])),
  ];
}

/**
 * Creates an object in which nothing is inherited.
 * @param {[string, unknown][]} entries
 * @returns {Record<string, unknown>}
 */
function fromEntries(entries) {
  const fields = Object.create(null);
  for (const [name, value] of entries) fields[name] = value;
  return fields;
}

/**
 * Whether the argument is an object that is checked here. The WebAssembly has better messages for a promise (a forgotten
 * `await`) and for bytes.
 * @param {unknown} argument
 * @returns {argument is object}
 */
export function mayBeOptions(argument) {
  return (
    typeof argument === "object" &&
    argument !== null &&
    !isThenable(argument) &&
    !ArrayBuffer.isView(argument)
  );
}

/**
 * Whether a value is a promise. `instanceof` would miss those of another realm, and native ones where zone.js or another
 * library has replaced `Promise`: async functions return native promises.
 * @param {any} value
 * @returns {value is Promise<any>}
 */
export function isThenable(value) {
  return typeof value?.then === "function";
}

/**
 * Whether an object has no class. Objects of other realms (an iframe, Node's `vm`) count, too.
 * @param {object} value
 */
function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || isObjectPrototype(prototype);
}

/**
 * Whether an object is the `Object.prototype` of a realm.
 * @param {object} value
 */
function isObjectPrototype(value) {
  return Object.getPrototypeOf(value) === null && Object.hasOwn(value, "isPrototypeOf");
}

/**
 * Reads all fields that an object has: its own and inherited ones, also those that are not enumerable.
 * @param {object} value
 */
export function allFieldsOf(value) {
  /** @type {Set<string>} */
  const names = new Set();
  for (let level = value; level && !isObjectPrototype(level); level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) if (name !== "constructor") names.add(name);
  }
  return Object.fromEntries(Array.from(names, (name) => [name, Reflect.get(value, name)]));
}

/**
 * Describes an instance of a class that cannot be options; returns `undefined` for one with fields. An AbortSignal,
 * a Map or a Response would otherwise pass for options in which nothing is set.
 * @param {object} argument
 * @param {number} fieldCount
 */
function describeNonOptions(argument, fieldCount) {
  if (Array.isArray(argument)) return "an array";
  // The fields of a String object are its characters.
  const isText = tagOf(argument) === "[object String]";
  if (fieldCount > 0 && !isText) return undefined;
  const name = Object.getPrototypeOf(argument).constructor?.name;
  if (typeof name !== "string" || name === "Object" || !/^[A-Za-z]\w{0,39}$/.test(name))
    return "an object without known fields";
  return `${/^[AEIOU]/i.test(name) ? "an" : "a"} ${name}`;
}

/**
 * @param {[string, unknown][]} entries
 * @param {number} depth
 * @returns {[string, unknown][]}
 */
function copyEntries(entries, depth) {
  return entries.map(([name, value]) => [name, copyValue(value, depth - 1)]);
}

/**
 * Copies dates, arrays, plain objects without methods, and objects with a field of the option `retry`. It returns every other
 * object itself, such as a signal, a limiter or an account.
 * @param {unknown} value
 * @param {number} depth
 * @returns {unknown}
 */
function copyValue(value, depth) {
  if (typeof value !== "object" || value === null) return value;
  if (tagOf(value) === "[object Date]") return copyDate(value);
  if (depth === 0) return value;
  if (Array.isArray(value)) return Array.from(value, (item) => copyValue(item, depth - 1));
  if (!isPlain(value)) return withRetryFields(value);
  const entries = Object.entries(value);
  const hasMethods = entries.some(([, field]) => typeof field === "function");
  return hasMethods ? value : Object.fromEntries(copyEntries(entries, depth));
}

/**
 * Copies an object of a class that has fields of `retry`.
 * @param {object} value
 */
function withRetryFields(value) {
  return RETRY_FIELDS.some((name) => name in value) ? fieldsOf(value, RETRY_FIELDS) : value;
}

/** @param {object} value */
function copyDate(value) {
  try {
    return new Date(Date.prototype.getTime.call(value));
  } catch {
    // An object that only has the tag of a date.
    return value;
  }
}

/**
 * `instanceof` would reject values from another realm: a test runner's, or a frame's.
 * @param {object} value
 */
const tagOf = (value) => Object.prototype.toString.call(value);
