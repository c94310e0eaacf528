// The other entry points: those with the WebAssembly inside, and those for who brings it.
import { SmsHistoryClient, type SmsHistoryError } from "voximplant-sms-history";
import type { ServiceAccount as InlineAccount } from "voximplant-sms-history/edge/inline";
import {
  provideWasm as provideEdge,
  type ServiceAccount as SlimAccount,
} from "voximplant-sms-history/edge/slim";
import { SmsHistoryClient as InlineClient } from "voximplant-sms-history/inline";
import {
  provideWasm,
  SmsHistoryClient as SlimClient,
  type WasmModule,
  type WasmSource,
} from "voximplant-sms-history/slim";
import {
  type ApiMessage,
  type FakeFailure,
  type FakeFetch,
  fakeError,
  fakeHistory,
  fakeMessage,
} from "voximplant-sms-history/testing";
import type { Is, Same } from "./same.js";

// One set of types, whatever the entry point.
export type Results = [
  Is<Same<InlineClient, SmsHistoryClient>>,
  Is<Same<SlimClient, SmsHistoryClient>>,
  Is<Same<InlineAccount, SlimAccount>>,
];
export const clients: (typeof SmsHistoryClient)[] = [SmsHistoryClient, InlineClient, SlimClient];

export function provide(bytes: ArrayBuffer, view: Uint8Array, module: WasmModule): void {
  for (const source of [bytes, view, module, () => bytes, async () => module]) {
    provideWasm(source satisfies WasmSource);
    provideEdge(source);
  }
  provideWasm(() => fetch("/core_bg.wasm").then((response) => response.arrayBuffer()));

  // @ts-expect-error: an address is not a module
  provideWasm("/core_bg.wasm");
  // @ts-expect-error: nor is what a function makes of one
  provideEdge(() => "/core_bg.wasm");
  // @ts-expect-error: nor is a reply
  provideWasm(() => fetch("/core_bg.wasm"));
  // @ts-expect-error: a promise is not a function that gives one
  provideWasm(Promise.resolve(bytes));
  // @ts-expect-error: it is not optional
  provideWasm();
}

export function test(): SmsHistoryError {
  const messages: ApiMessage[] = [fakeMessage(), fakeMessage({ direction: "IN", text: null, cost: "0.5" })];
  const failures: Record<number, FakeFailure> = { 1: { code: 340, retryAfterSeconds: 1 }, 2: "network" };
  const fake: FakeFetch = fakeHistory(messages, { order: "newestFirst", maxPageRows: 10, latencyMs: 5 });
  fakeHistory(messages, { failures, requestsPerSecond: 5, maxInFlight: 2 });
  fakeHistory(messages, { failures: (number) => (number > 1 ? "truncated" : undefined) });
  // @ts-expect-error: requests count from 1, so an array has no place for the first
  fakeHistory(messages, { failures: ["network"] });
  // @ts-expect-error: not a name of the API
  fakeMessage({ status: "error" });
  new SmsHistoryClient({ token: "test", fetch: fake });
  fake(new URL("https://example.com")) satisfies Promise<Response>;
  fake(new Request("https://example.com")) satisfies Promise<Response>;
  true satisfies Is<Same<(typeof fake.queries)[number], { readonly [name: string]: string }>>;
  fakeError("token");
  // @ts-expect-error: the API's names
  fakeMessage({ sourceNumber: "15550190001" });
  // @ts-expect-error: no such failure
  fakeHistory(messages, { failures: { 1: "offline" } });
  // @ts-expect-error: no such kind
  fakeError("unauthorized");
  // @ts-expect-error: the kind is the first argument
  fakeError("api", { kind: "http" });
  return fakeError("api", {
    code: 104,
    message: "forbidden",
    httpStatus: 200,
    retryable: false,
    cause: undefined,
  });
}
