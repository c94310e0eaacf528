// Where the condition `browser` leads: nowhere, with the reason. Not `null`, which Vite 8 and Rspack pass over.
// @ts-expect-error
import "./A private key must not be in a web page. Sign on a server, and import voximplant-sms-history in the page, not one of its entry points edge";
