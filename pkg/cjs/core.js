const { clientOf, core } = require("./lib/core.js");
const { loadText } = require("./lib/load-text.js");
const { default: text } = require("./wasm/core.inline.js");

const instance = core(() => loadText(text));
module.exports = { ...require("./lib/classes.js"), SmsHistoryClient: clientOf(instance) };
