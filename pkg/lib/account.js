import { optionsSpec, snapshot } from "./arguments.js";
import { lostReceiver, SmsHistoryError, withTypedErrors } from "./error.js";
import { tokenSource } from "./token.js";

const CREDENTIALS = /** @type {const} */ ({
  kind: "credentials",
  name: "credentials",
  expected: "the text of credentials.json or the object in it",
});
const OPTIONS = optionsSpec("accountId");
const MINT_OPTIONS = optionsSpec("ttlSeconds");

/**
 * Creates the class `ServiceAccount` over the WebAssembly build that signs. See edge.d.ts.
 * @param {import("./wasm-instance.js").WasmLoader} loader
 */
export function createServiceAccountClass(loader) {
  return class ServiceAccount {
    #account;
    /** The imported key, which cannot be exported, and the ids. A new WebAssembly instance recreates the account from them. */
    #parts;

    /**
     * @private
     * @param {{ instance: import("./wasm-instance.js").WasmInstance, inner: import("./wasm-instance.js").WasmServiceAccount }} account
     */
    constructor(account) {
      if (!Object(account).inner) {
        throw new SmsHistoryError({
          kind: "credentials",
          message:
            "ServiceAccount: expected a call of fromCredentials(), got new; write await ServiceAccount.fromCredentials(credentials)",
        });
      }
      this.#account = account;
      this.#parts = account.inner.parts();
    }

    /**
     * @param {string | import("../edge.js").Credentials | { result: import("../edge.js").Credentials }} credentials
     * @param {import("../edge.js").ServiceAccountOptions} [options]
     */
    static async fromCredentials(credentials, options) {
      const [getCredentials, getOptions] = [snapshot(credentials, CREDENTIALS), snapshot(options, OPTIONS)];
      const account = await withTypedErrors(async () => {
        const instance = await loader.ready();
        const inner = await instance.run((classes) =>
          accountClass(classes).fromCredentials(getCredentials(), getOptions()),
        );
        return { instance, inner };
      });
      return new ServiceAccount(account);
    }

    /**
     * @param {unknown} receiver
     * @param {string} method
     */
    static #check(receiver, method) {
      if (typeof receiver !== "object" || receiver === null || !(#account in receiver))
        throw lostReceiver("account", method, receiver, ServiceAccount);
    }

    get [Symbol.toStringTag]() {
      return "ServiceAccount";
    }

    /** @param {import("../edge.js").MintOptions} [options] */
    async mintToken(options) {
      ServiceAccount.#check(this, "mintToken");
      const getOptions = snapshot(options, MINT_OPTIONS);
      return this.#run((inner) => inner.mintToken(getOptions()));
    }

    /** @param {import("../index.js").TokenRequest} request */
    async [tokenSource]({ renew, clockSkewMs }) {
      ServiceAccount.#check(this, "token");
      return this.#run((inner) => inner.bearer(renew, clockSkewMs));
    }

    /** @param {(inner: import("./wasm-instance.js").WasmServiceAccount) => Promise<string>} work */
    #run(work) {
      return withTypedErrors(async () => {
        const instance = await loader.ready();
        if (this.#account.instance !== instance) {
          const inner = await instance.run((classes) => accountClass(classes).fromParts(this.#parts));
          this.#account = { instance, inner };
        }
        const { inner } = this.#account;
        return instance.run(() => work(inner));
      });
    }
  };
}

/** @param {import("./wasm-instance.js").Classes} classes */
function accountClass(classes) {
  if (!classes.ServiceAccount) throw new Error("this build has no ServiceAccount");
  return classes.ServiceAccount;
}
