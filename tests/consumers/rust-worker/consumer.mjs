import assert from "node:assert/strict";
import { limited } from "../../suite/limited.mjs";
import { ROOT } from "../project.mjs";
import { bundle, start } from "../workerd.mjs";
import { pageOf, summaryOf, watched } from "./api.mjs";

/** What the Worker asks of those who read. */
const KEY = "a key that no deployment has";
const WANTED = "direction=out&fromDate=2000-01-01T00:00:00Z&count=50&offset=3";
/** The same as the API has it. */
const ASKED = "direction=OUT&from_date=2000-01-01%2000:00:00&count=50&offset=3";
/** Compiling all of it for the first time takes minutes. */
const COMPILING = { limit: 30 * 60_000 };

export default {
  source: "examples/rust-worker",
  keeps: ["target"],
  about: (project) => ({ name: "A Worker in Rust (workers-rs)", version: version(project) }),
  steps: ({ project, ask }) => {
    /** Runs the Worker, and takes it down. */
    const running = async (options, work) => {
      const api = await watched(project.env.API_URL);
      const bindings = { ...project.env, API_URL: api.url, READER_KEY: KEY, ...options.bindings };
      const worker = start(project, { ...options, bindings });
      const get = (path, { authorization = `Bearer ${KEY}`, method = "GET" } = {}) =>
        worker.dispatchFetch(`http://worker${path}`, { method, headers: { authorization } });
      try {
        await work({ get, api });
      } finally {
        await worker.dispose();
        api.close();
      }
    };
    return {
      "what deploy --dry-run bundles reads pages and summaries": async () => {
        const manifest = project.read("Cargo.toml");
        project.write("Cargo.toml", manifest.replace('path = "../.."', `path = ${JSON.stringify(ROOT)}`));
        await bundle(project, COMPILING);
        await running({}, async ({ get }) => {
          const page = await get(`/messages?${WANTED}`);
          assert.equal(page.headers.get("cache-control"), "no-store");
          assert.deepEqual(await page.json(), pageOf(await ask(ASKED)));
          const summary = await (await get("/summary?direction=in&bucket=day")).json();
          assert.deepEqual(summary, await summaryOf(ask, "direction=IN"));
          assert.ok(summary.buckets.length > 1);
        });
      },
      "requests share a token, also those that begin together": () =>
        running({}, async ({ get, api }) => {
          const paths = Array.from({ length: 12 }, (_, at) =>
            at % 4 ? `/messages?count=${at}` : "/summary",
          );
          const replies = await Promise.all(paths.map((path) => get(path)));
          await nextSecond();
          replies.push(await get("/messages"));
          assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
          assert.ok(api.requests > paths.length, `${api.requests} requests`);
          assert.equal(api.tokens.size, 1);
        }),
      "errors are told by status and kind, without secrets": () => errors(running, project),
      "after it ran out of memory, a fresh instance reads": () =>
        running({ change: limited }, async ({ get, api }) => {
          // A reply that needs more than the memory that there is.
          api.answer = (response) => response.end(" ".repeat(2 ** 25));
          const broken = await get("/messages").catch(() => ({ status: 500 }));
          assert.equal(broken.status, 500);
          api.answer = undefined;
          await nextSecond();
          assert.equal((await (await get("/messages?count=7")).json()).messages.length, 7);
          // It remembers nothing of what the other one had, not the token either.
          assert.equal(api.tokens.size, 2);
        }),
      "its development server reads": async () => {
        const { API_URL, VOXIMPLANT_CREDENTIALS } = project.env;
        const credentials = JSON.stringify(JSON.parse(VOXIMPLANT_CREDENTIALS));
        const lines = [
          `API_URL=${API_URL}`,
          `READER_KEY="${KEY}"`,
          `VOXIMPLANT_CREDENTIALS='${credentials}'`,
        ];
        project.write(".dev.vars", lines.join("\n"));
        const server = await project.serve("wrangler", (port) => [
          ...["dev", "--port", port, "--ip", "127.0.0.1"],
        ]);
        try {
          const headers = { authorization: `Bearer ${KEY}` };
          const reply = await fetch(`${server.origin}/messages?${WANTED}`, { headers });
          assert.deepEqual(await reply.json(), pageOf(await ask(ASKED)), server.told());
        } finally {
          await server.stop();
        }
      },
    };
  },
};

async function errors(running, project) {
  const told = async (reply) => {
    const text = await reply.text();
    const { private_key, key_id } = JSON.parse(project.env.VOXIMPLANT_CREDENTIALS);
    for (const secret of [KEY, "+15550001234", private_key.split("\n")[1], key_id])
      assert.ok(!text.includes(secret), text);
    return `${reply.status} ${JSON.parse(text).error?.kind ?? text}`;
  };
  await running({}, async ({ get, api }) => {
    assert.equal(await told(await get("/messages", { authorization: "Bearer another" })), "401 sign_in");
    assert.equal(await told(await get("/messages", { authorization: "" })), "401 sign_in");
    assert.equal(await told(await get("/elsewhere")), "404 path");
    assert.equal(await told(await get("/messages", { method: "DELETE" })), "405 method");
    for (const wrong of ["count=0", "sourceNumber=%2B15550001234%2B", "from_day=1", "fromDate=yesterday"])
      assert.equal(await told(await get(`/messages?${wrong}`)), "400 invalid_query");
    assert.equal(await told(await get("/summary?bucket=week")), "400 invalid_query");
    assert.equal(api.requests, 0);
    api.answer = (response) => response.writeHead(429, { "retry-after": "1" }).end();
    const limited = await get("/messages");
    assert.equal(limited.headers.get("retry-after"), "1");
    assert.equal(await told(limited), "503 rate_limited");
    api.answer = (response) => response.writeHead(302, { location: "http://127.0.0.1:9/" }).end();
    assert.equal(await told(await get("/messages")), "502 http");
  });
  const credentials = JSON.stringify({ ...JSON.parse(project.env.VOXIMPLANT_CREDENTIALS), private_key: "?" });
  await running({ bindings: { VOXIMPLANT_CREDENTIALS: credentials } }, async ({ get }) => {
    assert.equal(await told(await get("/messages")), "500 credentials");
  });
  await running({ bindings: { READER_KEY: "" } }, async ({ get }) => {
    assert.equal(await told(await get("/messages", { authorization: "Bearer " })), "401 sign_in");
  });
}

/** Tokens that are signed in one second are equal. */
const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1001));

const version = (project) => /^worker = "=(.+)"$/m.exec(project.read("Cargo.toml"))[1];
