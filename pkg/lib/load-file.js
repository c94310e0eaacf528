import { readFile } from "node:fs/promises";

/** @param {URL} url */
export async function loadFile(url) {
  return WebAssembly.compile(await readFile(url));
}
