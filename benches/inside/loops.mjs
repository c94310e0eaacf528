// Reads a whole history without the package, by sequential requests with offsets. It neither segments long histories nor
// detects repeated rows, and sums costs as floating-point numbers.

import { parse, text } from "./baselines.mjs";
import { messages } from "./mapping.mjs";

const BASE = "https://api.voximplant.com/platform_api/GetSmsHistory";
const DAY = 10;

export async function* parsedPages(fetch) {
  let offset = 0;
  let total = 1;
  while (offset < total) {
    const response = await fetch(`${BASE}?count=1000&offset=${offset}`);
    const page = parse(await response.arrayBuffer());
    total = page.total_count;
    offset += page.result.length;
    yield page;
  }
}

export async function* mappedPages(fetch) {
  for await (const page of parsedPages(fetch)) yield messages(page);
}

/** The figures of `summarize()`, as floating-point numbers. */
export async function summary(fetch) {
  const [days, directions, statuses] = [new Map(), new Map(), new Map()];
  const [sources, destinations, errors] = [new Map(), new Map(), new Map()];
  const totals = { count: 0, fragments: 0, cost: 0 };
  for await (const { result } of parsedPages(fetch)) {
    for (const row of result) {
      const fragments = Number(row.fragments ?? 0);
      const cost = Number(row.cost ?? 0);
      totals.count += 1;
      totals.fragments += fragments;
      totals.cost += cost;
      add(days, row.processed_date?.slice(0, DAY), fragments, cost);
      add(directions, row.direction, fragments, cost);
      add(statuses, row.status_id, fragments, cost);
      if (row.source_number != null) add(sources, text(row.source_number), fragments, cost);
      if (row.destination_number != null) add(destinations, text(row.destination_number), fragments, cost);
      if (row.error_message != null) add(errors, row.error_message, fragments, cost);
    }
  }
  return {
    totals,
    buckets: [...days],
    directions: [...directions],
    statuses: [...statuses],
    sourceNumbers: top(sources),
    destinationNumbers: top(destinations),
    errorMessages: top(errors),
  };
}

function add(map, key, fragments, cost) {
  const sums = map.get(key);
  if (sums) {
    sums.count += 1;
    sums.fragments += fragments;
    sums.cost += cost;
  } else {
    map.set(key, { count: 1, fragments, cost });
  }
}

const top = (map) => [...map].sort((a, b) => b[1].count - a[1].count).slice(0, 10);
