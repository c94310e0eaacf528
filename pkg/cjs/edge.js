const { join } = require("node:path");
const { clientOf, edge, serviceAccountOf } = require("./lib/edge.js");
const { loadFile } = require("./lib/load-file.js");

const instance = edge(() => loadFile(join(__dirname, "../wasm/edge_bg.wasm")));
const classes = { SmsHistoryClient: clientOf(instance), ServiceAccount: serviceAccountOf(instance) };
module.exports = { ...require("./lib/classes.js"), ...classes };
