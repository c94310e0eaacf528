const {
  createClientClass,
  createLoader,
  createRelayFunction,
  createServiceAccountClass,
} = require("./lib/edge.js");
const { loadHex } = require("./lib/load/hex.js");
const { default: hex } = require("./wasm/edge.inline.js");

const loader = createLoader(() => loadHex(hex));
const classes = {
  SmsHistoryClient: createClientClass(loader),
  ServiceAccount: createServiceAccountClass(loader),
  createRelay: createRelayFunction(loader),
};
module.exports = { ...require("./lib/exports.js"), ...classes };
