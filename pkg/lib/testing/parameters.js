// The parameters of GetSmsHistory, with the API's limits.
import { formatDate, parseDate } from "./date.js";

/** @typedef {{ code: number, msg: string }} ApiError */
/**
 * @typedef {object} Filter the validated parameters
 * @property {string} [source_number]
 * @property {string} [destination_number]
 * @property {string} [direction] in upper case
 * @property {number} [from_date] in milliseconds since 1970
 * @property {number} [to_date]
 * @property {number} count
 * @property {number} offset
 * @property {string} output
 */

const MAX_COUNT = 1000;
const MAX_NUMBER_LENGTH = 20;

/**
 * Validates parameters as the API does. Unknown names and empty values are ignored. The last value of a name counts.
 * @param {[string, string][]} pairs
 * @returns {{ filter: Filter, refused: ApiError[] }}
 */
export function validate(pairs) {
  /** @type {Filter} */
  const filter = { count: MAX_COUNT, offset: 0, output: "json" };
  /** @type {ApiError[]} */
  const refused = [];
  for (const [name, value] of pairs) {
    const parameter = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    if (parameter === undefined || value === "") continue;
    const read = parameter.read(value);
    if (read === undefined)
      refused.push({ code: parameter.code, msg: `${name} is not ${parameter.expected}` });
    else Object.assign(filter, { [name]: read });
  }
  if (filter.from_date !== undefined && filter.to_date !== undefined && filter.from_date > filter.to_date)
    refused.push({ code: 123, msg: "from_date is after to_date" });
  return { filter, refused };
}

/** @typedef {{ code: number, expected: string, read: (value: string) => string | number | undefined }} Parameter */

/** @type {Parameter} */
const NUMBER = {
  code: 121,
  expected: "a phone number or a sender name",
  read: (value) =>
    value.length <= MAX_NUMBER_LENGTH && /^\+?[A-Za-z0-9 ._-]+$/.test(value) ? value : undefined,
};

/** @type {Parameter} */
const DATE = {
  code: 111,
  expected: "a date like yyyy-MM-dd HH:mm:ss in UTC",
  read: (value) => {
    const ms = parseDate(value);
    return ms !== undefined && formatDate(ms) === value ? ms : undefined;
  },
};

/** @type {{ [name: string]: Parameter }} */
const PARAMETERS = {
  source_number: NUMBER,
  destination_number: NUMBER,
  direction: {
    code: 470,
    expected: "IN or OUT",
    read: (value) => (/^(in|out)$/i.test(value) ? value.toUpperCase() : undefined),
  },
  from_date: DATE,
  to_date: DATE,
  count: {
    code: 101,
    expected: `an integer from 1 to ${MAX_COUNT}`,
    read: (value) => integer(value, 1, MAX_COUNT),
  },
  offset: {
    code: 101,
    expected: "an integer of 0 or more",
    read: (value) => integer(value, 0, Number.MAX_SAFE_INTEGER),
  },
  output: {
    code: 105,
    expected: "json or csv",
    read: (value) => (value === "json" || value === "csv" ? value : undefined),
  },
};

/**
 * @param {string} value
 * @param {number} min
 * @param {number} max
 */
function integer(value, min, max) {
  return /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max ? Number(value) : undefined;
}
