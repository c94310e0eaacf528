const { createClientClass, createLoader } = require("./lib/core.js");
const { loadHex } = require("./lib/load/hex.js");
const { default: hex } = require("./wasm/core.inline.js");

const loader = createLoader(() => loadHex(hex));
module.exports = { ...require("./lib/exports.js"), SmsHistoryClient: createClientClass(loader) };
