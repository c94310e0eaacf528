import { call } from "./call.js";
import { optionsWith, snapshot } from "./snapshot.js";
import { tokenSource } from "./token-source.js";

const CREDENTIALS = /** @type {const} */ ({
  kind: "credentials",
  name: "credentials",
  wanted: "the text of credentials.json or the object in it",
});
const OPTIONS = optionsWith("accountId");
const MINT_OPTIONS = optionsWith("ttlSeconds");

/**
 * The service account class over the WebAssembly build that signs.
 * @param {import("./instance.js").Instance} instance
 */
export function serviceAccountOf(instance) {
  return class ServiceAccount {
    #account;
    /** The imported key, which can't be read back, and the ids: enough to go on in another instance. */
    #parts;

    /**
     * @private
     * @param {{ live: import("./instance.js").Live, inner: import("./instance.js").WasmServiceAccount }} account
     */
    constructor(account) {
      this.#account = account;
      this.#parts = account.inner.parts();
    }

    /**
     * @param {string | import("../edge.js").Credentials | { result: import("../edge.js").Credentials }} credentials
     * @param {import("../edge.js").ServiceAccountOptions} [options]
     */
    static async fromCredentials(credentials, options) {
      const [what, how] = [snapshot(credentials, CREDENTIALS), snapshot(options, OPTIONS)];
      const account = await call(async () => {
        const live = await instance.ready();
        return { live, inner: await live.run((classes) => classOf(classes).fromCredentials(what(), how())) };
      });
      return new ServiceAccount(account);
    }

    /** @param {import("../edge.js").MintOptions} [options] */
    async mintToken(options) {
      const how = snapshot(options, MINT_OPTIONS);
      return this.#run((inner) => inner.mintToken(how()));
    }

    /** @param {import("../index.js").TokenRequest} request */
    async [tokenSource]({ renew, clockSkewMs }) {
      return this.#run((inner) => inner.bearer(renew, clockSkewMs));
    }

    /** @param {(inner: import("./instance.js").WasmServiceAccount) => Promise<string>} work */
    #run(work) {
      return call(async () => {
        const live = await instance.ready();
        if (this.#account.live !== live) {
          const inner = await live.run((classes) => classOf(classes).fromParts(this.#parts));
          this.#account = { live, inner };
        }
        const { inner } = this.#account;
        return live.run(() => work(inner));
      });
    }
  };
}

/** @param {import("./instance.js").Classes} classes */
function classOf(classes) {
  if (!classes.ServiceAccount) throw new Error("this build can't sign");
  return classes.ServiceAccount;
}
