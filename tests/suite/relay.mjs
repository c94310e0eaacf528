import {
  accountOf,
  bodyOf,
  clearFaultsAfterEach,
  FAST_RETRY,
  printedForms,
  ROW,
  readAll,
  recordingFetch,
  rejection,
  requestDirectly,
  SECRET,
  setFaults,
  sleep,
  tokenOf,
  UNTIL,
  until,
} from "./helpers.mjs";

const ORIGIN = "https://dashboard.example";
const FORM = "application/x-www-form-urlencoded";
const CSV = { "content-type": "text/csv", "content-disposition": 'attachment; filename="history.csv"' };

/** A page's request. It is no `Request`, because browsers do not let programs set the header `Origin` of one. */
function pageRequest({
  url = `${ORIGIN}/sms/GetSmsHistory`,
  method = "POST",
  body = "",
  signal,
  ...headers
} = {}) {
  return {
    url,
    method,
    headers: new Headers({
      origin: ORIGIN,
      "sec-fetch-site": "same-origin",
      "content-type": FORM,
      ...headers,
    }),
    text: async () => body,
    signal,
  };
}

/** A page's `fetch`, which reaches a relay without a network. `responses` are those of the relay. */
function pageFetch(relay) {
  const fetch = recordingFetch(async (url, { body, signal, headers, method }) => {
    const contentType = headers["Content-Type"];
    const response = await relay(pageRequest({ url, method, body, signal, "content-type": contentType }));
    fetch.responses.push(response);
    return response;
  });
  return Object.assign(fetch, { responses: [] });
}

/** How a page begins that passes while it arrives. */
const PAGE_START = '{"result":[{"message_id":1,"text":"';

/** A stream of bytes, some at a time. */
function chunksOf(bytes, size) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
      if (at >= bytes.length) controller.close();
    },
  });
}

