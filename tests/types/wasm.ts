// A module under its own name, where the runtime's types have it: pages and Workers.
import { provideWasm } from "voximplant-sms-history/slim";

export function provide(module: WebAssembly.Module, source: BufferSource): void {
  provideWasm(module);
  provideWasm(source);
  provideWasm(async () => module);
}
