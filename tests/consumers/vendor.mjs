// Preloaded into a consumer's server: its requests to the vendor go to the sandbox (API_URL).
const VENDOR = "https://api.voximplant.com/platform_api";
const { fetch } = globalThis;

globalThis.fetch = (input, init) =>
  fetch(typeof input === "string" ? input.replace(VENDOR, process.env.API_URL) : input, init);
