// Deletes a person's messages from a deployed archive. The number comes from standard input, so that no shell keeps it.
//
//   node www/archive/forget.mjs https://dashboard.example < number.txt
//
//   DASHBOARD_COOKIE  the Cookie header of a signed-in admin (see ARCHIVE_ADMINS), for example CF_Authorization=...
import { text } from "node:stream/consumers";

const [origin] = process.argv.slice(2);
const { DASHBOARD_COOKIE: cookie } = process.env;
const number = (await text(process.stdin)).trim();
if (!origin || !URL.canParse(origin) || !cookie || !number) {
  console.error(
    "usage: DASHBOARD_COOKIE=... node www/archive/forget.mjs <the dashboard's URL> < a file with the number",
  );
  process.exit(2);
}
const response = await fetch(new URL("/archive/forget", origin), {
  method: "POST",
  redirect: "manual",
  headers: { "Content-Type": "application/json", Cookie: cookie },
  body: JSON.stringify({ number }),
});
const answer = await response.json().catch(() => ({}));
if (response.ok) console.log(`deleted ${answer.messages} messages; later readings leave them out`);
else console.error(answer.error?.msg ?? `expected success, got HTTP ${response.status}; sign in again`);
process.exit(response.ok ? 0 : 1);
