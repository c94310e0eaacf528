import { SmsHistoryError } from "voximplant-sms-history/edge";
import { SettingsError } from "./settings.js";

/** Runs a route that allows one method. Converts a thrown error to a response. */
export async function handle(
  request: Request,
  method: string,
  route: () => Response | Promise<Response>,
): Promise<Response> {
  if (request.method !== method) return failure(405, "method", `expected ${method}`, { Allow: method });
  try {
    const response = await route();
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("X-Content-Type-Options", "nosniff");
    return response;
  } catch (error) {
    return failureOf(error);
  }
}

/** Creates an error response: `{"error": {"kind", "message"}}`. */
export function failure(status: number, kind: string, message: string, headers: HeadersInit = {}): Response {
  const response = Response.json({ error: { kind, message } }, { status, headers });
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Content-Type-Options", "nosniff");
  return response;
}

function failureOf(error: unknown): Response {
  // Messages of the library and about settings contain no secrets. Other messages are not returned.
  if (error instanceof SmsHistoryError) return failure(500, error.kind, error.message);
  if (error instanceof SettingsError) return failure(500, "settings", error.message);
  return failure(500, "internal", "the Worker failed; this is a defect of the dashboard");
}
