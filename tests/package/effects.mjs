// Finds changes to globals that loading the package's modules makes.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Loads all modules that Node can load, and lists the paths of globals that have changed. */
export async function changes(home, files) {
  // The entry points for bundlers and Workers import files that Node cannot, and edge.browser.js never loads.
  const modules = files.filter(
    (name) => /^(lib|entry|cjs)\/.*\.js$/.test(name) && !/workerd|edge-light|browser/.test(name),
  );
  const before = snapshotGlobals();
  for (const name of modules) await import(pathToFileURL(join(home, name)));
  const after = snapshotGlobals();
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => !Object.is(before.get(key), after.get(key)),
  );
}

/** Maps each path to its value: globals, their members, and the members of those, three levels deep. */
function snapshotGlobals() {
  const found = new Map();
  walk(globalThis, "globalThis", 3);
  return found;

  function walk(object, path, depth) {
    for (const key of Reflect.ownKeys(object)) {
      const { value, get } = Reflect.getOwnPropertyDescriptor(object, key);
      const [name, held] = [`${path}.${String(key)}`, value ?? get];
      found.set(name, held);
      const isDeep =
        (typeof held === "object" || typeof held === "function") && held !== null && held !== globalThis;
      if (isDeep && depth > 1) walk(held, name, depth - 1);
    }
  }
}
