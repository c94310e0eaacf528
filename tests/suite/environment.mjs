// The runners' settings, from SANDBOX_URL, SANDBOX_CREDENTIALS (a file) and PKG_DIR (the folder in which the package is
// installed).
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

function required(name) {
  const value = process.env[name];
  if (!value) {
    console.error(`${name} expected a value, got none; \`cargo xtask test runtimes\` sets it`);
    process.exit(2);
  }
  return value;
}

export const credentialsFile = resolve(required("SANDBOX_CREDENTIALS"));

export const sandbox = {
  url: required("SANDBOX_URL"),
  credentials: JSON.parse(readFileSync(credentialsFile, "utf8")),
};

export const folder = resolve(required("PKG_DIR"));

/** Writes a module beside the installed package, so that it imports the package by name as users do. */
export function consumer(name, source) {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}

export const INSTALLED = "node_modules/voximplant-sms-history";

/** One module with the package's two entry points and the internals that tests of traps need. */
export const BOTH = `
  export * as core from "voximplant-sms-history";
  export * as edge from "voximplant-sms-history/edge";
  export * as testing from "voximplant-sms-history/testing";
  export { createServiceAccountClass } from "./${INSTALLED}/lib/account.js";
  export { createClientClass } from "./${INSTALLED}/lib/client.js";
  export { WasmLoader } from "./${INSTALLED}/lib/wasm-instance.js";
  export * as coreGlue from "./${INSTALLED}/wasm/core.js";
  export * as edgeGlue from "./${INSTALLED}/wasm/edge.js";
`;

/** The WebAssembly file of a build. */
export const wasmFile = (build) => join(folder, INSTALLED, `wasm/${build}_bg.wasm`);
