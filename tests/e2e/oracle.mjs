// The test oracle of the page: tokens signed by jose, requests by fetch, responses read by JSON.parse. It uses nothing of
// the package.
import { importPKCS8, SignJWT } from "jose";

const ABSENT = "–";

export class Oracle {
  #sandbox;
  #token;

  /** @param {{ url: string, credentials: any }} sandbox */
  constructor(sandbox) {
    this.#sandbox = sandbox;
  }

  /** Returns the rows and the count of a response. @param {Record<string, string>} query */
  async page(query) {
    const body = await (await this.#request(query)).json();
    if (body.error) throw new Error(`expected a page, got the API's error ${body.error.code}`);
    return { rows: body.result, total: body.total_count, cells: body.result.map(cellsOf) };
  }

  /** Returns the bytes of a file. @param {Record<string, string>} query */
  async file(query) {
    return Buffer.from(await (await this.#request(query)).arrayBuffer());
  }

  async #request(query) {
    this.#token ??= await this.#sign();
    const url = `${this.#sandbox.url}/GetSmsHistory?${new URLSearchParams(query)}`;
    return fetch(url, { method: "POST", headers: { Authorization: `Bearer ${this.#token}` } });
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

/** Converts a row of the API to the cells of the table. */
function cellsOf(row) {
  const direction = { IN: "Received", OUT: "Sent" }[row.direction?.toUpperCase()] ?? row.direction;
  const status = { 1: "Success", 2: "Error", 3: "Waiting" }[row.status_id];
  return [
    row.processed_date ?? ABSENT,
    direction ?? ABSENT,
    String(row.source_number ?? ABSENT),
    String(row.destination_number ?? ABSENT),
    row.text ?? ABSENT,
    String(row.fragments ?? ABSENT),
    row.cost === undefined ? ABSENT : fourDecimals(row.cost),
    `${status}${row.error_message ?? ""}`,
    String(row.message_id),
  ];
}

function fourDecimals(cost) {
  const [units, decimals = ""] = String(cost).split(".");
  return `${units}.${decimals.padEnd(4, "0")}`;
}

/** Returns the exact sum of the costs, computed in ten-thousandths. */
export function sumOfCosts(rows) {
  const sum = rows.reduce((units, { cost }) => units + BigInt(fourDecimals(cost).replace(".", "")), 0n);
  return Number(sum) / 10_000;
}
