// Instances of the WebAssembly code whose memories and timers the tests can access.

/**
 * Loads one of the package's builds by its real glue and WebAssembly. Returns its classes, the memory of each instance and the
 * pending timers.
 * @param {"core" | "edge"} build
 */
export function opened(inside, build) {
  const memories = [];
  const pending = new Set();
  const { instantiate } = inside[`${build}Glue`];
  const glue = {
    instantiate: (module, imports) => {
      class Instance extends imports.WebAssembly.Instance {
        constructor(...parameters) {
          super(...parameters);
          memories.push(this.exports.memory);
        }
      }
      const watched = {
        WebAssembly: { ...imports.WebAssembly, Instance },
        setTimeout: (callback, delay) => {
          const timer = imports.setTimeout(() => {
            pending.delete(timer);
            callback();
          }, delay);
          pending.add(timer);
          return timer;
        },
        clearTimeout: (timer) => {
          pending.delete(timer);
          imports.clearTimeout(timer);
        },
      };
      return instantiate(module, { ...imports, ...watched });
    },
  };
  const loader = new inside.WasmLoader(glue, () => inside[`${build}Module`]);
  return {
    memories,
    pending,
    SmsHistoryClient: inside.createClientClass(loader),
    ServiceAccount: inside.createServiceAccountClass(loader),
  };
}

/** Grows a memory to its maximum, so that the next large allocation fails. */
export function exhaust(memory) {
  for (let pages = 65_536; pages >= 1; pages = Math.floor(pages / 2)) {
    try {
      while (memory.grow(pages) >= 0);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
}
