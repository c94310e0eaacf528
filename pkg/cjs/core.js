const { join } = require("node:path");
const { clientOf, core } = require("./lib/core.js");
const { loadFile } = require("./lib/load-file.js");

const instance = core(() => loadFile(join(__dirname, "../wasm/core_bg.wasm")));
module.exports = { ...require("./lib/classes.js"), SmsHistoryClient: clientOf(instance) };
