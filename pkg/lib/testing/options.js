import { checkFailures } from "./failure.js";
import { badValue, checkNames } from "./values.js";

const ORDERS = ["given", "newestFirst", "oldestFirst"];

/** The options with their defaults. */
const DEFAULTS = {
  /** @type {"given" | "newestFirst" | "oldestFirst"} */
  order: "given",
  maxPageRows: Infinity,
  latencyMs: 0,
  requestsPerSecond: Infinity,
  maxInFlight: Infinity,
  /** @type {NonNullable<import("../../testing.js").FakeHistoryOptions["failures"]>} */
  failures: {},
};

/** @typedef {typeof DEFAULTS} Settings */

/**
 * Validates the options, and adds the defaults.
 * @param {import("../../testing.js").FakeHistoryOptions} options
 * @returns {Settings}
 */
export function toSettings(options) {
  checkNames("options", "option", options, Object.keys(DEFAULTS));
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) checkOption(name, value);
  return { ...DEFAULTS, ...Object.fromEntries(given) };
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function checkOption(name, value) {
  if (name === "order") {
    if (!ORDERS.includes(String(value)))
      throw badValue(name, ORDERS.join(" or "), value, "leave it out for the default");
  } else if (name === "failures") {
    checkFailures(value);
  } else if (name === "maxPageRows") {
    if (value !== Infinity && !(Number.isInteger(value) && Number(value) > 0))
      throw badValue(name, "an integer of 1 or more", value, "leave it out for no limit");
  } else if (typeof value !== "number" || !(value >= 0)) {
    throw badValue(name, "a number of 0 or more", value, "leave it out for the default");
  }
}
