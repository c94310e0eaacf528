//! Names of options and methods in error messages: JavaScript's in the npm package, Rust's in a Rust program.
//!
//! The choice is made at compile time, because a build with the package's classes has no callers in Rust.

pub(crate) const ALLOW_HTTP: &str = name("allow_http", "allowHttp");
pub(crate) const ATTEMPT_TIMEOUT: &str = name("attempt_timeout", "attemptTimeoutMs");
pub(crate) const BASE_DELAY: &str = name("base_delay", "retry.baseDelayMs");
pub(crate) const BASE_URL: &str = name("base_url", "baseUrl");
pub(crate) const BYTE_ORDER_MARK: &str = name("byte_order_mark", "byteOrderMark");
pub(crate) const EXPORT_HISTORY: &str = name("call open_export()", "call exportHistory()");
pub(crate) const MAX_ATTEMPTS: &str = name("max_attempts", "retry.maxAttempts");
pub(crate) const MAX_DELAY: &str = name("max_delay", "retry.maxDelayMs");
pub(crate) const MAX_IN_FLIGHT: &str = name("max_in_flight", "maxInFlight");
pub(crate) const RELAY: &str = name("relay", "relay");
pub(crate) const REQUESTS_PER_SECOND: &str = name("requests_per_second", "requestsPerSecond");
pub(crate) const TIMEOUT: &str = name("timeout", "timeoutMs");
pub(crate) const TOKEN_SOURCE: &str = name("the token source", "the option `token`");

/// How to correct a relative base URL. Pages and browsers' workers have a `location`, servers have none.
pub(crate) fn make_absolute() -> &'static str {
    #[cfg(all(target_family = "wasm", feature = "js"))]
    if !crate::js_error::get_global("location").is_undefined() {
        return "write new URL(path, location.href).href, or set relay to the address of your server's relay";
    }
    "write its scheme and host"
}

const fn name(rust: &'static str, javascript: &'static str) -> &'static str {
    if cfg!(all(target_family = "wasm", feature = "js")) {
        javascript
    } else {
        rust
    }
}
