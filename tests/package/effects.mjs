// What loading the package's modules does to the rest of the program.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Loads all modules that this runtime can, and lists what has changed of the globals and of what hangs on them. */
export async function changes(home, files) {
  // Of the entry points, those for bundlers and Workers import files that Node can't, and one refuses to be loaded.
  const modules = files.filter(
    (name) => /^(lib|entry|cjs)\/.*\.js$/.test(name) && !/workerd|edge-light|browser/.test(name),
  );
  const before = everything();
  for (const name of modules) await import(pathToFileURL(join(home, name)));
  const after = everything();
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => !Object.is(before.get(key), after.get(key)),
  );
}

/** The globals, their members and those of their prototypes: what each path leads to. */
function everything() {
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
