import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { consumer } from "./environment.mjs";

/** A history that is started and then not read. */
const ABANDONED = `
  import { SmsHistoryClient } from "voximplant-sms-history";
  const rows = Array.from({ length: 5000 }, (_, at) => ({ message_id: at + 1 }));
  const fetch = async (url) => {
    const { searchParams } = new URL(url);
    const offset = Number(searchParams.get("offset") ?? 0);
    // A prefetched page fails once.
    if (offset === 300 && !globalThis.failed) return (globalThis.failed = true, new Response("", { status: 503 }));
    return Response.json({ result: rows.slice(offset, offset + 100), total_count: rows.length });
  };
  const pages = new SmsHistoryClient({ token: "a", fetch }).pages({ count: 100 });
  await pages.next();
  await pages.next();
  const began = performance.now();
  process.on("exit", () => console.log(performance.now() - began));
`;

/** Counts the lines of a key in the WebAssembly memory, after its import and after its rejection. */
const KEY = `
  const memories = [];
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class extends Instance {
    constructor(...parameters) { super(...parameters); memories.push(this.exports.memory); }
  };
  const { ServiceAccount } = await import("voximplant-sms-history/edge");
  const { PEM } = process.env;
  const found = () => PEM.split("\\n").filter((line) => line.length > 40).filter((line) =>
    memories.some(({ buffer }) => Buffer.from(buffer).includes(line))).length;
  const credentials = { account_id: 1, key_id: "key", private_key: PEM };
  const text = JSON.stringify(credentials);
  const counts = [];
  for (const source of [text, credentials, text.slice(0, -1), { ...credentials, account_id: -1 }]) {
    const account = await ServiceAccount.fromCredentials(source).catch(() => undefined);
    counts.push(found());
    await account?.mintToken();
    counts.push(found());
  }
  console.log(JSON.stringify({ instances: memories.length, counts }));
`;

/** Resources that a process keeps without need. */
export default function leftBehind(QUnit) {
  const { module, test } = QUnit;

  /** Runs a script and returns its output. */
  const run = (name, script, env = {}) =>
    new Promise((resolve, reject) => {
      const path = consumer(`${name}-${process.pid}.mjs`, script);
      execFile(process.execPath, [path], { env: { ...process.env, ...env } }, (error, stdout) =>
        error ? reject(error) : resolve(JSON.parse(stdout)),
      );
    });

  module("leaks", () => {
    test("a process ends soon after its last call, even with an unfinished history", async (assert) => {
      const milliseconds = await run("abandoned", ABANDONED);
      assert.ok(milliseconds < 5_000, String(milliseconds));
    });

    test("the WebAssembly memory keeps no line of a private key", async (assert) => {
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const PEM = privateKey.export({ type: "pkcs8", format: "pem" });
      const { instances, counts } = await run("key-memory", KEY, { PEM });
      assert.equal(instances, 1);
      assert.deepEqual(
        counts,
        counts.map(() => 0),
      );
    });
  });
}
