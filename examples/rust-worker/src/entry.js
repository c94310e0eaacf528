// What the runtime loads: the Rust code, and a fresh instance of it after a panic.
import { __wbg_reset_state, __worker_init_state, fetch, initSync } from "../build/index.js";
import module from "../build/index_bg.wasm";

initSync({ module });
const state = __worker_init_state();
/** What gives up each request under way. */
const waiting = new Set();

// Most of the code runs after something was waited for, so that what stops it is nobody's to catch but here.
addEventListener("error", ({ error }) => {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  state.criticalError = true;
  // The code that should answer them will not run any more.
  for (const giveUp of waiting) giveUp(error);
});

export default {
  async fetch(request, env, context) {
    if (state.criticalError) {
      // Memory that a panic has left behind is not to be trusted.
      state.criticalError = false;
      __wbg_reset_state();
    }
    let giveUp;
    const stopped = new Promise((_, reject) => {
      giveUp = reject;
    });
    waiting.add(giveUp);
    try {
      return await Promise.race([fetch(request, env, context), stopped]);
    } finally {
      waiting.delete(giveUp);
    }
  },
};
