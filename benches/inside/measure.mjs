// Measures times. Contenders alternate, so that disturbances affect all of them.

export const now = () => performance.now();

/**
 * Measures contenders alternately, each round in another order. Returns the times per run in microseconds. A sample has as
 * many runs as fill its time, because the clocks of browsers are coarse.
 * @param {Record<string, () => unknown>} contenders
 * @param {{ rounds: number, sampleMs: number, warmMs: number }} settings
 */
export function interleaved(contenders, { rounds, sampleMs, warmMs }) {
  const names = Object.keys(contenders);
  const runs = {};
  const times = {};
  for (const name of names) {
    const run = contenders[name];
    const end = now() + warmMs;
    let count = 0;
    const start = now();
    do {
      keep(run());
      count += 1;
    } while (now() < end);
    // The first runs are slower, so the count is rather too low.
    runs[name] = Math.max(1, Math.round((count / (now() - start)) * sampleMs));
    times[name] = [];
  }
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + round) % names.length];
      const run = contenders[name];
      const start = now();
      for (let count = runs[name]; count > 0; count -= 1) keep(run());
      times[name].push(((now() - start) * 1000) / runs[name]);
    }
  }
  return times;
}

/** Like {@link interleaved} for contenders that return promises. Separate, because awaiting other values takes time. */
export async function interleavedAsync(contenders, { rounds, sampleMs, warmMs }) {
  const names = Object.keys(contenders);
  const runs = {};
  const times = {};
  for (const name of names) {
    const run = contenders[name];
    const end = now() + warmMs;
    let count = 0;
    const start = now();
    do {
      keep(await run());
      count += 1;
    } while (now() < end);
    runs[name] = Math.max(1, Math.round((count / (now() - start)) * sampleMs));
    times[name] = [];
  }
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + round) % names.length];
      const run = contenders[name];
      const start = now();
      for (let count = runs[name]; count > 0; count -= 1) keep(await run());
      times[name].push(((now() - start) * 1000) / runs[name]);
    }
  }
  return times;
}

let kept;
/** Keeps engines from eliminating work whose result is unused. */
function keep(value) {
  kept = value;
}
export const last = () => kept;

/** Returns the median, the quartiles and the minimum. */
export function spread(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => {
    const position = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
    return low + (high - low) * (position - Math.floor(position));
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75), best: sorted[0] };
}
