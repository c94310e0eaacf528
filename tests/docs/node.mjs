// Examples that run in Node: those for Node, and those for pages.
import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { folder } from "../suite/environment.mjs";
import { VENDOR } from "./mock-api.mjs";

const PRELOAD = fileURLToPath(new URL("preload.mjs", import.meta.url));

/**
 * Runs code as a module, as its reader would: in a folder of its own, where the package is installed, beside a
 * credentials.json if it is to have one.
 * @param {string} code
 * @param {{ mockApi: { origin: string }, credentials?: string, page?: string, cookie?: string }} options with `page`, the
 *   address of a web page, the code gets what a browser's bundle of the page would get
 * @param {(result: { stdout: string, path: string }) => unknown} look what to do before the folder is removed
 */
export async function runInNode(code, { mockApi, credentials, page, cookie }, look) {
  const path = mkdtempSync(join(folder, "example-"));
  try {
    writeFileSync(join(path, "example.mjs"), code);
    if (credentials) copyFileSync(credentials, join(path, "credentials.json"));
    const conditions = page ? ["--conditions=browser"] : [];
    const env = { ...process.env, VENDOR, MOCK_API: mockApi.origin, PAGE: page ?? "", COOKIE: cookie ?? "" };
    const stdout = await execute([...conditions, "--import", PRELOAD, "example.mjs"], { cwd: path, env });
    return await look({ stdout, path });
  } finally {
    rmSync(path, { recursive: true });
  }
}

function execute(parameters, options) {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, parameters, { ...options, timeout: 60_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stderr}`));
      else if (stderr) reject(new Error(`it wrote to stderr: ${stderr}`));
      else resolve(stdout);
    });
  });
}
