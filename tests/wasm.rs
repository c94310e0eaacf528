//! Tests that need a JavaScript runtime: `fetch`, callbacks, the clock and WebCrypto. They run in Node and in browsers.
#![cfg(target_family = "wasm")]

#[path = "wasm/callback.rs"]
mod callback;
#[path = "wasm/fetch.rs"]
mod fetch;
#[cfg(feature = "sign")]
#[path = "wasm/sign.rs"]
mod sign;

#[path = "date/http.rs"]
mod http_dates;

use js_sys::Function;
use wasm_bindgen_test::wasm_bindgen_test;

/// Creates a JavaScript function from its source.
fn function(args: &str, body: &str) -> Function {
    Function::new_with_args(args, body)
}

#[wasm_bindgen_test]
async fn the_clock_advances_while_it_sleeps() {
    use voximplant_sms_history::clock::{Clock, SystemClock};
    let before = SystemClock.now();
    SystemClock
        .sleep(std::time::Duration::from_millis(30))
        .await;
    let slept = SystemClock.now() - before;
    assert!((25..10_000).contains(&slept), "{slept}");
    assert!(before > 1_700_000_000_000);
}
