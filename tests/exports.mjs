// Runs the recipes of docs/exports.md: every server in its runtime, and the page in Chromium, with failures in the middle.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browser/launch.mjs";
import { startProxy } from "./browser/proxy.mjs";
import { check, conclude } from "./checks.mjs";
import { blocksOf } from "./docs/blocks.mjs";
import { startMockApi } from "./docs/mock-api.mjs";
import { servers } from "./docs/servers.mjs";
import { COOKIE } from "./docs/worker.mjs";
import { Downloads } from "./e2e/downloads.mjs";
import { consumer, folder, INSTALLED, sandbox } from "./suite/environment.mjs";
import { adminRequest, tokenOf, until } from "./suite/helpers.mjs";

const markdown = readFileSync(new URL("../docs/exports.md", import.meta.url), "utf8");
const codes = Object.fromEntries(
  blocksOf(markdown).map(({ language, words, code }) => [[language, ...words].join(" "), code]),
);
const scratch = mkdtempSync(join(tmpdir(), "exports-"));
const mockApi = await startMockApi(sandbox.url);
const { count: rows } = await adminRequest({ sandbox }, "totals");
const setFaults = (...faults) => adminRequest({ sandbox }, "faults", "PUT", faults);

const EDGE = 'export * from "voximplant-sms-history/edge";';
const edge = await import(pathToFileURL(consumer("exports-edge.mjs", EDGE)));

/** Refuses every request, and those for the third page. */
const [AT_ONCE, IN_THE_MIDDLE] = ["403", "403:offset=2000"];
/** Delays the third page for longer than a test waits. */
const LATE = "latency:ms=20000,offset=2000";

const receiver = join(scratch, "receiver.mjs");
writeFileSync(receiver, codes["js export receiver"]);
const { receive } = await import(pathToFileURL(receiver));

for (const [kind, runtimes] of Object.entries(servers)) {
  for (const [runtime, start] of Object.entries(runtimes)) {
    await check(`${kind} in ${runtime}`, () => checkServer(runtime, () => start(codes[kind], mockApi)));
  }
}
await check("js export page in Chromium", checkPage);
mockApi.close();
rmSync(scratch, { recursive: true });
conclude();

async function checkServer(runtime, start) {
  const { origin, stop, printed } = await start();
  const init = {
    headers: { cookie: COOKIE },
    get signal() {
      return AbortSignal.timeout(15_000);
    },
  };
  try {
    assert.equal((await fetch(origin)).status, 401, "a stranger");
    const received = await receive(origin, init);
    assert.equal(received.rows, rows);
    assert.equal(received.file.match(/^\d+,/gm).length, rows);
    assert.ok(received.file.endsWith("\r\n") && !received.file.includes("complete"));
    const { headers, body } = await fetch(origin, init);
    assert.equal(headers.get("content-type"), "text/csv; charset=utf-8");
    assert.equal(headers.get("cache-control"), "no-store");
    await body.cancel();
    // The mock API does not see workerd's aborts.
    if (!runtime.startsWith("workerd")) {
      await setFaults(LATE);
      const controller = new AbortController();
      const late = await fetch(origin, { ...init, signal: controller.signal });
      await late.body.getReader().read();
      await until(() => mockApi.pending() > 0);
      controller.abort();
      await until(() => mockApi.pending() === 0);
    }

    await setFaults(AT_ONCE);
    const refused = await fetch(origin, init);
    assert.deepEqual([refused.status, await refused.text()], [502, "the history cannot be read"]);
    await assert.rejects(receive(origin, init), /^Error: no file: HTTP 502$/);

    await setFaults(IN_THE_MIDDLE);
    // workerd ends the response as if it were complete. Everywhere else, the connection breaks.
    const noticed = runtime.startsWith("workerd")
      ? /^Error: the file is not complete$/
      : { name: "TypeError" };
    await assert.rejects(receive(origin, init), noticed);
  } catch (error) {
    throw new Error(`${error.message}\n${printed?.() ?? ""}`, { cause: error });
  } finally {
    await setFaults();
    await stop();
  }
}

