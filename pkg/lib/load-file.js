import { readFile } from "node:fs/promises";

/** @param {URL | string} file */
export async function loadFile(file) {
  return WebAssembly.compile(await readFile(file));
}
