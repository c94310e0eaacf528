// What the API responds to a request.
import { selectPage, toCsv } from "./page.js";
import { validate } from "./parameters.js";

const CSV_FILE = {
  "content-type": "application/octet-stream",
  "content-disposition": 'attachment; filename="sms_history.csv"',
};

/**
 * @param {Awaited<ReturnType<typeof import("./request.js").readRequest>>} request
 * @param {readonly import("../../testing.js").ApiMessage[]} messages
 * @param {import("./page.js").PageOptions} options
 */
export function respond({ path, method, authorization, isForm, pairs }, messages, options) {
  if (!path.endsWith("/GetSmsHistory")) return errors({ code: 103, msg: "unknown command" });
  if (method !== "POST") return errors({ code: 101, msg: "the method is not POST" });
  // A client with the option `relay` sends a form without a token.
  const isAuthorized = authorization === undefined ? isForm : /^Bearer \S/i.test(authorization);
  if (!isAuthorized) return errors({ code: 100, msg: "the request has no token" });
  const { filter, refused } = validate(pairs);
  if (refused.length > 0) return errors(...refused);
  const page = selectPage(messages, filter, options);
  if (filter.output === "csv") return { body: toCsv(page.result), headers: CSV_FILE };
  return { body: JSON.stringify(page) };
}

/**
 * A response with errors, in the API's two forms. The vendor does not document its HTTP status.
 * @param {import("./parameters.js").ApiError[]} list
 */
export const errors = (...list) => ({ body: JSON.stringify({ error: list[0], errors: list }) });
