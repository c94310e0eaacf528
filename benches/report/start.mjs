// Tables of the first call in a fresh engine.

const ms = ({ median, low, high, best }) =>
  `${median.toFixed(1)} (${low.toFixed(1)}–${high.toFixed(1)}), best ${best.toFixed(1)}`;

/** Returns the sections of the results. */
export function startTables({ rounds, load, node20, chromium, networks = [], wasm }, table) {
  const out = [
    "## The first call of a fresh engine, until its request is sent\n",
    `Milliseconds: the median of ${rounds} processes or pages, its quartiles, and the best. Programs that wanted the processors meanwhile: ${load}.\n`,
  ];
  for (const [title, measured] of [
    ["Node 20", node20],
    ["Chromium", chromium],
  ]) {
    if (!measured) continue;
    const lines = Object.entries(measured).map(([name, { whole, call }]) => [name, ms(whole), ms(call)]);
    out.push(table([title, "from before the import", "from the call"], lines));
  }
  if (wasm) {
    const lines = Object.entries(wasm).map(([name, time]) => [
      name,
      `${time.median.toFixed(2)} (${time.low.toFixed(2)}–${time.high.toFixed(2)}), best ${time.best.toFixed(2)}`,
    ]);
    out.push("The core's WebAssembly in a fresh process:\n", table(["Node 20", "ms"], lines));
  }
  for (const { name, conditions, rounds, rows, baseline, times } of networks) {
    const lines = Object.entries(times).map(([contender, { ms: time }]) => [
      contender,
      ms(time),
      (time.median / times[baseline].ms.median).toFixed(2),
    ]);
    out.push(
      `## From the navigation to ${rows} rows, ${name}\n`,
      `Chromium, emulated: ${((conditions.download * 8) / 1e6).toFixed(2)} Mbit/s down, ${((conditions.upload * 8) / 1e6).toFixed(2)} up, ${conditions.latency} ms of latency a request. The token comes from the page's own server, and everything is compressed by brotli. Milliseconds of ${rounds} pages.\n`,
      table(["Chromium", "ms", `/ (${baseline})`], lines),
    );
  }
  return out;
}
