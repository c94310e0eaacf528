import { SmsHistoryError } from "./error.js";

/**
 * What a caller gives as one object, for the errors about it: their kind, its name, and what it should be.
 * @typedef {object} Role
 * @property {import("../index.js").SmsHistoryErrorKind} kind
 * @property {string} name
 * @property {string} wanted
 */

/** How deep a snapshot goes: an option of an option is the deepest that there is. What lies deeper is handed on. */
const DEPTH = 4;

/**
 * The role of an object of options.
 * @param {string} field one that it may have
 * @returns {Role}
 */
export function optionsWith(field) {
  return { kind: "invalid_options", name: "options", wanted: `an object with fields such as { ${field} }` };
}

/**
 * A copy of an object that a caller gives, made now, so that what is changed later does not change a call under way. What
 * is no object at all is handed on for the WebAssembly code to refuse.
 * @param {unknown} given
 * @param {Role} role
 * @returns {() => unknown} gives the copy, or throws the `SmsHistoryError` for what can't be copied: who takes options does
 *   not always report them at once
 */
export function snapshot(given, role) {
  try {
    const copy = copyOf(given, role);
    return () => copy;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/**
 * @param {unknown} given
 * @param {Role} role
 */
function copyOf(given, role) {
  /** @type {string | undefined} */
  let instead;
  try {
    if (!mayHaveFields(given)) return given;
    const entries = Object.entries(given);
    instead = isPlain(given) ? undefined : insteadOfFields(given, entries.length);
    if (instead === undefined) return Object.fromEntries(copies(entries, DEPTH));
  } catch (cause) {
    // A getter or a proxy of the caller.
    throw new SmsHistoryError({
      kind: role.kind,
      message: `${role.name}: reading it threw`,
      cause,
    });
  }
  throw new SmsHistoryError({
    kind: role.kind,
    message: `${role.name}: expected ${role.wanted}, got ${instead}`,
  });
}

/**
 * Whether it is an object of which the WebAssembly code does not know better what it is: a forgotten `await`, and a file
 * that was read as bytes, have their own words there.
 * @param {unknown} given
 * @returns {given is object}
 */
function mayHaveFields(given) {
  return (
    typeof given === "object" && given !== null && !(given instanceof Promise) && !ArrayBuffer.isView(given)
  );
}

/**
 * Made by `{}` or without a prototype, in whatever realm.
 * @param {object} value
 */
function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return (
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf"))
  );
}

/**
 * What an instance of a class is, if it is not one that stands for its fields. An AbortSignal, a Map or a Response would
 * pass for an object in which nothing is set.
 * @param {object} given
 * @param {number} fields how many it has
 */
function insteadOfFields(given, fields) {
  if (Array.isArray(given)) return "an array";
  // Its fields are its characters.
  const isText = tagOf(given) === "[object String]";
  if (fields > 0 && !isText) return undefined;
  const name = Object.getPrototypeOf(given).constructor?.name;
  if (typeof name !== "string" || name === "Object" || !/^[A-Za-z]\w{0,39}$/.test(name))
    return "an object without fields of its own";
  return `${/^[AEIOU]/i.test(name) ? "an" : "a"} ${name}`;
}

/**
 * @param {[string, unknown][]} entries
 * @param {number} depth
 */
function copies(entries, depth) {
  return entries.map(([name, value]) => [name, inner(value, depth - 1)]);
}

/**
 * A copy of dates, of arrays, and of plain objects without functions. Whatever else there is lives on: signals, limiters,
 * accounts.
 * @param {unknown} value
 * @param {number} depth
 * @returns {unknown}
 */
function inner(value, depth) {
  if (typeof value !== "object" || value === null) return value;
  if (tagOf(value) === "[object Date]") return dateOf(value);
  if (depth === 0) return value;
  if (Array.isArray(value)) return Array.from(value, (item) => inner(item, depth - 1));
  if (!isPlain(value)) return value;
  const entries = Object.entries(value);
  const isAlive = entries.some(([, field]) => typeof field === "function");
  return isAlive ? value : Object.fromEntries(copies(entries, depth));
}

/** @param {object} value */
function dateOf(value) {
  try {
    return new Date(Date.prototype.getTime.call(value));
  } catch {
    // It only says that it is one.
    return value;
  }
}

/**
 * Not by instanceof: what comes from another realm (a test runner's, a frame's) is as good.
 * @param {object} value
 */
const tagOf = (value) => Object.prototype.toString.call(value);
