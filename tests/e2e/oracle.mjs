// What the page has to show, by a way of its own: tokens signed by jose, the sandbox asked by fetch, the reply read by
// JSON.parse. Nothing here comes from the package.
import { importPKCS8, SignJWT } from "jose";

const ABSENT = "–";

export class Oracle {
  #sandbox;
  #token;

  /** @param {{ url: string, credentials: any }} sandbox */
  constructor(sandbox) {
    this.#sandbox = sandbox;
  }

  /** The reply's rows and count. @param {Record<string, string>} query */
  async page(query) {
    const body = await (await this.#ask(query)).json();
    if (body.error) throw new Error(`the sandbox refuses the oracle: ${body.error.code}`);
    return { rows: body.result, total: body.total_count, cells: body.result.map(cellsOf) };
  }

  /** The bytes of the file. @param {Record<string, string>} query */
  async file(query) {
    return Buffer.from(await (await this.#ask(query)).arrayBuffer());
  }

  async #ask(query) {
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

/** What the columns of the table say of a row of the API. */
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

/** Exact sum of what a row's field costs, by whole numbers of ten-thousandths. */
export function sumOfCosts(rows) {
  const sum = rows.reduce((units, { cost }) => units + BigInt(fourDecimals(cost).replace(".", "")), 0n);
  return Number(sum) / 10_000;
}
