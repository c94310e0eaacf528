// How each kind of code block is run, and what must come of it. Each function rejects when something is wrong.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import * as jose from "jose";
import { COMPATIBILITY_DATES } from "../suite/bundle.mjs";
import { consumer, credentialsFile as credentials, folder, sandbox } from "../suite/environment.mjs";
import { adminRequest, until } from "../suite/helpers.mjs";
import { newestLines } from "./expected.mjs";
import { VENDOR } from "./mock-api.mjs";
import { runInNode } from "./node.mjs";
import { startProgram } from "./servers.mjs";
import { GLOBALS } from "./types.mjs";
import { COOKIE, startWorker } from "./worker.mjs";

const PRELOAD = fileURLToPath(new URL("preload.mjs", import.meta.url));
const TESTING = 'export * from "voximplant-sms-history/testing";';
const CORE = 'export * from "voximplant-sms-history";';
const ROOT = new URL("../../", import.meta.url);

/**
 * By the words after a block's fence. Each takes the code, the mock API, and the code of the same file's Worker and relay.
 * @type {Record<string, (code: string, mockApi: any, worker: string, relay: string) => Promise<void>>}
 */
export const examples = {
  "js node newest": (code, mockApi) =>
    runInNode(code, { mockApi, credentials }, ({ stdout }) => printsPage(stdout, mockApi, "OUT")),

  "js node file": (code, mockApi) =>
    runInNode(code, { mockApi, credentials }, ({ path }) => {
      const [{ body, status }, ...more] = mockApi.takeExchanges();
      assert.deepEqual([status, more.length], [200, 0]);
      assert.equal(readFileSync(join(path, "sms-history.csv"), "utf8"), body);
      assert.ok(
        body.startsWith("message_id,") && body.trim().split("\n").length > 100,
        "a CSV file with rows",
      );
    }),

  "js node history": (code, mockApi) =>
    runInNode(code, { mockApi, credentials }, async ({ stdout, path }) => {
      mockApi.takeExchanges();
      const december = await sandboxTotals({ from_date: "2025-12-01 00:00:00", direction: "IN" });
      const all = await sandboxTotals({});
      const [, inbound, count, months, cost] =
        /^(\d+) inbound; (\d+) in (\d+) months for (\S+)\n$/.exec(stdout) ?? [];
      assert.deepEqual([Number(inbound), Number(count)], [december.count, all.count], stdout);
      assert.equal(Number(cost), Number(all.cost));
      assert.ok(Number(months) >= 1);
      const out = await sandboxTotals({ direction: "OUT" });
      const csv = readFileSync(join(path, "sms-history.csv"), "utf8");
      assert.ok(csv.startsWith("messageId,"));
      assert.equal(csv.match(/^\d+,/gm).length, out.count);
    }),

  "js node bill": async (code, mockApi) => {
    await billsOddSenders(code);
    await runInNode(code, { mockApi, credentials }, async ({ stdout, path }) => {
      mockApi.takeExchanges();
      const span = { from_date: "2025-09-30 22:00:00", to_date: "2025-12-31 22:59:59", direction: "OUT" };
      const [head, ...lines] = readFileSync(join(path, "bill.csv"), "utf8").split("\r\n");
      assert.equal(head, "sender,month,messages,fragments,cost");
      assert.equal(lines.pop(), "", "the last line has an end");
      assert.ok(lines.every((line) => !line.includes("\n")));
      const billed = new Map();
      for (const [cell, month, ...sums] of lines.map((line) => line.split(","))) {
        assert.match(month, /^2025-1[0-2]$|^no date$/);
        const sender = cell.slice(1, -1);
        assert.equal(cell, `"${sender}"`);
        billed.set(
          sender,
          sums.map((sum, at) => Number(sum) + (billed.get(sender)?.[at] ?? 0)),
        );
      }
      const all = await sandboxTotals(span);
      assert.equal(stdout, `${billed.size} senders, ${all.count} messages, ${Number(all.cost)}\n`);
      for (const [sender, [count, fragments, cost]] of billed) {
        const expected = await sandboxTotals({ ...span, source_number: sender });
        assert.deepEqual([count, fragments], [expected.count, expected.fragments], sender);
        assert.equal(cost.toFixed(4), expected.cost, sender);
      }
    });
  },

  // With a message in each hour of the last 75 days.
  "js node last-month": async (code) => {
    const format = new Intl.DateTimeFormat("sv-SE", {
      timeZone: "Europe/Berlin",
      year: "numeric",
      month: "2-digit",
    });
    const now = Date.now();
    const dates = Array.from({ length: 75 * 24 }, (_, hours) => new Date(now - hours * 3_600_000));
    const months = dates.map((date) => format.format(date));
    const lastMonth = months.find((month) => month !== months[0]);
    const count = months.filter((month) => month === lastMonth).length;
    const messages = dates.map((date) => ({
      source_number: "Shop",
      processed_date: date.toISOString().slice(0, 19).replace("T", " "),
      cost: 0.5,
      fragments: 2,
    }));
    await runWithFake(code, messages, ({ stdout }) =>
      assert.equal(stdout, `${lastMonth} Shop ${count} ${2 * count} ${0.5 * count}\n`),
    );
  },

  "js node restored": (code, mockApi) =>
    runInNode(code, { mockApi, credentials }, ({ stdout }) => {
      const [{ body }] = mockApi.takeExchanges();
      const cost = JSON.parse(body).result.reduce((sum, row) => sum + Number(row.cost ?? 0), 0);
      assert.match(stdout, /^true \d+(\.\d+)?\n$/);
      assert.equal(Number(stdout.split(" ")[1]).toFixed(4), cost.toFixed(4));
    }),

  "js node delivery": (code, mockApi) =>
    runInNode(code, { mockApi, credentials }, ({ stdout }) => {
      mockApi.takeExchanges();
      const days = stdout
        .replace(/^no date .*\n/m, "")
        .trimEnd()
        .split("\n");
      assert.equal(days.length, 31);
      for (const [index, day] of days.entries())
        assert.match(
          day,
          new RegExp(`^2025-12-${String(index + 1).padStart(2, "0")} (no messages|\\d+\\.\\d %)$`),
        );
      assert.ok(
        days.some((day) => / [5-9]\d\.\d %$/.test(day)),
        stdout,
      );
    }),

  "js node senders": (code, mockApi) =>
    runInNode(code, { mockApi, credentials }, async ({ stdout }) => {
      mockApi.takeExchanges();
      const lines = stdout.trimEnd().split("\n");
      const items = lines.map((line) => line.split(";"));
      const [, , count, fragments, cost] = items.pop();
      const query = new URLSearchParams({ from_date: "2025-12-01 00:00:00", direction: "OUT" });
      const told = await (await fetch(new URL(`/sandbox/totals?${query}`, sandbox.url))).json();
      assert.deepEqual([Number(count), Number(fragments)], [told.count, told.fragments]);
      assert.equal(Number(cost), Number(told.cost));
      const sum = (column) => items.reduce((all, item) => all + Number(item[column]), 0);
      assert.deepEqual([sum(2), sum(3)], [told.count, told.fragments]);
      assert.equal(sum(4).toFixed(6), Number(told.cost).toFixed(6));
    }),

  "js node error-codes": (code, mockApi) =>
    runInNode(code, { mockApi, credentials }, async ({ stdout }) => {
      mockApi.takeExchanges();
      const totals = new URL("/sandbox/totals?direction=OUT", sandbox.url);
      const told = await (await fetch(totals)).json();
      const counts = [...stdout.matchAll(/^(?:\d+|no code|no text) (\d+)$/gm)].map(([, count]) =>
        Number(count),
      );
      assert.ok(counts.length >= 2, stdout);
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        told.by_status[2],
      );
    }),

  "js node resume": (code, mockApi) =>
    runInNode(code, { mockApi, credentials }, async ({ stdout }) => {
      mockApi.takeExchanges();
      const totals = new URL("/sandbox/totals?from_date=2025-12-01+00:00:00", sandbox.url);
      assert.equal(stdout, `${(await (await fetch(totals)).json()).count} rows\n`);
    }),

  "js node planning": (code, mockApi) =>
    runInNode(code, { mockApi, credentials }, async ({ stdout }) => {
      const span = { from_date: "2025-12-01 00:00:00", to_date: "2025-12-31 23:59:59" };
      const url = new URL(`/sandbox/totals?${new URLSearchParams(span)}`, sandbox.url);
      const { count } = await (await fetch(url)).json();
      const [first, ...lines] = stdout.trimEnd().split("\n");
      assert.equal(first, `${count} messages`);
      const spans = lines
        .slice(3)
        .map((line) => /^2.*Z to 2.*Z: (\d+) of (\d+)$/.exec(line).slice(1).map(Number));
      assert.ok(
        spans.length > 1 && spans.every(([rows, planned]) => rows === planned && rows <= 500),
        stdout,
      );
      assert.equal(
        spans.reduce((sum, [rows]) => sum + rows, 0),
        count,
      );
    }),

  "js node cancel": (code, mockApi) =>
    runInNode(code, { mockApi, credentials }, ({ stdout }) => {
      assert.match(stdout, /^Error: stopped after (400|600) messages\n$/);
      assert.ok(mockApi.takeExchanges().length < 10, "requests end with the call");
    }),

  "js node fake": (code, mockApi) =>
    runInNode(code, { mockApi }, ({ stdout }) => {
      assert.equal(stdout, "success 0.0125 2026-01-31T10:00:00.000Z\n[ { direction: 'OUT' } ]\n");
      assert.deepEqual(mockApi.takeExchanges(), []);
    }),

  "js node fake-messages": (code, mockApi) =>
    runInNode(code, { mockApi }, ({ stdout }) => {
      const [first, ...rest] = stdout.split("\n");
      assert.equal(first, "success 0.0125 2026-01-31T10:00:00.000Z");
      assert.deepEqual(rest, ["error a failed message Code = 1", "[ { direction: 'OUT' } ]", ""]);
      assert.deepEqual(mockApi.takeExchanges(), []);
    }),

  // The file that it names is in the package.
  "html preload": async (code) => {
    const [, name] = /href="[^"]*\/([^"/]+)"/.exec(code) ?? [];
    assert.ok(existsSync(join(folder, "node_modules/voximplant-sms-history/wasm", name)), name);
  },

  "js node refused": (code, mockApi) =>
    runInNode(code, { mockApi }, ({ stdout }) => {
      assert.match(stdout, /^api (100|447) 200 false \S/);
      assert.ok(!stdout.includes("202") && !stdout.includes("not.a.token"), "neither number nor token");
      assert.equal(mockApi.takeExchanges().length, 1);
    }),

  "js worker": async (code, mockApi) => {
    for (const compatibilityDate of COMPATIBILITY_DATES) await worker(code, mockApi, compatibilityDate);
  },

  // Its page's example runs it.
  "js worker relay": async () => {},

  "js browser relay": async (code, mockApi, _, relay) => {
    assert.ok(relay, "the page's example needs the relay's");
    for (const compatibilityDate of COMPATIBILITY_DATES) {
      const { origin, stop } = await startWorker(relay, { mockApi, credentials, compatibilityDate });
      try {
        const signedIn = { mockApi, page: `${origin}dashboard`, cookie: COOKIE };
        await runInNode(code, signedIn, ({ stdout }) => printsPage(stdout, mockApi, "IN"));
        const stranger = runInNode(code, { ...signedIn, cookie: "" }, () => {});
        await assert.rejects(stranger, /kind: 'token',[^}]*httpStatus: 403/);
        assert.deepEqual(mockApi.takeExchanges(), []);
      } finally {
        await stop();
      }
    }
  },

  "sh relay": async (code, mockApi, _, relay) => {
    const compatibilityDate = COMPATIBILITY_DATES.at(-1);
    const { origin, stop } = await startWorker(relay, { mockApi, credentials, compatibilityDate });
    try {
      const command = code.replaceAll("https://app.example", origin.slice(0, -1));
      const { stdout } = await promisify(execFile)("sh", ["-c", command]);
      const { result, total_count } = JSON.parse(stdout);
      assert.deepEqual([result.length, typeof total_count], [1, "number"]);
      assert.equal(mockApi.takeExchanges().length, 1);
    } finally {
      await stop();
    }
  },

  "js node relay": async (code, mockApi) => {
    const server = await startProgram(code, mockApi, process.execPath, () => [
      "--import",
      PRELOAD,
      "example.mjs",
    ]);
    const ask = (cookie, init) =>
      fetch(`${server.origin}sms/GetSmsHistory`, {
        method: "POST",
        headers: { cookie, origin: server.origin.slice(0, -1) },
        body: new URLSearchParams({ count: "20" }),
        ...init,
      });
    try {
      mockApi.takeExchanges();
      assert.equal((await fetch(server.origin)).status, 404);
      assert.equal((await ask("")).status, 403);
      const stranger = await ask(COOKIE, { headers: { cookie: COOKIE, origin: "https://stranger.example" } });
      assert.equal(stranger.status, 403);
      assert.deepEqual(mockApi.takeExchanges(), []);
      const page = await (await ask(COOKIE)).json();
      assert.equal(page.result.length, 20);
      assert.equal(mockApi.takeExchanges().length, 1);
      await adminRequest({ sandbox }, "faults", "PUT", ["latency:ms=20000"]);
      const gone = new AbortController();
      const aborted = assert.rejects(ask(COOKIE, { signal: gone.signal }));
      await until(() => mockApi.pending() > 0);
      gone.abort();
      await aborted;
      await until(() => mockApi.pending() === 0);
      assert.equal(server.printed(), "");
    } finally {
      await adminRequest({ sandbox }, "faults", "PUT", []);
      await server.stop();
    }
  },

  "js node relay-test": (code, mockApi) =>
    runInNode(code, { mockApi }, ({ stdout }) => {
      assert.match(stdout, /\bpass 1\b/);
      assert.deepEqual(mockApi.takeExchanges(), []);
    }),

  "js browser": async (code, mockApi, workerCode) => {
    assert.ok(workerCode, "the page's example needs the Worker's, which gives it its tokens");
    const compatibilityDate = COMPATIBILITY_DATES.at(-1);
    const { origin, stop } = await startWorker(workerCode, { mockApi, credentials, compatibilityDate });
    try {
      const signedIn = { mockApi, page: `${origin}dashboard`, cookie: COOKIE };
      await runInNode(code, signedIn, ({ stdout }) => printsPage(stdout, mockApi, "IN"));
      const stranger = runInNode(code, { ...signedIn, cookie: "" }, () => {});
      await assert.rejects(stranger, /kind: 'token'/);
      assert.deepEqual(mockApi.takeExchanges(), []);
      const signing = code.replace('"voximplant-sms-history"', '"voximplant-sms-history/edge"');
      await assert.rejects(
        runInNode(signing, signedIn, () => {}),
        /A private key must not be in a web page/,
      );
    } finally {
      await stop();
    }
  },

  // `tests/exports.mjs` runs them, in every runtime.
  ...Object.fromEntries(
    ["receiver", "worker", "node", "server", "page"].map((name) => [`js export ${name}`, async () => {}]),
  ),

  // The types of all examples are checked with it.
  "ts export dialog": async (code) => assert.equal(code, GLOBALS),

  // Of whole and cut files, also of an empty history, and of a text that looks like the trailer.
  "js export receiver-ndjson": async (code) => {
    const { receiveMessages } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    const { SmsHistoryClient } = await import(pathToFileURL(consumer("core.mjs", CORE)));
    const { fakeHistory, fakeMessage } = await import(pathToFileURL(consumer("testing.mjs", TESTING)));
    const receive = (file) => receiveMessages(`data:text/plain,${encodeURIComponent(file)}`);
    for (const texts of [[], ['{"complete":true,"rows":0}\n', "second"]]) {
      const fetch = fakeHistory(texts.map((text) => fakeMessage({ text })));
      const client = new SmsHistoryClient({ token: "test", fetch });
      const { body } = await client.openExport({}, { format: "ndjson", trailer: true });
      const file = await new Response(body).text();
      assert.deepEqual(
        (await receive(file)).map(({ text }) => text),
        texts,
      );
      for (let end = 0; end < file.length; end += 1)
        await assert.rejects(receive(file.slice(0, end)), /^Error: the file is not complete$/, `${end}`);
    }
  },

  // Compiled, and its types checked, by `cargo test`: rustdoc takes the file for documentation of the crate.
  rust: async () => {
    const crate = readFileSync(new URL("src/lib.rs", ROOT), "utf8");
    assert.ok(crate.includes('#[cfg(doctest)]\n#[doc = include_str!("../docs/rust.md")]\n'), "src/lib.rs");
  },

  sh: async (code) => {
    for (const line of code.split("\n")) command(line);
  },
};

