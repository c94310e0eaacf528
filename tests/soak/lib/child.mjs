// Runs a script in a process of its own: to set options of Node or the environment, or to measure the process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Runs a script with Node, and returns the result that it passed to {@link sendResult}.
 * @param {URL} script
 * @param {{ task: object, env?: Record<string, string>, options?: string[], signal?: AbortSignal }} settings the task,
 *   which the script reads by {@link readTask}; variables of its environment; options of Node
 */
export async function inProcess(script, { task, env, options = [], signal }) {
  const child = spawn(process.execPath, [...options, fileURLToPath(script)], {
    env: { ...process.env, ...env, SOAK_TASK: JSON.stringify(task) },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    signal,
  });
  let result;
  child.on("message", (message) => {
    result = message;
  });
  const [code] = await once(child, "close");
  if (code !== 0 || result === undefined)
    throw new Error(
      `${script.pathname.split("/").at(-1)} exited with code ${code}${result === undefined ? ", without a result" : ""}`,
    );
  return result;
}

/** Returns the task of this process. */
export const readTask = () => JSON.parse(process.env.SOAK_TASK);

/** Sends the result to the parent, and ends this process even if connections are still open. */
export const sendResult = (result) => process.send(result, () => process.exit(0));