async function checkPage() {
  const imports = { "voximplant-sms-history": "/package/entry/core.web.js" };
  const html = `<!doctype html><link rel="icon" href="data:," />
    <script type="importmap">${JSON.stringify({ imports })}</script>`;
  const proxy = await startProxy({
    sandbox: sandbox.url,
    folders: { "/package/": join(folder, INSTALLED) },
    answer: (path) =>
      ({
        "/": { type: "text/html", body: html },
        "/page.js": { type: "text/javascript", body: codes["js export page"] },
      })[path],
  });
  const browser = await launch("chromium");
  try {
    const downloadBehavior = { policy: "allow", downloadPath: scratch };
    rmSync(receiver);
    const page = await (await browser.createBrowserContext({ downloadBehavior })).newPage();
    await page.goto(proxy.origin);
    const settings = { token: await tokenOf({ sandbox, edge }), baseUrl: proxy.baseUrl };
    const save = (options = {}) => page.evaluate(saveInPage, { ...settings, ...options });

    const saved = await save({ withDialog: true });
    assert.deepEqual([saved.error, saved.rows, saved.progress], [undefined, rows, [rows, rows]]);
    assert.equal(saved.file.match(/^\d+,/gm).length, rows);

    await save();
    const { name, bytes } = await new Downloads(scratch).next();
    assert.equal(name, "sms-history.csv");
    assert.equal(bytes.toString(), saved.file);

    const cancelled = await save({ withDialog: true, cancelAfter: 1000 });
    assert.deepEqual([cancelled.error, cancelled.file], ["cancelled", ""]);
    const click = (how) => page.evaluate(clickInPage, { ...settings, ...how });
    assert.equal(await click({}), `${rows} messages saved`);
    assert.equal(await click({ cancels: true }), "cancelled");
    assert.equal(await click({ closesDialog: true }), "cancelled");

    for (const fault of [AT_ONCE, IN_THE_MIDDLE]) {
      await setFaults(fault);
      assert.match(await click({}), /HTTP 403/);
      const failed = await save({ withDialog: true });
      assert.deepEqual([failed.error, failed.file], ["SmsHistoryError http", ""]);
      assert.equal((await save()).error, "SmsHistoryError http");
    }
    assert.deepEqual(await new Downloads(scratch).names(), []);
  } finally {
    await setFaults();
    await browser.close();
    await proxy.close();
  }
}

/** Runs in the page. The dialog, which nobody can answer here, is replaced by a file of the browser's private file system. */
async function saveInPage({ token, baseUrl, withDialog, cancelAfter }) {
  const [{ SmsHistoryClient }, { saveHistory }] = await Promise.all([
    import("voximplant-sms-history"),
    import("/page.js"),
  ]);
  const folder = await navigator.storage.getDirectory();
  const pick = ({ suggestedName }) => folder.getFileHandle(suggestedName, { create: true });
  window.showSaveFilePicker = withDialog ? pick : undefined;
  if (withDialog) await folder.removeEntry("sms-history.csv").catch(() => {});
  const cancel = new AbortController();
  const client = new SmsHistoryClient({ token, baseUrl });
  const result = {};
  const onProgress = ({ read, total }) => {
    result.progress = [read, total];
    if (read >= cancelAfter) cancel.abort("cancelled");
  };
  try {
    result.rows = await saveHistory(client, {}, { signal: cancel.signal, onProgress });
  } catch (error) {
    result.error = error.kind ? `${error.name} ${error.kind}` : `${error}`;
  }
  if (withDialog)
    result.file = await (await (await pick({ suggestedName: "sms-history.csv" })).getFile()).text();
  return result;
}

/** Runs in the page. Clicks on the button, and returns the last text. */
async function clickInPage({ token, baseUrl, cancels, closesDialog }) {
  const [{ SmsHistoryClient }, { connect }] = await Promise.all([
    import("voximplant-sms-history"),
    import("/page.js"),
  ]);
  const folder = await navigator.storage.getDirectory();
  window.showSaveFilePicker = async ({ suggestedName }) => {
    // As browsers do when the user closes the dialog.
    if (closesDialog) throw new DOMException("The user aborted a request.", "AbortError");
    return folder.getFileHandle(suggestedName, { create: true });
  };
  const [save, cancel] = [document.createElement("button"), document.createElement("button")];
  const status = document.createElement("output");
  connect(new SmsHistoryClient({ token, baseUrl }), {}, { save, cancel, status });
  save.click();
  while (save.disabled) {
    if (cancels && / of /.test(status.textContent)) cancel.click();
    await new Promise((resolve) => setTimeout(resolve));
  }
  return status.textContent;
}
