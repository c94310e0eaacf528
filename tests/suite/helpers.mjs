// What the tests share. No test data here is a real number, token or key.

/** A token that never reaches a server which checks it. */
export const SECRET = "c2VjcmV0.dG9rZW4.bmV2ZXItcHJpbnRlZA";
/** Phone numbers of the range that is reserved for fiction. */
export const PHONE = "12025550123";

/** A row with every field, as the API sends it. */
export const ROW = {
  message_id: 4001,
  source_number: 12025550101,
  destination_number: PHONE,
  direction: "OUT",
  fragments: 2,
  cost: 0.0145,
  status_id: "1",
  error_message: null,
  processed_date: "2026-03-08 02:30:15",
  transaction_id: 900,
  text: 'Привет 👋 "quoted" \\ back',
};

/** The body of a page. */
export const bodyOf = (rows, total = rows.length) => JSON.stringify({ result: rows, total_count: total });

/** A fetch that answers every request alike and keeps what it was called with in `calls`. */
export function answering(body, { status = 200, headers = { "content-type": "application/json" } } = {}) {
  return recording(async () => new Response(body, { status, headers }));
}

/** A fetch that keeps what it was called with in `calls`, and hands on. */
export function recording(fetch) {
  const calls = [];
  const wrapped = (url, init) => {
    calls.push({ url: new URL(url), init });
    return fetch(url, init);
  };
  return Object.assign(wrapped, { calls });
}

/** What a promise rejects with. That it resolves is a failure. */
export async function rejection(promise) {
  let value;
  try {
    value = await promise;
  } catch (thrown) {
    return thrown;
  }
  throw new Error(`resolved to ${typeof value} instead of being rejected`);
}

/** All that consoles and loggers may show of a value. */
export function shown(value, inspect) {
  const faces = [String(value), JSON.stringify(value) ?? "", value?.stack ?? "", value?.message ?? ""];
  for (const key of Object.keys(value)) faces.push(String(value[key]));
  if (inspect) {
    const ways = [{}, { showHidden: true }, { showHidden: true, getters: true }];
    for (const way of ways) faces.push(inspect(value, { depth: 9, ...way }));
    faces.push(inspect({ nested: [value] }, { depth: 9 }));
  }
  return faces.join("\n");
}

/** The sandbox's account, read once by those who ask. */
export function accountOf({ edge, sandbox }) {
  return edge.ServiceAccount.fromCredentials(sandbox.credentials);
}

/** A request to the sandbox without this package: the referee. */
export async function direct({ sandbox }, token, query = {}) {
  const url = `${sandbox.url}/GetSmsHistory?${new URLSearchParams(query)}`;
  return fetch(url, { method: "POST", headers: { Authorization: `Bearer ${token}` } });
}
