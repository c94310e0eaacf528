// What goes wrong, and what happens on the way.
import { SmsHistoryError, type SmsHistoryErrorKind, type SmsHistoryEvent } from "voximplant-sms-history";
import type { Is, Same } from "./same.js";

export type Fields = [
  Is<Same<SmsHistoryError["name"], "SmsHistoryError">>,
  Is<Same<SmsHistoryError["kind"], SmsHistoryErrorKind>>,
  Is<Same<SmsHistoryError["code"], number | undefined>>,
  Is<Same<SmsHistoryError["httpStatus"], number | undefined>>,
  Is<Same<SmsHistoryError["retryable"], boolean>>,
  Is<Same<SmsHistoryError["retryAfterMs"], number | undefined>>,
  Is<Same<SmsHistoryError["staleCursor"], boolean | undefined>>,
  Is<Same<SmsHistoryError["cause"], unknown>>,
  Is<Same<ReturnType<SmsHistoryError["toJSON"]>["kind"], SmsHistoryErrorKind>>,
];

/** All kinds: without one of them, this does not compile; nor with one more. */
export function status(thrown: unknown): number {
  if (!(thrown instanceof SmsHistoryError)) throw thrown;
  thrown satisfies Error;
  switch (thrown.kind) {
    case "invalid_query":
    case "invalid_options":
      return 400;
    case "credentials":
    case "token":
      return 500;
    case "network":
    case "http":
    case "api":
    case "format":
    case "incomplete":
    case "internal":
      return 502;
    case "rate_limited":
      return 503;
    case "timeout":
      return 504;
  }
}

/** All events, with what each has. */
export function line(event: SmsHistoryEvent): string {
  switch (event.type) {
    case "request":
      return `attempt ${event.attempt}`;
    case "response":
      true satisfies Is<Same<typeof event.bytes, number | undefined>>;
      return `${event.attempt}: ${event.httpStatus}, ${event.bytes} bytes in ${event.durationMs} ms`;
    case "retry":
      true satisfies Is<Same<typeof event.code, number | undefined>>;
      true satisfies Is<Same<typeof event.httpStatus, number | undefined>>;
      return `${event.attempt}: ${event.kind satisfies SmsHistoryErrorKind}, again after ${event.delayMs} ms`;
    case "tokenRenewed":
      true satisfies Is<Same<typeof event.code, number | undefined>>;
      true satisfies Is<Same<typeof event.httpStatus, number | undefined>>;
      return `${event.clockSkewMs ?? 0} ms ahead`;
    case "page":
      return `${event.rows}: ${event.read} of ${event.total}`;
  }
}

export function refused(error: SmsHistoryError, event: SmsHistoryEvent): void {
  // @ts-expect-error: errors come from calls
  new SmsHistoryError("message");
  // @ts-expect-error: no such kind
  error.kind === "unauthorized";
  // @ts-expect-error: the API's number, if there is one
  error.code.toFixed();
  // @ts-expect-error: an error is read, not written
  error.retryable = true;
  // @ts-expect-error: not every event has an attempt
  event.attempt;
  // @ts-expect-error: no such event
  event.type === "done";
}
