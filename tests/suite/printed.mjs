import { execFile } from "node:child_process";
import { consumer } from "./environment.mjs";
import { bodyOf, PHONE, rejection, SECRET } from "./helpers.mjs";

/** A script that throws or prints an error whose cause, thrown by the caller's `fetch`, has all its arguments. */
const SCRIPT = `
  import { isMainThread, Worker } from "node:worker_threads";
  import { SmsHistoryClient } from "voximplant-sms-history";
  const { TOKEN, PHONE, HOW } = process.env;
  const fetch = (url, init) => { throw Object.assign(new TypeError(url), { init }); };
  const client = new SmsHistoryClient({ token: TOKEN, fetch, retry: false });
  const call = client.getSmsHistory({ sourceNumber: PHONE });
  const error = HOW === "unhandled" ? undefined : await call.catch((error) => error);
  const ways = {
    thrown: () => { throw error; },
    unhandled: () => {},
    "thrown by a timer": () => setTimeout(() => { throw error; }),
    "thrown by a listener": () => {
      const target = new EventTarget();
      target.addEventListener("event", () => { throw error; });
      target.dispatchEvent(new Event("event"));
    },
    "thrown within another": () => { throw new Error("mine", { cause: error }); },
    "thrown among others": () => { throw new AggregateError([error], "mine"); },
    "thrown by a worker thread": () => {
      if (!isMainThread) throw error;
      new Worker(new URL(import.meta.url)).on("error", (thrown) => { console.error(thrown); process.exit(1); });
    },
    printed: () => {
      console.error(error, [error], { error }, new Error("mine", { cause: error }), new AggregateError([error]));
      console.error("%s %o %O %j", error, error, error, error);
      console.dir(error, { showHidden: true });
      console.table([error]);
      console.trace(error);
    },
  };
  ways[HOW]();
`;
const WAYS = [...SCRIPT.matchAll(/^ {4}(?:"([^"]+)"|(\w+)): \(\) =>/gm)].map(
  ([, text, word]) => text ?? word,
);

/** The output of a runtime for errors and pages. A process of its own makes it readable. */
export default function printed(QUnit, { core, inspect }) {
  const { module, test } = QUnit;
  const { deno } = process.versions;

  module("printed output", () => {
    for (const HOW of WAYS) {
      test(`an error that is ${HOW} prints neither token nor phone number`, async (assert) => {
        const script = consumer(`printed-${process.pid}.mjs`, SCRIPT);
        const shown = await new Promise((resolve) => {
          const env = { ...process.env, TOKEN: SECRET, PHONE, HOW, NO_COLOR: "1" };
          const flags = deno ? ["run", "--allow-all"] : [];
          execFile(process.execPath, [...flags, script], { env }, (_, stdout, stderr) =>
            resolve(`${stdout}${stderr}`),
          );
        });
        assert.ok(shown.includes("expected a response"), shown);
        assert.notOk(shown.includes(SECRET) || shown.includes(PHONE), shown);
      });
    }

    test("the cause stays readable, even by assertions and with short stacks", async (assert) => {
      const cause = new TypeError(SECRET);
      const client = new core.SmsHistoryClient({
        token: SECRET,
        fetch: () => Promise.reject(cause),
        retry: false,
      });
      const error = await rejection(client.getSmsHistory());
      const { rejects } = await import("node:assert");
      await rejects(Promise.reject(error), { kind: "network", cause });
      const { stackTraceLimit } = Error;
      for (const limit of [0, 1, 100]) {
        Error.stackTraceLimit = limit;
        const [read, left] = [error.cause, Error.stackTraceLimit];
        Error.stackTraceLimit = stackTraceLimit;
        assert.strictEqual(read, cause);
        assert.equal(left, limit);
      }
      assert.strictEqual(Reflect.get(error, "cause"), cause);
      assert.strictEqual([error].map(({ cause }) => cause)[0], cause);
      assert.ok("cause" in error && error instanceof core.SmsHistoryError);
    });

    test("a page prints its counts, not its rows", async (assert) => {
      const fetch = async () => new Response(bodyOf([{ source_number: PHONE, text: "private" }]));
      const page = await new core.SmsHistoryClient({ token: SECRET, fetch }).getSmsHistory();
      const printed = inspect(page, { depth: 9, showHidden: true });
      assert.ok(printed.includes("length: 1"), printed);
      assert.notOk(printed.includes(PHONE) || printed.includes("private"), printed);
    });
  });
}
