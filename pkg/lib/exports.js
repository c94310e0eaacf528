// The classes that both builds export.
export { SmsHistoryFile } from "./download.js";
export { SmsHistoryError } from "./error.js";
export { RateLimiter } from "./limiter.js";
export { SmsHistoryPage } from "./page.js";