/** A sender may be any text. */
async function billsOddSenders(code) {
  const senders = ['A,"B', "=1+1", "Shop"];
  const messages = senders.map((source_number) => ({
    source_number,
    processed_date: "2025-11-05 00:00:00",
    cost: 0.5,
  }));
  await runWithFake(code, messages, ({ path }) => {
    const [, ...lines] = readFileSync(join(path, "bill.csv"), "utf8").trimEnd().split("\r\n");
    const cells = ['"A,""B"', `"'=1+1"`, '"Shop"'];
    assert.deepEqual(lines.sort(), cells.map((cell) => `${cell},2025-11,1,1,0.5`).sort());
  });
}

/** Runs an example in Node, whose API is a fake with these messages. */
async function runWithFake(code, messages, look) {
  const { fakeHistory, fakeMessage } = await import(pathToFileURL(consumer("testing.mjs", TESTING)));
  const history = fakeHistory(messages.map((message) => fakeMessage(message)));
  const server = createServer(async ({ method, url, headers }, response) => {
    const answer = await history(new URL(url, VENDOR), { method, headers });
    response.end(await answer.text());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const mockApi = { origin: `http://127.0.0.1:${server.address().port}/` };
  try {
    await runInNode(code, { mockApi, credentials }, look);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** The sums that the sandbox computes without pages. */
async function sandboxTotals(query) {
  return (await fetch(new URL(`/sandbox/totals?${new URLSearchParams(query)}`, sandbox.url))).json();
}

function printsPage(stdout, mockApi, direction) {
  const [{ path, body }, ...more] = mockApi.takeExchanges();
  assert.equal(more.length, 0, "one request");
  const page = JSON.parse(body);
  assert.equal(page.result.length, 20);
  assert.equal(new URL(path, "http://h").searchParams.get("direction"), direction);
  assert.equal(stdout, newestLines(page));
}

async function worker(code, mockApi, compatibilityDate) {
  const { origin, stop } = await startWorker(code, { mockApi, credentials, compatibilityDate });
  const ask = (path, init) => fetch(new URL(path, origin), { headers: { cookie: COOKIE }, ...init });
  try {
    for (const path of ["", "sms-token"]) assert.equal((await ask(path, { headers: {} })).status, 401);
    assert.deepEqual(mockApi.takeExchanges(), []);

    const first = await ask("");
    // A token that is signed in another second is another token: the account must have kept the one it had.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const pages = [first, await ask("")];
    const exchanges = mockApi.takeExchanges();
    assert.equal(exchanges.length, 2);
    assert.equal(exchanges[0].authorization, exchanges[1].authorization);
    for (const [at, page] of pages.entries()) {
      assert.equal(page.headers.get("cache-control"), "no-store");
      const { messages, totalCount } = await page.json();
      const sent = JSON.parse(exchanges[at].body);
      assert.equal(messages.length, 100);
      assert.equal(totalCount, sent.total_count);
      assert.deepEqual(
        messages.map(({ messageId }) => messageId),
        sent.result.map(({ message_id }) => Number(message_id)),
      );
    }

    const token = await ask("sms-token", { method: "POST" });
    assert.equal(token.headers.get("cache-control"), "no-store");
    const { exp, iat, iss } = jose.decodeJwt(await token.text());
    assert.equal(iss, sandbox.credentials.account_id);
    assert.ok(exp - iat <= 65 && exp * 1000 > Date.now(), "a short life");
  } finally {
    await stop();
  }
}

/** A command that is known. Those that build or test everything are asked for their help, which checks their names. */
function command(line) {
  const [, task] = /^cargo xtask (\S+( .*)?)$/.exec(line) ?? [];
  if (task) {
    const words = task.split(" ");
    const help = execFileSync("cargo", ["xtask", ...words, "--help"], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: "pipe",
    });
    assert.ok(help.includes(`Usage: cargo xtask ${words[0]}`), help);
  } else if (line === "npm install voximplant-sms-history") {
    const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    assert.deepEqual(
      Object.keys(dependencies),
      ["voximplant-sms-history"],
      "installed from its tarball, under this name",
    );
  } else {
    assert.fail(`no test knows the command: ${line}`);
  }
}
