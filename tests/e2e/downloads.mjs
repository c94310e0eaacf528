import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const TIMEOUT_MS = 60_000;
const POLL_MS = 20;

/** The files that a page saves into a folder of its own. */
export class Downloads {
  #folder;

  /** @param {string} folder */
  constructor(folder) {
    this.#folder = folder;
  }

  names() {
    return readdir(this.#folder);
  }

  /** Waits for a complete file, and removes it. Returns its name and its bytes. */
  async next() {
    for (const began = Date.now(); Date.now() - began < TIMEOUT_MS; await delay(POLL_MS)) {
      const [name, ...others] = await this.names();
      // Until a file is complete, browsers write it under another name, and Chromium has an empty one in its place.
      if (!name || others.length > 0 || /^\.|\.(crdownload|wkdownload)$/.test(name)) continue;
      const path = join(this.#folder, name);
      const bytes = await readFile(path);
      if (bytes.length === 0) continue;
      await rm(path);
      return { name, bytes };
    }
    throw new Error(`no file was saved; the folder has ${await this.names()}`);
  }
}
