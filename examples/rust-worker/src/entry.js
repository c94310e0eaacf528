// The Worker's entry point: loads the Rust code, and a new instance of it after a panic.
import { __wbg_reset_state, __worker_init_state, fetch, initSync } from "../build/index.js";
import module from "../build/index_bg.wasm";

initSync({ module });
const state = __worker_init_state();
/** The function that rejects each request in flight. */
const inFlight = new Set();

// Most of the code runs after an await, where a panic reaches no `catch` of the caller, only this listener.
addEventListener("error", ({ error }) => {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  state.criticalError = true;
  // Their code does not run any more.
  for (const reject of inFlight) reject(error);
});

export default {
  async fetch(request, env, context) {
    if (state.criticalError) {
      // A panic leaves memory in an unknown state.
      state.criticalError = false;
      __wbg_reset_state();
    }
    let rejectRequest;
    const stopped = new Promise((_, reject) => {
      rejectRequest = reject;
    });
    inFlight.add(rejectRequest);
    try {
      return await Promise.race([fetch(request, env, context), stopped]);
    } finally {
      inFlight.delete(rejectRequest);
    }
  },
};
