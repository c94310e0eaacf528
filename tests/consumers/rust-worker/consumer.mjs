import assert from "node:assert/strict";
import { limited } from "../../suite/limited.mjs";
import { ROOT } from "../project.mjs";
import { bundle, start } from "../workerd.mjs";
import { summaryOf, watched } from "./api.mjs";

/** The key that the Worker requires of its readers. */
const KEY = "a key that no deployment has";
const QUERY = "direction=OUT&from_date=2000-01-01%2000:00:00&count=500&offset=3";
const PAGE = { origin: "http://worker", "content-type": "application/x-www-form-urlencoded" };
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
      /** Sends a query as the client in a page does. */
      const relay = (body, headers) =>
        worker.dispatchFetch("http://worker/sms/GetSmsHistory", {
          method: "POST",
          redirect: "manual",
          headers: { ...PAGE, authorization: `Bearer ${KEY}`, ...headers },
          body,
        });
      try {
        await work({ get, relay, api });
      } finally {
        await worker.dispose();
        api.close();
      }
    };
    return {
      "the bundle of deploy --dry-run relays pages and reads summaries": async () => {
        const manifest = project.read("Cargo.toml");
        project.write("Cargo.toml", manifest.replace('path = "../.."', `path = ${JSON.stringify(ROOT)}`));
        await bundle(project, COMPILING);
        await running({}, async ({ get, relay }) => {
          const page = await relay(QUERY);
          assert.equal(page.headers.get("cache-control"), "no-store");
          assert.deepEqual(await page.json(), await ask(QUERY));
          const summary = await (await get("/summary?direction=in&bucket=day")).json();
          assert.deepEqual(summary, await summaryOf(ask, "direction=IN"));
          assert.ok(summary.buckets.length > 1);
        });
      },
      "requests share a token, even concurrent ones": () =>
        running({}, async ({ get, relay, api }) => {
          const calls = Array.from({ length: 12 }, (_, at) =>
            at % 4 ? relay(`count=${at}`) : get("/summary"),
          );
          const replies = await Promise.all(calls);
          await nextSecond();
          replies.push(await relay("count=1"));
          assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
          assert.ok(api.requests > calls.length, `${api.requests} requests`);
          assert.equal(api.tokens.size, 1);
        }),
      "errors have a status and a kind, and no secrets": () => errors(running, project),
      "a new instance reads after one ran out of memory": () =>
        running({ change: limited }, async ({ get, relay, api }) => {
          // A response that exceeds the memory.
          api.answer = (response) => response.end(" ".repeat(2 ** 25));
          const broken = await get("/summary").catch(() => ({ status: 500 }));
          assert.equal(broken.status, 500);
          api.answer = undefined;
          await nextSecond();
          assert.equal((await (await relay("count=7")).json()).result.length, 7);
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
          const reply = await fetch(`${server.origin}/summary?direction=in`, { headers });
          assert.deepEqual(await reply.json(), await summaryOf(ask, "direction=IN"), server.output());
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
  await running({}, async ({ get, relay, api }) => {
    assert.equal(
      await statusAndKind(await get("/summary", { authorization: "Bearer another" })),
      "401 sign_in",
    );
    assert.equal(await statusAndKind(await get("/summary", { authorization: "" })), "401 sign_in");
    assert.equal((await relay("count=1", { authorization: "Bearer another" })).status, 403);
    assert.equal((await relay("count=1", { origin: "https://evil.example" })).status, 403);
    assert.equal((await relay("count=0")).status, 400);
    assert.equal(await statusAndKind(await get("/elsewhere")), "404 path");
    assert.equal(await statusAndKind(await get("/summary", { method: "DELETE" })), "405 method");
    for (const wrong of ["count=0", "sourceNumber=%2B15550001234%2B", "from_day=1", "fromDate=yesterday"])
      assert.equal(await statusAndKind(await get(`/summary?${wrong}`)), "400 invalid_query");
    assert.equal(await statusAndKind(await get("/summary?bucket=week")), "400 invalid_query");
    assert.equal(api.requests, 0);
    api.answer = (response) => response.writeHead(429, { "retry-after": "1" }).end();
    const limited = await relay("count=1");
    assert.deepEqual([limited.status, limited.headers.get("retry-after")], [429, "1"]);
    api.answer = (response) => response.writeHead(302, { location: "http://127.0.0.1:9/" }).end();
    assert.equal(await statusAndKind(await get("/summary")), "502 http");
    const redirected = await relay("count=1");
    assert.equal(redirected.status, 502);
    assert.ok(!(await redirected.text()).includes("127.0.0.1"));
  });
  const credentials = JSON.stringify({ ...JSON.parse(project.env.VOXIMPLANT_CREDENTIALS), private_key: "?" });
  await running({ bindings: { VOXIMPLANT_CREDENTIALS: credentials } }, async ({ get }) => {
    assert.equal(await statusAndKind(await get("/summary")), "500 credentials");
  });
  await running({ bindings: { READER_KEY: "" } }, async ({ get }) => {
    assert.equal(await statusAndKind(await get("/summary", { authorization: "Bearer " })), "401 sign_in");
  });
}

/** Waits for another second, because tokens signed in the same second are equal. */
const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1001));

const version = (project) => /^worker = "=(.+)"$/m.exec(project.read("Cargo.toml"))[1];
