// Work in a process of its own: where a process can be told a thing only when it starts, or is what is measured.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Runs a script with Node, and returns what {@link tell} told in it.
 * @param {URL} script
 * @param {{ task: object, env?: Record<string, string>, options?: string[], signal?: AbortSignal }} how the task, which
 *   the script gets by {@link task}; variables of its environment; options of Node
 */
export async function inProcess(script, { task, env, options = [], signal }) {
  const child = spawn(process.execPath, [...options, fileURLToPath(script)], {
    env: { ...process.env, ...env, SOAK_TASK: JSON.stringify(task) },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    signal,
  });
  let told;
  child.on("message", (message) => {
    told = message;
  });
  const [code] = await once(child, "close");
  if (code !== 0 || told === undefined)
    throw new Error(`${script.pathname.split("/").at(-1)} ended with ${code}`);
  return told;
}

/** In such a process: what it is to do. */
export const task = () => JSON.parse(process.env.SOAK_TASK);

/** In such a process: what came of it. The process ends, whatever still hangs. */
export const tell = (result) => process.send(result, () => process.exit(0));
