// Times, taken so that what disturbs one contender disturbs the others as well.

export const now = () => performance.now();

/**
 * Times contenders in turns, each round in another order, and gives each one's times of one run, in microseconds. A sample
 * is as many runs as fill its time: the clocks of browsers are coarse.
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
    // The first runs are slower: what was counted is too few rather than too many.
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

/** As {@link interleaved}, of contenders that give promises: written again, because to await what is none takes time. */
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
/** Keeps engines from leaving out work whose result nobody uses. */
function keep(value) {
  kept = value;
}
export const last = () => kept;

/** The median, the quartiles and the best. */
export function spread(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return low + (high - low) * (place - Math.floor(place));
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75), best: sorted[0] };
}
