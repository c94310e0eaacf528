// Measures one start in a fresh process: `node.mjs <app URL> <base URL>` prints times in milliseconds.
import { subscribe } from "node:diagnostics_channel";

const [app, baseUrl] = process.argv.slice(2);
let sent;
// Node's fetch publishes this event when it has written a request's head.
subscribe("undici:client:sendHeaders", () => {
  sent ??= performance.now();
});
const began = performance.now();
const { first } = await import(app);
const called = performance.now();
const rows = await first(baseUrl);
console.log(JSON.stringify({ rows: rows.length, whole: sent - began, call: sent - called }));
