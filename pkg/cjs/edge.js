const { clientOf, edge, serviceAccountOf } = require("./lib/edge.js");
const { loadText } = require("./lib/load-text.js");
const { default: text } = require("./wasm/edge.inline.js");

const instance = edge(() => loadText(text));
const classes = { SmsHistoryClient: clientOf(instance), ServiceAccount: serviceAccountOf(instance) };
module.exports = { ...require("./lib/classes.js"), ...classes };
