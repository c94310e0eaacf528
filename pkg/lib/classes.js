// The classes that both builds share.
export { SmsHistoryError } from "./error.js";
export { SmsHistoryFile } from "./file.js";
export { RateLimiter } from "./limiter.js";
export { SmsHistoryPage } from "./page.js";
