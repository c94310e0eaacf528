// The other entry points: those with the WebAssembly inside, and those for who brings it.
import { SmsHistoryClient } from "voximplant-sms-history";
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