/** Pages without a token, and the relay that serves them. */
export default function relays(QUnit, context) {
  const { core, edge, sandbox } = context;
  const { module, test } = QUnit;

  /** Creates a relay to the sandbox, and a page's client behind it. */
  async function relayed(options = {}, clientOptions = {}) {
    const account = await accountOf(context);
    const upstream = recordingFetch((url, init) => globalThis.fetch(url, init));
    const relay = edge.createRelay({
      account,
      authorize: () => true,
      baseUrl: sandbox.url,
      fetch: upstream,
      ...options,
    });
    const fetch = pageFetch(relay);
    const client = new core.SmsHistoryClient({
      relay: `${ORIGIN}/sms`,
      fetch,
      retry: FAST_RETRY,
      ...clientOptions,
    });
    return { account, relay, client, fetch, upstream };
  }

  /** Sends one query to a relay, and returns the status and the API's error. */
  async function ask(options, request) {
    const { relay, upstream } = await relayed(options);
    const response = await relay(pageRequest(request));
    const { error } = JSON.parse(await response.text());
    return { status: response.status, error, headers: response.headers, requests: upstream.calls.length };
  }

  module("a page behind a relay", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    test("the client sends a form without a token, and the relay adds one", async (assert) => {
      const { client, fetch, upstream } = await relayed();
      const page = await client.getSmsHistory({
        sourceNumber: "+1 202 555 0101",
        count: 3,
        direction: "out",
      });
      assert.true(page.totalCount >= page.length);
      const [{ url, init }] = fetch.calls;
      assert.equal(url.href, `${ORIGIN}/sms/GetSmsHistory`);
      assert.deepEqual(init.headers, { "Content-Type": FORM });
      assert.equal(init.body, "source_number=12025550101&direction=OUT&count=3");
      assert.equal(upstream.calls[0].url.search, "?source_number=12025550101&direction=OUT&count=3");
      assert.true(upstream.calls[0].init.headers.Authorization.startsWith("Bearer ey"));
      assert.equal(upstream.calls[0].init.body, undefined);
    });

    test("pages, histories, summaries and exports are those of direct access", async (assert) => {
      const { client, upstream } = await relayed();
      const direct = new core.SmsHistoryClient({ token: await tokenOf(context), baseUrl: sandbox.url });
      const query = { toDate: UNTIL, count: 1000 };
      const [one, other] = await Promise.all([client, direct].map((each) => each.getSmsHistory(query)));
      assert.deepEqual(one.toArray(), other.toArray());
      const all = await Promise.all([client, direct].map((each) => readAll(each.pages(query))));
      assert.equal(all[0].count, 4321);
      assert.deepEqual(all[0].ids, all[1].ids);
      const sums = await Promise.all([client, direct].map((each) => each.summarize(query)));
      assert.deepEqual(sums[0], sums[1]);
      const texts = [client, direct].map((each) => new Response(each.exportHistory(query)).text());
      const [exported, expected] = await Promise.all(texts);
      assert.true(exported === expected && exported.length > 100_000);
      const tokens = new Set(upstream.calls.map(({ init }) => init.headers.Authorization));
      assert.equal(tokens.size, 1, "the relay signs one token");
    });

    test("files arrive with name and type, and a broken file is read again", async (assert) => {
      const response = await requestDirectly(context, await tokenOf(context), { output: "csv", count: 500 });
      const expected = await response.text();
      await setFaults(context, { kind: "reset", at: 30_000, first: 1 });
      const { client, fetch } = await relayed();
      const file = await client.download({ output: "csv", count: 500 });
      assert.true((await file.text()) === expected);
      assert.true(file.name.endsWith(".csv"), file.name);
      assert.equal(file.type, response.headers.get("content-type"));
      assert.equal(fetch.calls.length, 2);
    });

    // In workerd, a stream that breaks off would end as if it were whole.
    test("a file that breaks off is an error of the relay, and never a shorter file", async (assert) => {
      for (const output of ["csv", "xls"]) {
        const whole = await (await relayed()).relay(pageRequest({ body: `output=${output}&count=500` }));
        const { byteLength } = await whole.arrayBuffer();
        // A page cannot see exactly where a body ends, because its browser may hide that the body was compressed.
        for (const at of [300, 20_000, byteLength - (context.relay ? 1000 : 1)]) {
          await setFaults(context, { kind: "reset", at });
          const { relay, client } = await relayed({}, { retry: false });
          const response = await relay(pageRequest({ body: `output=${output}&count=500` }));
          assert.equal(response.status, 502, `${output} ${at}`);
          const error = await rejection(client.download({ output, count: 500 }));
          assert.deepEqual([error.kind, error.httpStatus, error.retryable], ["http", 502, true]);
          await setFaults(context);
        }
        assert.equal(whole.headers.get("content-length"), `${byteLength}`);
      }
    });

    test("a page that breaks off is refused by the page's client", async (assert) => {
      for (const at of [300, 30_000]) {
        await setFaults(context, { kind: "reset", at });
        const { client } = await relayed({}, { retry: false });
        const error = await rejection(client.getSmsHistory({ count: 1000 }));
        assert.true(["http", "network", "format"].includes(error.kind), `${at} ${error.kind}`);
      }
    });

    test("a response passes while it arrives", async (assert) => {
      const text = `${PAGE_START}${"x;".repeat(20_000)}`;
      let resume;
      const body = new ReadableStream({
        async start(controller) {
          controller.enqueue(new TextEncoder().encode(text));
          await new Promise((resolve) => {
            resume = resolve;
          });
          controller.enqueue(new TextEncoder().encode(text));
          controller.close();
        },
      });
      const headers = { "content-type": "application/json" };
      const { relay } = await relayed({ fetch: async () => new Response(body, { headers }) });
      const response = await relay(pageRequest());
      const reader = response.body.getReader();
      let length = 0;
      while (length < text.length) length += (await reader.read()).value.length;
      resume();
      while (length < 2 * text.length) length += (await reader.read()).value.length;
      assert.true((await reader.read()).done);
    });

    const faults = [
      ...[500, 503, 429, 400, 404, 410].map((status) => ({ kind: `${status}`, "retry-after": 0 })),
      ...[1, 104, 123, 340, 9999].flatMap((code) => [
        { kind: "api-error", code, "retry-after": 0 },
        // In one runtime without Retry-After: then each retry of 340 waits for a second.
        { kind: "api-error", code, status: 403, ...(!context.isThorough && { "retry-after": 0 }) },
      ]),
      { kind: "api-error", body: "text" },
      { kind: "html" },
      { kind: "reset" },
      { kind: "reset", at: 20_000 },
      { kind: "truncate", at: 300 },
      { kind: "truncate", at: 300, length: "cut" },
    ];
    for (const fault of faults) {
      test(`an error behind the relay is the error of direct access: ${JSON.stringify(fault)}`, async (assert) => {
        const direct = new core.SmsHistoryClient({
          token: await tokenOf(context),
          baseUrl: sandbox.url,
          retry: { ...FAST_RETRY, maxAttempts: 2 },
        });
        const { client, fetch, upstream } = await relayed({}, { retry: { ...FAST_RETRY, maxAttempts: 2 } });
        await setFaults(context, fault);
        const expected = await rejection(direct.getSmsHistory());
        const error = await rejection(client.getSmsHistory());
        // The relay has a response for the page even if the API has none.
        const kindOf = ({ kind }) => (["network", "format"].includes(kind) ? "http" : kind);
        const isReplaced = kindOf(expected) !== expected.kind && error.httpStatus === 502;
        assert.equal(isReplaced ? "http" : error.kind, isReplaced ? "http" : expected.kind, error.message);
        assert.deepEqual([error.code, error.retryable], [expected.code, expected.retryable], error.message);
        if (expected.kind === "rate_limited") assert.equal(error.httpStatus, 429, "for servers between");
        if (fault.kind !== "404") assert.equal(fetch.calls.length, expected.retryable ? 2 : 1);
        assert.equal(upstream.calls.length, fetch.calls.length, "the relay does not retry");
        await setFaults(context, { ...fault, first: 1 });
        if (expected.retryable) assert.equal((await client.getSmsHistory({ count: 7 })).length, 7);
      });
    }

    test("a token that the API rejects is renewed by the relay, not by the page", async (assert) => {
      const events = [];
      const { client, fetch, upstream } = await relayed({ onEvent: (event) => events.push(event) });
      await client.getSmsHistory({ count: 7 });
      // Within the second in which the first token was signed.
      await setFaults(context, { kind: "token-expired", first: 1 });
      assert.equal((await client.getSmsHistory({ count: 7 })).length, 7);
      assert.deepEqual([fetch.calls.length, upstream.calls.length], [2, 3]);
      const names = events.slice(2).map(({ type }) => type);
      assert.deepEqual(names, ["request", "response", "tokenRenewed", "request", "response"]);
      assert.true(events.at(-1).bytes > 500);
    });

    test("a relay whose account the API rejects is an error of the relay", async (assert) => {
      const { client, fetch } = await relayed();
      await setFaults(context, { kind: "api-error", code: 100, status: 401 });
      const error = await rejection(client.getSmsHistory());
      assert.deepEqual([error.kind, error.code, error.httpStatus, error.retryable], ["api", 100, 502, false]);
      await setFaults(context, { kind: "401" });
      const { kind, httpStatus } = await rejection(client.getSmsHistory());
      assert.deepEqual([kind, httpStatus], ["http", 502]);
      assert.equal(fetch.calls.length, 5);
    });

    test("Retry-After and Date pass, so the page waits as long as the API asks", async (assert) => {
      const { client, fetch } = await relayed();
      await setFaults(context, { kind: "503", "retry-after-date": 2, first: 1 });
      const start = Date.now();
      await client.getSmsHistory({ count: 1 });
      // A date has no fraction of a second.
      assert.true(Date.now() - start >= 990);
      const [{ headers }] = fetch.responses;
      assert.true(headers.get("retry-after").endsWith(" GMT") && headers.get("date").endsWith(" GMT"));
    });

    test("the limiter of the relay limits all pages together", async (assert) => {
      let [inFlight, most] = [0, 0];
      const fetch = async (url, init) => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        const response = await globalThis.fetch(url, init);
        const bytes = await response.arrayBuffer();
        // Until all requests have a token and wait.
        await sleep(30);
        inFlight -= 1;
        return new Response(bytes, response);
      };
      const { relay } = await relayed({ fetch, limiter: { maxInFlight: 2 } });
      const responses = await Promise.all(
        Array.from({ length: 6 }, () => relay(pageRequest({ body: "count=3" }))),
      );
      for (const response of responses) assert.equal((await response.json()).result.length, 3);
      assert.equal(most, 2);
    });

    for (const [what, decision, status] of [
      ["false", () => false, 403],
      ["HTTP 401", () => new Response("sign in", { status: 401 }), 401],
      [
        "a redirect to a login page",
        () => new Response(null, { status: 302, headers: { location: "/login" } }),
        302,
      ],
      [
        "a login page",
        () =>
          new Response("<!doctype html><title>sign in</title>", { headers: { "content-type": "text/html" } }),
        200,
      ],
    ]) {
      test(`a user who is not signed in gets kind token: ${what}`, async (assert) => {
        const { client, fetch, upstream } = await relayed({ authorize: async () => decision() });
        const calls = [client.getSmsHistory(), client.download({ output: "csv" }), client.summarize()];
        for (const error of await Promise.all(calls.map(rejection))) {
          assert.deepEqual([error.kind, error.httpStatus, error.retryable], ["token", status, false]);
          assert.true(error.message.includes("sign in again"), error.message);
        }
        assert.deepEqual([fetch.calls.length, upstream.calls.length], [3, 0]);
        assert.equal(fetch.responses[0].headers.get("cache-control"), "no-store");
        assert.equal(fetch.responses[0].headers.get("x-content-type-options"), "nosniff");
      });
    }

    test("an abort of the page ends the request to the API", async (assert) => {
      const signals = [];
      const fetch = (_, { signal }) => {
        signals.push(signal);
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      };
      const { client } = await relayed({ fetch });
      const controller = new AbortController();
      const call = rejection(client.getSmsHistory({}, { signal: controller.signal }));
      await until(() => signals.length === 1);
      controller.abort("enough");
      assert.equal(await call, "enough");
      await until(() => signals[0].aborted);
    });

    test("the end of the page's reading ends the request to the API", async (assert) => {
      let isCancelled = false;
      const chunk = new TextEncoder().encode(PAGE_START.repeat(1_000));
      const body = () =>
        new ReadableStream({
          pull: (controller) => controller.enqueue(chunk),
          cancel: () => {
            isCancelled = true;
          },
        });
      const { relay } = await relayed({ fetch: async () => new Response(body()) });
      const response = await relay(pageRequest());
      const reader = response.body.getReader();
      await reader.read();
      await reader.cancel();
      await until(() => isCancelled);
      assert.true(isCancelled);
    });

    // Only browsers send the headers and follow the rules that the relay relies on.
    if (context.relay) {
      test("a browser reads through a relay of its page's origin, and of another one without a preflight", async (assert) => {
        const query = { toDate: UNTIL, count: 500 };
        const other = new URL(context.relay, location.href.replace("127.0.0.1", "localhost")).href;
        for (const relay of [context.relay, other]) {
          const client = new core.SmsHistoryClient({ relay, retry: FAST_RETRY });
          assert.equal((await client.summarize(query)).totals.count, 4321);
          await setFaults(context, { kind: "reset", at: 30_000, first: 1 });
          const text = await (await client.download({ output: "csv", count: 500 })).text();
          assert.equal(text.trim().split("\n").length >= 501, true);
        }
        const controller = new AbortController();
        await setFaults(context, { kind: "hang", first: 1 });
        const client = new core.SmsHistoryClient({ relay: context.relay });
        const call = rejection(client.getSmsHistory({}, { signal: controller.signal }));
        setTimeout(() => controller.abort("enough"), 50);
        assert.equal(await call, "enough");
      });
    }

    test("the address of a relay", async (assert) => {
      const urlOf = async (relay) => {
        const fetch = recordingFetch(async () => new Response(bodyOf([ROW])));
        await new core.SmsHistoryClient({ relay, fetch }).getSmsHistory();
        return fetch.calls[0].url.href;
      };
      for (const relay of [`${ORIGIN}/sms`, `${ORIGIN}/sms/`, new URL(`${ORIGIN}/sms`)])
        assert.equal(await urlOf(relay), `${ORIGIN}/sms/GetSmsHistory`);
      assert.equal(
        await urlOf("http://intranet.example/a/sms"),
        "http://intranet.example/a/sms/GetSmsHistory",
      );
      const page = globalThis.document?.baseURI ?? globalThis.location?.href;
      if (page) {
        assert.equal(await urlOf("/sms"), new URL("/sms/GetSmsHistory", page).href);
        assert.equal(await urlOf("./sms"), new URL("./sms/GetSmsHistory", page).href);
      } else {
        const { kind, message } = await rejection(urlOf("/sms"));
        assert.equal(kind, "invalid_options");
        assert.true(message.startsWith("relay: expected an absolute URL"), message);
      }
    });

    test("options that contradict a relay, and relative addresses of the API", async (assert) => {
      const messageOf = async (options) => {
        const error = await rejection(new core.SmsHistoryClient(options).ready());
        assert.equal(error.kind, "invalid_options");
        return error.message;
      };
      for (const others of [{ token: SECRET }, { baseUrl: sandbox.url }, { allowHttp: true }]) {
        const [name] = Object.keys(others);
        assert.true((await messageOf({ relay: ORIGIN, ...others })).startsWith(`relay: expected no ${name}`));
      }
      assert.true((await messageOf({ relay: 5 })).startsWith("relay: expected a string"));
      assert.true((await messageOf({ relay: `${ORIGIN}/sms?x=1` })).includes("a query"));
      const message = await messageOf({ token: SECRET, baseUrl: "/sms" });
      const isBrowser = globalThis.location !== undefined;
      assert.equal(message.includes("new URL(path, location.href).href, or set relay"), isBrowser, message);
      assert.equal(message.endsWith("; write its scheme and host"), !isBrowser, message);
    });
  });

  module("what a relay guarantees", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    /** Every text of a response: status, headers, body. */
    const everything = async (response) => {
      const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`);
      return [response.status, ...headers, await response.text()].join("\n");
    };

    test("no token, key or address of the API reaches the page", async (assert) => {
      const { private_key, key_id } = sandbox.credentials;
      const { host } = new URL(sandbox.url);
      for (const faults of [
        [],
        [{ kind: "api-error", code: 9999, body: "token" }],
        [{ kind: "api-error", code: 9999, status: 400, body: "token" }],
        [{ kind: "token-expired" }],
        [{ kind: "500" }],
        [{ kind: "401" }],
        [{ kind: "html" }],
        [{ kind: "reset" }],
        [{ kind: "truncate", at: 9 }],
      ]) {
        await setFaults(context, ...faults);
        const { relay, upstream } = await relayed();
        const text = await everything(await relay(pageRequest({ body: "count=5" })));
        const tokens = upstream.calls.map(({ init }) => init.headers.Authorization.split(" ")[1]);
        for (const secret of [
          private_key.split("\n")[1],
          key_id,
          host,
          ...tokens.flatMap((token) => token.split(".")),
        ])
          assert.false(text.includes(secret), JSON.stringify(faults));
      }
      const unreachable = await relayed({ baseUrl: "http://127.0.0.1:9", fetch: undefined });
      const response = await unreachable.relay(pageRequest());
      assert.equal(response.status, 502);
      assert.false((await everything(response)).includes("127.0.0.1"));
    });

    test("a response of up to 16 KB that repeats the token is replaced", async (assert) => {
      for (const [padding, length] of [
        [0, true],
        [0, false],
        [12_000, false],
      ]) {
        const fetch = async (_, { headers }) => {
          const text = " ".repeat(padding) + headers.Authorization.split(" ")[1];
          const bytes = new TextEncoder().encode(bodyOf([{ ...ROW, text }]));
          const init = length ? { headers: { "content-length": `${bytes.length}` } } : {};
          return new Response(chunksOf(bytes, 5_000), init);
        };
        const { relay } = await relayed({ fetch });
        const response = await relay(pageRequest());
        assert.equal(response.status, 502, `${padding}`);
        assert.true((await response.text()).includes("repeats the token"));
      }
    });

    test("a longer response that does not begin as a page with rows is read whole", async (assert) => {
      for (const write of [
        (token) => JSON.stringify({ error: { code: 9999, msg: `${"x".repeat(20_000)} ${token}` } }),
        (token) => JSON.stringify({ result: [], errors: ["x".repeat(20_000), token] }),
        (token) => JSON.stringify({ result: `${"x".repeat(20_000)}${token}` }),
        (token) => `${"x".repeat(20_000)}${token}`,
        (token) => `${" ".repeat(20_000)}${bodyOf([{ ...ROW, text: token }])}`,
      ]) {
        for (const hasLength of [true, false]) {
          let token;
          const fetch = async (_, { headers }) => {
            token = headers.Authorization.split(" ")[1];
            const bytes = new TextEncoder().encode(write(token));
            const length = hasLength ? { "content-length": `${bytes.length}` } : {};
            return new Response(chunksOf(bytes, 5_000), { headers: length });
          };
          const { relay } = await relayed({ fetch });
          const text = await everything(await relay(pageRequest()));
          assert.false(text.includes(token.split(".")[2]), text.slice(0, 200));
        }
      }
    });

    test("a longer response passes whole, with and without a length", async (assert) => {
      const bytes = new TextEncoder().encode(bodyOf(Array.from({ length: 1000 }, () => ROW)));
      for (const headers of [{}, { "content-length": `${bytes.length}` }]) {
        for (const size of [1_000, 16_384, 50_000, bytes.length]) {
          const events = [];
          const { relay } = await relayed({
            fetch: async () => new Response(chunksOf(bytes, size), { headers }),
            onEvent: (event) => events.push(event),
          });
          const response = await relay(pageRequest());
          assert.equal(await response.text(), new TextDecoder().decode(bytes), `${size}`);
          const [, { durationMs, ...streamed }] = events;
          assert.deepEqual(streamed, { type: "response", call: 1, attempt: 1, httpStatus: 200 });
        }
      }
    });

    test("no header of the API passes, except four", async (assert) => {
      const headers = {
        ...CSV,
        date: "Sun, 08 Mar 2026 02:30:15 GMT",
        "retry-after": "3",
        server: "secret.internal",
        "set-cookie": "a=b",
        "access-control-allow-origin": "*",
        location: "https://secret.internal/",
        "x-request-id": "1",
        "cache-control": "public",
      };
      for (const text of ["a;b\r\n", "a;b\r\n".repeat(9_000)]) {
        const { relay } = await relayed({ fetch: async () => new Response(text, { headers }) });
        const response = await relay(pageRequest({ body: "output=csv" }));
        assert.equal(await response.text(), text);
        const { "content-length": _, ...passed } = Object.fromEntries(response.headers);
        assert.deepEqual(passed, {
          ...CSV,
          date: headers.date,
          "retry-after": "3",
          "cache-control": "no-store",
          "x-content-type-options": "nosniff",
        });
      }
    });

    test("a header that no response may have is left out", async (assert) => {
      for (const value of ["attachment; filename=\u20ac.csv", "attachment\nset-cookie: a=b", "a\0"]) {
        // The runtime's own headers would refuse it.
        const get = (name) => ({ ...CSV, "content-disposition": value })[name] ?? null;
        const arrayBuffer = async () => new TextEncoder().encode("a;b\r\n").buffer;
        const { relay } = await relayed({
          fetch: async () => ({ status: 200, headers: { get }, arrayBuffer }),
        });
        const response = await relay(pageRequest({ body: "output=csv" }));
        assert.equal(response.status, 200);
        assert.equal(response.headers.get("content-disposition"), null);
        assert.equal(await response.text(), "a;b\r\n");
      }
    });

    test("a header of the API that repeats the token does not pass", async (assert) => {
      for (const [name, write] of [
        ["content-type", (token) => `text/csv; charset=${token}`],
        ["content-disposition", (token) => `attachment; filename="${token}.csv"`],
        ["date", (token) => token],
        ["retry-after", (token) => token],
      ]) {
        for (const status of [200, 503]) {
          let token;
          const fetch = async (_, { headers }) => {
            token = headers.Authorization.split(" ")[1];
            return new Response("a;b\r\n", { status, headers: { ...CSV, [name]: write(token) } });
          };
          const { relay } = await relayed({ fetch });
          const response = await relay(pageRequest({ body: "output=csv" }));
          assert.equal(response.status, status);
          assert.false((await everything(response)).includes(token.split(".")[2]), `${name} ${status}`);
        }
      }
    });

    test("a page of the API is never served as HTML", async (assert) => {
      for (const type of [
        "text/html",
        "Text/HTML; charset=utf-8",
        "text/html x",
        "image/svg+xml",
        "application/xhtml+xml",
        "text/xsl",
        "multipart/x-mixed-replace; boundary=x",
        // Browsers take the last one of several.
        "application/json; charset=utf-8, text/html",
        "text/html, application/json; a=b",
      ]) {
        const { relay } = await relayed({
          fetch: async () => new Response(bodyOf([ROW]), { headers: { "content-type": type } }),
        });
        const response = await relay(pageRequest());
        assert.deepEqual([response.status, response.headers.get("content-type")], [200, "application/json"]);
      }
    });

    test("a redirect of the API is an error of the relay, with an error of the API as well", async (assert) => {
      for (const status of [301, 302, 307, 308]) {
        for (const body of [null, JSON.stringify({ error: { code: 104, msg: "denied" } })]) {
          const headers = { location: "https://secret.internal/" };
          const { relay } = await relayed({ fetch: async () => new Response(body, { status, headers }) });
          const response = await relay(pageRequest());
          assert.deepEqual([response.status, response.headers.get("location")], [502, null], `${status}`);
          const { error } = await response.json();
          assert.equal(error.code, body ? 104 : "RELAY_UPSTREAM");
        }
      }
    });

    test("only the one method of the API is reached, by POST", async (assert) => {
      const refused = [
        [{ url: `${ORIGIN}/sms/GetCallHistory` }, 404],
        [{ url: `${ORIGIN}/sms/GetSmsHistory/` }, 404],
        [{ url: `${ORIGIN}/sms/getsmshistory` }, 404],
        [{ url: `${ORIGIN}/sms` }, 404],
        [{ url: `${ORIGIN}/sms/GetSmsHistory?count=1` }, 400],
        [{ url: `${ORIGIN}/sms/A2PSendSms?/GetSmsHistory` }, 404],
        ...["GET", "PUT", "DELETE", "OPTIONS", "HEAD"].map((method) => [{ method }, 405]),
        ...["application/json", "text/plain", "multipart/form-data; boundary=x", ""].map((type) => [
          { "content-type": type },
          415,
        ]),
        [{ body: `count=1&${"x".repeat(9_000)}` }, 413],
      ];
      for (const [request, status] of refused) {
        const answer = await ask({ authorize: () => assert.true(status === 413) || true }, request);
        assert.deepEqual([answer.status, answer.error.code, answer.requests], [status, "RELAY", 0]);
        assert.equal(answer.headers.get("cache-control"), "no-store");
        assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
        assert.equal(answer.headers.get("allow"), status === 405 ? "POST" : null);
      }
    });

    test("the eight parameters are validated, and others refused", async (assert) => {
      const refused = [
        "cmd=A2PSendSms",
        "account_id=1",
        "message_id=any",
        "sourceNumber=12025550101",
        "count=0",
        "count=1001",
        "count=5&count=6",
        "count=1e3",
        "offset=-1",
        "from_date=yesterday",
        "from_date=2026-01-02%2000:00:00&to_date=2026-01-01%2000:00:00",
        "direction=sideways",
        "output=html",
        "%00=1",
      ];
      for (const body of refused) {
        const { status, error, requests } = await ask({}, { body });
        assert.deepEqual([status, error.code, requests], [400, "RELAY", 0], body);
        assert.false(error.msg.includes("12025550101"));
      }
      const { relay, upstream } = await relayed();
      const body = "source_number=%2B1+202+555+0101&direction=in&count=5&offset=2&output=json";
      assert.equal((await relay(pageRequest({ body }))).status, 200);
      assert.equal(
        upstream.calls[0].url.search,
        "?source_number=12025550101&direction=IN&count=5&offset=2&output=json",
      );
      await relay(pageRequest({ body: "source_number=A%26cmd%3DSend%23" }));
      assert.equal(upstream.calls[1].url.search, "?source_number=A%26cmd%3DSend%23");
    });

    test("requests of another origin are refused", async (assert) => {
      const refused = [
        { origin: "https://evil.example" },
        { origin: "null" },
        { origin: `${ORIGIN}.evil.example` },
        { origin: ORIGIN.replace("https", "http") },
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
        { "sec-fetch-site": "none" },
        { origin: "https://other.example", "sec-fetch-site": "cross-site" },
      ];
      const options = { authorize: () => assert.true(false), origins: ["https://listed.example"] };
      for (const headers of refused) {
        const { status, error, requests, headers: replied } = await ask(options, headers);
        assert.deepEqual([status, error.code, requests], [403, "RELAY_ORIGIN", 0], JSON.stringify(headers));
        assert.equal(replied.get("access-control-allow-origin"), null);
        assert.equal(replied.get("vary"), "Origin");
      }
      const { relay, upstream } = await relayed();
      const request = pageRequest();
      request.headers = new Headers({ "content-type": FORM });
      assert.equal((await relay(request)).status, 403, "another program");
      assert.equal(upstream.calls.length, 0);
      // Older browsers send one of both.
      for (const name of ["origin", "sec-fetch-site"]) {
        const older = pageRequest({ body: "count=1" });
        older.headers.delete(name);
        assert.equal((await relay(older)).status, 200, name);
      }
      Object.prototype.origins = ["https://evil.example"];
      try {
        assert.equal(
          (await ask({}, { origin: "https://evil.example" })).status,
          403,
          "no option of the caller",
        );
      } finally {
        delete Object.prototype.origins;
      }
    });

    test("the page's client names the origin, and does not ask the user to sign in", async (assert) => {
      const { relay } = await relayed();
      for (const others of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
        const fetch = recordingFetch((url, { body, method }) =>
          relay(pageRequest({ url, method, body, ...others })),
        );
        const client = new core.SmsHistoryClient({ relay: `${ORIGIN}/sms`, fetch, retry: FAST_RETRY });
        for (const call of [client.getSmsHistory(), client.download({ output: "csv" })]) {
          const error = await rejection(call);
          assert.deepEqual([error.kind, error.httpStatus, error.retryable], ["http", 403, false]);
          assert.true(error.message.startsWith("origin: expected"), error.message);
          assert.true(error.message.includes("option origins"), error.message);
        }
        assert.equal(fetch.calls.length, 2);
      }
    });

    test("pages of listed origins can read the response", async (assert) => {
      const origin = "https://listed.example";
      const { relay } = await relayed({ origins: [origin] });
      for (const body of ["count=1", "count=0"]) {
        const response = await relay(pageRequest({ origin, "sec-fetch-site": "cross-site", body }));
        assert.equal(response.status, body === "count=1" ? 200 : 400);
        assert.equal(response.headers.get("access-control-allow-origin"), origin);
        assert.equal(response.headers.get("access-control-allow-credentials"), "true");
        assert.true(response.headers.get("access-control-expose-headers").includes("Retry-After"));
        assert.equal(response.headers.get("vary"), "Origin");
      }
    });

    test("queries outside of allow are refused, and absent bounds are filled in", async (assert) => {
      const allow = {
        numbers: ["+1 202 555 0101", "ACME"],
        fromDate: "2025-01-01T00:00:00Z",
        toDate: new Date("2025-12-31T23:59:59.999Z"),
        maxSpanDays: 365,
        maxCount: 100,
      };
      const inside =
        "source_number=12025550101&from_date=2025-06-01%2000:00:00&to_date=2025-06-02%2000:00:00";
      const refused = [
        // The error names the bound that the page sent, and not the one that the relay fills in.
        "source_number=ACME&to_date=2024-06-01%2000:00:00",
        "source_number=ACME&from_date=2026-06-01%2000:00:00",
        inside.replace("12025550101", "12025550109"),
        inside.replace("source_number=12025550101", "direction=IN"),
        inside.replace("from_date=2025", "from_date=2024"),
        inside.replace("to_date=2025", "to_date=2026"),
        `${inside}&count=101`,
        `${inside}&count=1000`,
      ];
      // As of a class with getters, of defaults by prototype, or of a decorator.
      const inherited = Object.assign(Object.create({ ...allow, maxCount: 1 }), { maxCount: allow.maxCount });
      const hidden = Object.defineProperty({ ...allow }, "numbers", {
        value: allow.numbers,
        enumerable: false,
      });
      for (const options of [allow, inherited, hidden].flatMap((allow) => [
        { allow },
        { authorize: () => ({ allow }) },
      ])) {
        for (const body of refused) {
          const { status, error, requests } = await ask(options, { body });
          assert.deepEqual([status, error.code, requests], [400, "RELAY", 0], body);
          assert.true(error.msg.includes("that the relay allows"), error.msg);
          const [named] = error.msg.split(":");
          assert.true(named.includes(" or ") || named === "count" || body.includes(named), error.msg);
          assert.false(/1202|ACME|2025/.test(error.msg), error.msg);
        }
        const { relay, upstream } = await relayed(options);
        for (const body of ["destination_number=ACME", `${inside}&count=7&offset=1`, inside])
          assert.equal((await relay(pageRequest({ body }))).status, 200);
        assert.deepEqual(Object.fromEntries(upstream.calls[0].url.searchParams), {
          destination_number: "ACME",
          count: "100",
          from_date: "2025-01-01 00:00:00",
          to_date: "2025-12-31 23:59:59",
        });
        assert.deepEqual(
          upstream.calls.slice(1).map(({ url }) => url.searchParams.get("count")),
          ["7", "100"],
        );
      }
    });

    test("the longest span needs a beginning, and ends now without an end", async (assert) => {
      const day = (days) =>
        new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19).replace("T", " ");
      const options = { allow: { maxSpanDays: 7 } };
      for (const query of [
        {},
        { to_date: day(1) },
        { from_date: day(8) },
        { from_date: day(20), to_date: day(12.9) },
      ])
        assert.equal((await ask(options, { body: `${new URLSearchParams(query)}` })).status, 400);
      for (const query of [{ from_date: day(6.9) }, { from_date: day(20), to_date: day(13) }])
        assert.equal((await ask(options, { body: `${new URLSearchParams(query)}` })).status, 200);
    });

    test("the page's client names the limit", async (assert) => {
      const { client } = await relayed({ allow: { maxCount: 10, maxSpanDays: 7 } });
      const fromDate = new Date(Date.now() - 86_400_000);
      const { message } = await rejection(client.messages({ fromDate }).next());
      assert.true(message.includes("count: expected at most 10, "), message);
      assert.true(message.includes("a history asks for 1000 unless count is set"), message);
      const span = await rejection(client.getSmsHistory({ fromDate: "2025-01-01T00:00:00Z" }));
      assert.true(span.message.includes("from_date: expected a time at most 7 days before"), span.message);
    });

    test("limits of the relay and of the user apply both", async (assert) => {
      const both = {
        allow: { numbers: ["12025550101", "12025550102"], maxCount: 10 },
        authorize: () => ({ allow: { numbers: ["12025550102", "12025550103"], maxCount: 5 } }),
      };
      const statusOf = async (body) => (await ask(both, { body })).status;
      assert.equal(await statusOf("source_number=12025550102&count=5"), 200);
      assert.equal(await statusOf("source_number=12025550101"), 400);
      assert.equal(await statusOf("source_number=12025550103"), 400);
      assert.equal(await statusOf("source_number=12025550102&count=6"), 400);
      assert.equal((await ask({ allow: { numbers: [] } }, { body: "count=1" })).status, 400);
    });

    test("the page's client reports a refused query", async (assert) => {
      const { client } = await relayed({ allow: { numbers: ["12025550101"] } });
      const error = await rejection(client.getSmsHistory({ sourceNumber: "12025550109" }));
      assert.deepEqual([error.kind, error.httpStatus, error.retryable], ["invalid_query", 400, false]);
      assert.true(error.message.includes("that the relay allows"), error.message);
    });

    test("authorize that decides nothing refuses the request", async (assert) => {
      const { error: printError } = console;
      /** @type {unknown[]} */
      let printed = [];
      console.error = (error) => printed.push(error);
      const thrown = new Error(SECRET);
      try {
        for (const [authorize, status, reason] of [
          [() => undefined, 500, "authorize: expected true, false, a Response or { allow }, got undefined"],
          [() => null, 500, "authorize: expected true, false, a Response or { allow }, got null"],
          [() => SECRET, 500, "authorize: expected true, false, a Response or { allow }, got string"],
          [
            () => ({ user: SECRET }),
            500,
            "authorize: expected true, false, a Response or { allow }, got object",
          ],
          [() => ({ allow: { maxCounts: 1 } }), 500, "allow: unknown option"],
          [() => ({ allow: Object.create({ number: [] }) }), 500, "allow: unknown option"],
          [
            () => ({ allow: Promise.resolve({}) }),
            500,
            "allow: expected an object such as { maxCount: 100 }",
          ],
          [() => ({ allow: [] }), 500, "allow: expected an object such as { maxCount: 100 }, got an array"],
          [
            () => ({ allow: undefined }),
            500,
            "authorize: expected true, false, a Response or { allow }, got object",
          ],
          [() => ({ allow: { maxCount: 0 } }), 500, "allow.maxCount: expected an integer from 1 to 1000"],
          [() => ({ allow: { numbers: SECRET } }), 500, "allow.numbers: expected an array of strings"],
          [() => ({ allow: { numbers: ["12"] } }), 500, "allow.numbers: "],
          [() => ({ allow: { numbers: [null] } }), 500, "allow.numbers[0]: expected a string, got null"],
          // The text of a float, which is not the number with one digit more.
          [() => ({ allow: { numbers: ["12025550101.0"] } }), 500, "allow.numbers: "],
          // A field that the user's record lacks.
          [
            () => ({ allow: { numbers: undefined } }),
            500,
            "allow.numbers: expected an array of strings, got undefined",
          ],
          [
            () => ({ allow: { numbers: [], maxCount: null } }),
            500,
            "allow.maxCount: expected an integer from 1 to 1000, got null",
          ],
          [() => Promise.reject(thrown), 503, SECRET],
        ]) {
          printed = [];
          const { client, relay, fetch, upstream } = await relayed({ authorize });
          const response = await relay(pageRequest());
          const { error } = JSON.parse(await response.text());
          assert.deepEqual([response.status, error.code], [status, "RELAY"], reason);
          assert.equal(
            error.msg,
            "the relay could not decide about this request; the reason is in the log of its server",
          );
          assert.equal(printed.length, 1);
          assert.true(printed[0].message.startsWith(reason), printed[0].message);
          assert.equal(printedForms(printed[0]).includes(SECRET), status === 503);
          const { kind, httpStatus, message } = await rejection(client.getSmsHistory());
          assert.deepEqual([kind, httpStatus], ["http", status]);
          assert.true(message.includes("could not decide"), message);
          // The page retries after an exception only. A database may have failed.
          assert.equal(fetch.calls.length > 1, status === 503);
          assert.equal(upstream.calls.length, 0);
        }
        printed = [];
        const { relay } = await relayed();
        assert.equal((await relay({ ...pageRequest(), bodyUsed: true })).status, 500);
        assert.true(printed[0].message.includes("request.clone()"), printed[0].message);
        Object.prototype.allow = {};
        const { relay: undecided } = await relayed({ authorize: () => ({ user: SECRET }) });
        assert.equal((await undecided(pageRequest())).status, 500, "no decision of the caller");
      } finally {
        delete Object.prototype.allow;
        console.error = printError;
      }
    });

    test("a relay that cannot send prints the reason, and the page gets none", async (assert) => {
      const { error: printError } = console;
      try {
        for (const [options, status, reason] of [
          [{ account: new Proxy(await accountOf(context), {}) }, 502, "token callback: expected"],
          [{ fetch: async () => ({}) }, 500, "fetch: expected a Response"],
          [{ fetch: async () => SECRET }, 500, "fetch: expected a Response"],
          [
            { fetch: async () => new Response("", { status: 404 }) },
            500,
            "the server responded with HTTP 404",
          ],
          [{ fetch: () => Promise.reject(new TypeError(SECRET)) }, 502, "fetch: expected a response from"],
        ]) {
          const printed = [];
          console.error = (error) => printed.push(error);
          const { status: got, error } = await ask(options, {});
          assert.deepEqual([got, error.code, printed.length], [status, "RELAY", 1], reason);
          const ending = "; the reason is in the log of the relay's server";
          assert.true(error.msg === "no response from the api" || error.msg.endsWith(ending), error.msg);
          assert.true(printed[0].message.startsWith(reason), printed[0].message);
          assert.false(printedForms(printed[0]).includes(SECRET));
        }
      } finally {
        console.error = printError;
      }
    });

    test("a relay takes a Request, and not that of Node", async (assert) => {
      const { relay } = await relayed();
      for (const request of [
        undefined,
        null,
        "/sms",
        { method: "POST", url: "/sms", headers: { origin: ORIGIN } },
      ]) {
        const { kind, message } = await rejection(relay(request));
        assert.equal(kind, "invalid_options");
        assert.true(message.startsWith("request: expected a Request of the web, got "), message);
      }
    });

    test("a relay without an account or authorize, or with an unknown option, cannot be created", async (assert) => {
      const account = await accountOf(context);
      const authorize = () => true;
      for (const [options, name] of [
        [undefined, "account"],
        [{ authorize }, "account"],
        [{ account: SECRET, authorize }, "account"],
        [{ account }, "authorize"],
        [{ account, authorize: true }, "authorize"],
        // A lookup that failed must not allow everything.
        [{ account, authorize, allow: undefined }, "allow"],
        [{ account, authorize, allow: null }, "allow"],
      ]) {
        assert.throws(
          () => edge.createRelay(options),
          (error) =>
            error.kind === "invalid_options" &&
            error.message.startsWith(`${name}: expected`) &&
            !printedForms(error).includes(SECRET),
        );
      }
      assert.throws(
        () => edge.createRelay({ account: Promise.resolve(account), authorize }),
        /account: expected a ServiceAccount, got a promise; await it$/,
      );
      const known = "known are account, authorize, ";
      for (const [option, message] of [
        [{ origin: ["https://a.example"] }, "options: unknown option `origin`; did you mean `origins`?"],
        [{ authorise: authorize }, "options: unknown option `authorise`; did you mean `authorize`?"],
        [{ token: SECRET }, `options: unknown option \`token\`; ${known}`],
        [
          { [SECRET]: undefined },
          `options: unknown option with a name of ${SECRET.length} characters; ${known}`,
        ],
      ]) {
        assert.throws(
          () => edge.createRelay({ account, authorize, ...option }),
          (error) =>
            error.kind === "invalid_options" &&
            error.message.startsWith(message) &&
            !printedForms(error).includes(SECRET),
          message,
        );
      }
      for (const [options, name] of [
        [{ origins: "https://a.example" }, "origins"],
        [{ origins: ["https://a.example/"] }, "origins"],
        [{ origins: ["*"] }, "origins"],
        [{ origins: ["https://a.example:443"] }, "origins"],
        [{ origins: ["http://a.example:80"] }, "origins"],
        [{ origins: ["https://a.example:"] }, "origins"],
        [{ allow: { numbers: "1" } }, "allow.numbers"],
        [{ allow: { numbers: ["12"] } }, "allow.numbers"],
        [{ allow: { numbers: ["ACME", 12025550101] } }, "allow.numbers[1]"],
        [{ allow: { fromDate: "2026-01-02T00:00:00Z", toDate: "2026-01-01T00:00:00Z" } }, "allow.fromDate"],
        [{ allow: { fromDate: "2026-01-01T00:00:00" } }, "allow.fromDate"],
        [{ allow: { maxCount: 1001 } }, "allow.maxCount"],
        [{ allow: { fromDate: undefined } }, "allow.fromDate"],
        [{ allow: { maxSpanDays: null } }, "allow.maxSpanDays"],
        [{ allow: { maxSpanDays: 0 } }, "allow.maxSpanDays"],
        [{ allow: { number: [] } }, "allow"],
        [{ baseUrl: "http://api.example" }, "baseUrl"],
        [{ attemptTimeoutMs: 0 }, "attemptTimeoutMs"],
      ]) {
        const { relay } = await relayed(options);
        const error = await rejection(relay(pageRequest()));
        assert.equal(error.kind, "invalid_options", error.message);
        assert.true(error.message.startsWith(`${name}: `), error.message);
        assert.false(printedForms(error).includes(SECRET));
      }
    });

    test("a network failure and a timeout have statuses of their own", async (assert) => {
      const failing = await ask({ fetch: () => Promise.reject(new TypeError("secret.internal")) }, {});
      assert.deepEqual([failing.status, failing.error.msg], [502, "no response from the api"]);
      const hanging = await ask({ fetch: () => new Promise(() => {}), attemptTimeoutMs: 20 }, {});
      assert.deepEqual([hanging.status, hanging.error.msg], [504, "no response from the api in time"]);
    });
  });
}
