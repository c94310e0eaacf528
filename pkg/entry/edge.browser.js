// Where the condition `browser` leads: nowhere, with the reason. Not `null`, which Vite 8 and Rspack pass over; and with
// exports, because webpack leaves out an import for its effects alone from a package that has none.
// @ts-expect-error: there is no such file, and never will be
export * from "./A private key must not be in a web page. Sign on a server, and import voximplant-sms-history in the page, not one of its entry points edge";
