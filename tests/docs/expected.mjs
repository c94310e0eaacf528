// What the examples must print, computed from the API's own responses.

/** The lines of an example that prints the newest messages of a page, and then what they cost. */
export function newestLines({ result, total_count }) {
  const rows = result.map(
    (row) =>
      `${time(row.processed_date)} ${status(row.status_id)} ${row.cost == null ? undefined : Number(row.cost)}`,
  );
  // The sandbox's costs have four decimals.
  const cost = result.reduce((sum, row) => sum + Math.round(Number(row.cost ?? 0) * 10_000), 0) / 10_000;
  return `${[...rows, `${result.length} of ${total_count} messages, which cost ${cost}`].join("\n")}\n`;
}

function time(processedDate) {
  return processedDate == null ? undefined : `${processedDate.replace(" ", "T")}.000Z`;
}

function status(id) {
  return id == null ? undefined : { 1: "success", 2: "error", 3: "waiting" }[id];
}
