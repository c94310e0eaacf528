import assert from "node:assert/strict";
import { limited } from "../../suite/limited.mjs";
import { ROOT } from "../project.mjs";
import { bundle, start } from "../workerd.mjs";
import { pageOf, summaryOf, watched } from "./api.mjs";

/** The key that the Worker requires of its readers. */
const KEY = "a key that no deployment has";
const WORKER_QUERY = "direction=out&fromDate=2000-01-01T00:00:00Z&count=50&offset=3";
/** The same query in the API's form. */
const API_QUERY = "direction=OUT&from_date=2000-01-01%2000:00:00&count=50&offset=3";
/** The first compilation takes minutes. */
const COMPILING = { limit: 30 * 60_000 };

export default {
  source: "examples/rust-worker",
  keeps: ["target"],
  about: (project) => ({ name: "A Worker in Rust (workers-rs)", version: version(project) }),
  steps: ({ project, ask }) => {
    /** Runs the Worker, and stops it. */
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
      "the bundle of deploy --dry-run reads pages and summaries": async () => {
        const manifest = project.read("Cargo.toml");
        project.write("Cargo.toml", manifest.replace('path = "../.."', `path = ${JSON.stringify(ROOT)}`));
        await bundle(project, COMPILING);
        await running({}, async ({ get }) => {
          const page = await get(`/messages?${WORKER_QUERY}`);
          assert.equal(page.headers.get("cache-control"), "no-store");
          assert.deepEqual(await page.json(), pageOf(await ask(API_QUERY)));
          const summary = await (await get("/summary?direction=in&bucket=day")).json();
          assert.deepEqual(summary, await summaryOf(ask, "direction=IN"));
          assert.ok(summary.buckets.length > 1);
        });
      },
      "requests share a token, even concurrent ones": () =>
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
      "errors have a status and a kind, and no secrets": () => errors(running, project),
      "a new instance reads after one ran out of memory": () =>
        running({ change: limited }, async ({ get, api }) => {
          // A response that exceeds the memory.
          api.answer = (response) => response.end(" ".repeat(2 ** 25));
          const broken = await get("/messages").catch(() => ({ status: 500 }));
          assert.equal(broken.status, 500);
          api.answer = undefined;
          await nextSecond();
          assert.equal((await (await get("/messages?count=7")).json()).messages.length, 7);
          // The new instance has no cached token.
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
          const reply = await fetch(`${server.origin}/messages?${WORKER_QUERY}`, { headers });
          assert.deepEqual(await reply.json(), pageOf(await ask(API_QUERY)), server.output());
        } finally {
          await server.stop();
        }
      },
    };
  },
};

async function errors(running, project) {
  const statusAndKind = async (reply) => {
    const text = await reply.text();
    const { private_key, key_id } = JSON.parse(project.env.VOXIMPLANT_CREDENTIALS);
    for (const secret of [KEY, "+15550001234", private_key.split("\n")[1], key_id])
      assert.ok(!text.includes(secret), text);
    return `${reply.status} ${JSON.parse(text).error?.kind ?? text}`;
  };
  await running({}, async ({ get, api }) => {
    assert.equal(
      await statusAndKind(await get("/messages", { authorization: "Bearer another" })),
      "401 sign_in",
    );
    assert.equal(await statusAndKind(await get("/messages", { authorization: "" })), "401 sign_in");
    assert.equal(await statusAndKind(await get("/elsewhere")), "404 path");
    assert.equal(await statusAndKind(await get("/messages", { method: "DELETE" })), "405 method");
    for (const wrong of ["count=0", "sourceNumber=%2B15550001234%2B", "from_day=1", "fromDate=yesterday"])
      assert.equal(await statusAndKind(await get(`/messages?${wrong}`)), "400 invalid_query");
    assert.equal(await statusAndKind(await get("/summary?bucket=week")), "400 invalid_query");
    assert.equal(api.requests, 0);
    api.answer = (response) => response.writeHead(429, { "retry-after": "1" }).end();
    const limited = await get("/messages");
    assert.equal(limited.headers.get("retry-after"), "1");
    assert.equal(await statusAndKind(limited), "503 rate_limited");
    api.answer = (response) => response.writeHead(302, { location: "http://127.0.0.1:9/" }).end();
    assert.equal(await statusAndKind(await get("/messages")), "502 http");
  });
  const credentials = JSON.stringify({ ...JSON.parse(project.env.VOXIMPLANT_CREDENTIALS), private_key: "?" });
  await running({ bindings: { VOXIMPLANT_CREDENTIALS: credentials } }, async ({ get }) => {
    assert.equal(await statusAndKind(await get("/messages")), "500 credentials");
  });
  await running({ bindings: { READER_KEY: "" } }, async ({ get }) => {
    assert.equal(await statusAndKind(await get("/messages", { authorization: "Bearer " })), "401 sign_in");
  });
}

/** Waits for another second, because tokens signed in the same second are equal. */
const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1001));

const version = (project) => /^worker = "=(.+)"$/m.exec(project.read("Cargo.toml"))[1];
