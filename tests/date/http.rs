//! Dates of HTTP headers. `tests/wasm.rs` includes this file, to run it in JavaScript engines too.

use voximplant_sms_history::date::parse_http;

const VALID: [(&str, i64); 11] = [
    ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000),
    (" Sun, 06 Nov 1994 08:49:37 GMT ", 784_111_777_000),
    ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777_000),
    ("Sun Nov  6 08:49:37 1994", 784_111_777_000),
    ("Wed Nov 16 08:49:37 1994", 784_975_777_000),
    ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199_000),
    ("Saturday, 28-Nov-26 11:00:00 GMT", 1_795_863_600_000),
    ("Sun, 06 Nov 1994 08:49:37 UTC", 784_111_777_000),
    ("Sunday, 06-Nov-94 08:49:37 UTC", 784_111_777_000),
    ("Sun, 06 Nov 1994 08:49:37 +0000", 784_111_777_000),
    ("Sun, 06 Nov 1994 08:49:37 -0000", 784_111_777_000),
];

const INVALID: [&str; 11] = [
    "",
    "7",
    "soon",
    "Sun, 06 Nov 1994",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 +0200",
    "Sun, 06 Nov 1994 08:49:37 GMT+2",
    "06 Nov 1994 08:49:37 GMT",
    "1994-11-06T08:49:37Z",
    "Sun, 06 Xxx 1994 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994 GMT",
];

#[cfg_attr(not(target_family = "wasm"), test)]
#[cfg_attr(target_family = "wasm", wasm_bindgen_test::wasm_bindgen_test)]
fn the_three_forms_of_http_dates_are_read_and_no_others() {
    for (text, expected) in VALID {
        assert_eq!(parse_http(text), Some(expected), "{text}");
    }
    for text in INVALID {
        assert_eq!(parse_http(text), None, "{text}");
    }
}
