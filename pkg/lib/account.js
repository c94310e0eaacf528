import { call, copy } from "./call.js";
import { tokenSource } from "./token-source.js";

/**
 * The service account class over the WebAssembly build that signs.
 * @param {import("./instance.js").Instance} instance
 */
export function serviceAccountOf(instance) {
  return class ServiceAccount {
    #inner;

    /**
     * @private
     * @param {import("./instance.js").WasmServiceAccount} inner
     */
    constructor(inner) {
      this.#inner = inner;
    }

    /**
     * @param {string | import("../edge.js").Credentials | { result: import("../edge.js").Credentials }} credentials
     * @param {import("../edge.js").ServiceAccountOptions} [options]
     */
    static async fromCredentials(credentials, options) {
      const [what, how] = [copy(credentials), copy(options)];
      const inner = await call(async () => {
        const { ServiceAccount: Inner } = await instance.ready();
        if (!Inner) throw new Error("this build can't sign");
        return Inner.fromCredentials(what, how);
      });
      return new ServiceAccount(inner);
    }

    /** @param {import("../edge.js").MintOptions} [options] */
    async mintToken(options) {
      return call(() => this.#inner.mintToken(copy(options)));
    }

    /** @param {{ renew: boolean }} request */
    async [tokenSource](request) {
      return call(() => this.#inner.bearer(request.renew));
    }
  };
}
