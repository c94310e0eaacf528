// A page that gets a token from its own server and reads 100 rows. `app` is the contender, by an alias of the bundler.
import { first } from "app";

const token = async () => (await fetch("/token")).text();
const rows = await first(`${location.origin}/platform_api`, { token, count: 100 });
globalThis.done = { rows: rows.length, ms: performance.now() };
