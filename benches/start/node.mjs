// One start in this process, which is fresh: `node.mjs <the app's URL> <base URL>` prints the times in milliseconds.
import { subscribe } from "node:diagnostics_channel";

const [app, baseUrl] = process.argv.slice(2);
let sent;
// Node's own fetch tells when it has written a request's head: the first byte.
subscribe("undici:client:sendHeaders", () => {
  sent ??= performance.now();
});
const began = performance.now();
const { first } = await import(app);
const called = performance.now();
const rows = await first(baseUrl);
console.log(JSON.stringify({ rows: rows.length, whole: sent - began, call: sent - called }));
