// What the demo prints.
import { styleText } from "node:util";
import { table } from "./table.mjs";

const ABSENT = "–";
/** Cells of a line when the output is no terminal. */
const LINE_CELLS = 132;

const colourful = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (format, text) => (colourful && format ? styleText(format, text) : text);

/** @param {string} text */
export function heading(text) {
  return paint("bold", text);
}

/**
 * The newest messages, one a line.
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
    ...(showTexts ? [{ title: "text", width: 60, elastic: true }] : []),
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
    `messages   ${whole(summary.count)}`,
    `fragments  ${whole(summary.fragments)}`,
    `cost       ${grouped(String(summary.cost))}, exact to the last decimal`,
    `direction  ${counts(summary.byDirection)}`,
    `status     ${counts(summary.byStatus)}`,
  ].join("\n");
}

/** @param {Map<string, number>} timings milliseconds by what took them */
export function timingsText(timings) {
  const rows = [...timings].map(([what, milliseconds]) => [what, `${(milliseconds / 1000).toFixed(2)} s`]);
  const [left, right] = [0, 1].map((at) => Math.max(...rows.map((row) => row[at].length)));
  return rows.map(([what, time]) => `${what.padEnd(left)}  ${time.padStart(right)}`).join("\n");
}

/** Thousands separated: `50,000`. @param {number} number */
export function whole(number) {
  return number.toLocaleString("en");
}

/** Thousands separated in a decimal that is too long for a number. */
function grouped(decimal) {
  const [units, decimals] = decimal.split(".");
  return [BigInt(units).toLocaleString("en"), ...(decimals ? [decimals] : [])].join(".");
}

/** Four decimals, as the API has them, or as many as there are. */
function money(cost) {
  const four = cost.toFixed(4);
  return Number(four) === cost ? four : String(cost);
}

/** All but the last two characters hidden. */
function masked(number) {
  return "•".repeat(Math.max(0, number.length - 2)) + number.slice(-2);
}

/** The most frequent first. */
function counts(map) {
  const sorted = [...map].sort(([, a], [, b]) => b - a);
  return sorted.map(([key, count]) => `${key} ${whole(count)}`).join(", ") || ABSENT;
}

function statusPaint(status, text) {
  return paint({ success: "green", error: "red", waiting: "yellow" }[status], text);
}
