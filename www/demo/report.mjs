// The report that the demo prints.
import { styleText } from "node:util";
import { table } from "./table.mjs";

const ABSENT = "–";
/** The width of a line when the output is not a terminal. */
const LINE_CELLS = 132;

const hasColour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (format, text) => (hasColour && format ? styleText(format, text) : text);

/** @param {string} text */
export function heading(text) {
  return paint("bold", text);
}

/**
 * A table of the newest messages.
 * @param {import("./history.mjs").Summary} summary
 * @param {{ showNumbers: boolean, showTexts: boolean }} options
 */
export function newestTable(summary, { showNumbers, showTexts }) {
  const columns = [
    { title: "processed (UTC)" },
    { title: "dir" },
    { title: "from", width: 16 },
    { title: "to", width: 16 },
    { title: "parts", right: true },
    { title: "cost", right: true },
    { title: "status", paint: statusPaint },
    ...(showTexts ? [{ title: "text", width: 60, flexible: true }] : []),
  ];
  const party = (number) => (number === undefined ? ABSENT : showNumbers ? number : masked(number));
  const rows = summary.newest.map((message) => [
    message.processedDate.toISOString().slice(0, 19).replace("T", " "),
    message.direction ?? ABSENT,
    party(message.sourceNumber),
    party(message.destinationNumber),
    String(message.fragments ?? ABSENT),
    message.cost === undefined ? ABSENT : money(message.cost),
    message.status ?? ABSENT,
    ...(showTexts ? [message.text ?? ABSENT] : []),
  ]);
  return table(columns, rows, process.stdout.columns ?? LINE_CELLS);
}

/** @param {import("./history.mjs").Summary} summary */
export function totalsText(summary) {
  return [
    `messages   ${formatInteger(summary.count)}`,
    `fragments  ${formatInteger(summary.fragments)}`,
    `cost       ${grouped(summary.cost.toFixed())}, exact to the last decimal`,
    `direction  ${counts(summary.byDirection)}`,
    `status     ${counts(summary.byStatus)}`,
  ].join("\n");
}

/** @param {Map<string, number>} timings milliseconds by the name of the step */
export function timingsText(timings) {
  const rows = [...timings].map(([step, milliseconds]) => [step, `${(milliseconds / 1000).toFixed(2)} s`]);
  const [left, right] = [0, 1].map((at) => Math.max(...rows.map((row) => row[at].length)));
  return rows.map(([step, time]) => `${step.padEnd(left)}  ${time.padStart(right)}`).join("\n");
}

/** An integer with separated thousands: `50,000`. @param {number} number */
export function formatInteger(number) {
  return number.toLocaleString("en");
}

/** A decimal with separated thousands. It may have more digits than a number can represent. */
function grouped(decimal) {
  const [units, decimals] = decimal.split(".");
  return [BigInt(units).toLocaleString("en"), ...(decimals ? [decimals] : [])].join(".");
}

/** Four decimals, as the API writes them, or more if the cost has more. */
function money(cost) {
  const four = cost.toFixed(4);
  return Number(four) === cost ? four : String(cost);
}

/** Hides all but the last two characters. */
function masked(number) {
  return "•".repeat(Math.max(0, number.length - 2)) + number.slice(-2);
}

/** Counts by key, the most frequent first. */
function counts(map) {
  const sorted = [...map].sort(([, a], [, b]) => b - a);
  return sorted.map(([key, count]) => `${key} ${formatInteger(count)}`).join(", ") || ABSENT;
}

function statusPaint(status, text) {
  return paint({ success: "green", error: "red", waiting: "yellow" }[status], text);
}
