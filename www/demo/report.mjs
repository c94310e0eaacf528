// What the demo prints.
import { table } from "./table.mjs";

const ABSENT = "–";

/**
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
    { title: "status" },
    ...(showTexts ? [{ title: "text", width: 48 }] : []),
  ];
  const party = (number) => (number === undefined ? ABSENT : showNumbers ? number : masked(number));
  const rows = summary.newest.map((message) => [
    message.processedDate.toISOString().slice(0, 19).replace("T", " "),
    message.direction ?? ABSENT,
    party(message.sourceNumber),
    party(message.destinationNumber),
    String(message.fragments ?? ABSENT),
    message.cost?.toFixed(4) ?? ABSENT,
    message.status ?? ABSENT,
    ...(showTexts ? [message.text ?? ABSENT] : []),
  ]);
  return table(columns, rows);
}

/** @param {import("./history.mjs").Summary} summary */
export function totalsText(summary) {
  return [
    `messages   ${whole(summary.count)}`,
    `fragments  ${whole(summary.fragments)}`,
    `cost       ${summary.cost} (exact)`,
    `direction  ${counts(summary.byDirection)}`,
    `status     ${counts(summary.byStatus)}`,
  ].join("\n");
}

/** All but the last two characters hidden. */
function masked(number) {
  return "•".repeat(Math.max(0, number.length - 2)) + number.slice(-2);
}

function counts(map) {
  return [...map].map(([key, count]) => `${key} ${whole(count)}`).join(", ");
}

/** @param {number} number */
export function whole(number) {
  return number.toLocaleString("en");
}
