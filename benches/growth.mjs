// Measures time and peak memory by the length of a history. Each case has a process of its own.
import { spawn } from "node:child_process";
import { bundle } from "./bundle.mjs";

const CASES = ["pages", "messages", "summarize"].flatMap((name) => [`${name}()`, `${name}() by hand`]);

export async function growth(built, { quick }) {
  const script = await bundle(built, "inside/growth.mjs");
  const points = [];
  for (const rows of quick ? [1_000, 10_000] : [1_000, 10_000, 100_000, 1_000_000]) {
    for (const what of CASES) {
      process.stderr.write(`growth: ${what} ${rows}\n`);
      // Short runs vary with the warm-up of the process, so their median is used.
      const times = quick || rows > 100_000 ? 1 : 3;
      const taken = [];
      for (let time = 0; time < times; time += 1) taken.push(await run(script, what, rows));
      taken.sort((a, b) => a.ms - b.ms);
      points.push({ what, rows, ...taken[Math.floor(times / 2)] });
    }
  }
  return points;
}

function run(script, what, rows) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, what, String(rows)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.on("exit", (code) =>
      code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`${what} exited with code ${code}`)),
    );
  });
}
