// The condition `browser` resolves to this module, which fails to resolve an import whose name states the reason. `null` in
// `exports` would not do: Vite 8 and Rspack skip it. An import without exports would not do either: webpack drops it, because
// the package has no side effects.
// @ts-expect-error: there is no such file
export * from "./A private key must not be in a web page. Sign on a server, and import voximplant-sms-history in the page, not one of its entry points edge";
