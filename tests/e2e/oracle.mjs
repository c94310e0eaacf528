// The test oracle of the page: tokens signed by jose, requests by fetch, responses read by JSON.parse, and the sandbox's own
// totals. It uses nothing of the package.
import { importPKCS8, SignJWT } from "jose";

const PAGE_ROWS = 1_000;

export class Oracle {
  #sandbox;
  #token;

  /** @param {{ url: string, credentials: any }} sandbox */
  constructor(sandbox) {
    this.#sandbox = sandbox;
  }

  /** Returns all rows that match, as the API sends them. @param {Record<string, string>} query */
  async rows(query) {
    const rows = [];
    for (;;) {
      const { result, total_count, error } = await this.#page({ ...query, offset: String(rows.length) });
      if (error) throw new Error(`expected a page, got the API's error ${error.code}`);
      rows.push(...result);
      if (rows.length >= total_count || result.length === 0) return rows;
    }
  }

  /** Returns the sums that the sandbox computes without pages. @param {Record<string, string>} query */
  async totals(query) {
    return this.#admin("totals", query);
  }

  /** Returns the ids of the messages that match, ascending. */
  async ids(query) {
    return this.#admin("ids", query);
  }

  async #admin(resource, query) {
    const url = new URL(`/sandbox/${resource}`, this.#sandbox.url);
    url.search = new URLSearchParams(query).toString();
    return (await fetch(url)).json();
  }

  async #page(query) {
    this.#token ??= await this.#sign();
    const parameters = new URLSearchParams({ count: PAGE_ROWS, ...query });
    const url = `${this.#sandbox.url}/GetSmsHistory?${parameters}`;
    const headers = { Authorization: `Bearer ${this.#token}` };
    return (await fetch(url, { method: "POST", headers })).json();
  }

  async #sign() {
    const { account_id, key_id, private_key } = this.#sandbox.credentials;
    return new SignJWT({ iss: account_id })
      .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: key_id })
      .setIssuedAt("-5s")
      .setExpirationTime("30m")
      .sign(await importPKCS8(private_key, "RS256"));
  }
}
