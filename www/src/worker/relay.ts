/** The relay: the page sends its queries here, and the Worker sends them to the API with a token. */
import { createRelay } from "voximplant-sms-history/edge";
import { serviceAccount } from "./account.js";
import type { Reader } from "./authorize.js";
import { Redactor } from "./redact.js";
import { failure } from "./refusal.js";
import { type Env, readBaseUrl } from "./settings.js";

/** The path that `new SmsHistoryClient({ relay })` gets. */
export const RELAY_PATH = "/sms";

/** The API has to respond within this time. The page then tries again, and shows that. */
const ATTEMPT_TIMEOUT_MS = 20_000;

/** All requests share the relay, so they share its token. */
let created: { for: string; send: (request: Request) => Promise<Response> } | undefined;

/** Sends a query to the API, and applies the role to the query and to the response. */
export async function relay(request: Request, env: Env, reader: Reader): Promise<Response> {
  const relay = await sender(env);
  const send = async (request: Request) => {
    const response = await relay(request);
    // A relay that was asked to slow down holds further requests back, and their readers would not see why. With another
    // relay, each page gets the API's answer, pauses by itself, and counts down. The relay reports the API's error 340 in an
    // HTTP 200 as HTTP 429, too.
    if (response.status === 429) created = undefined;
    return response;
  };
  if (reader.role === "reader") return send(request);
  // Other methods have no query. The runtime allows no body for GET and HEAD.
  if (request.method !== "POST") return failure(405, 103, "method: expected POST, got another");
  const redactor = await Redactor.of(env);
  const query = await redactor.restoreQuery(await request.text());
  if (query instanceof Response) return query;
  return redactor.redactResponse(await send(new Request(request, { body: query.toString() })));
}

async function sender(env: Env): Promise<(request: Request) => Promise<Response>> {
  const account = await serviceAccount(env);
  const baseUrl = readBaseUrl(env);
  const settings = JSON.stringify([baseUrl, env.VOXIMPLANT_CREDENTIALS]);
  if (created?.for !== settings) {
    // The Worker has already authorized each request.
    const send = createRelay({
      account,
      baseUrl,
      attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
      authorize: () => true,
    });
    created = { for: settings, send };
  }
  return created.send;
}
