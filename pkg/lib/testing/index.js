// The entry point `voximplant-sms-history/testing`: plain JavaScript, without WebAssembly. See testing.d.ts.
export { fakeError } from "./fake-error.js";
export { fakeHistory } from "./fake-history.js";
export { fakeMessage } from "./fake-message.js";
