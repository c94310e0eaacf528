//! Dates of the API, of callers, and of HTTP headers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use voximplant_sms_history::date::{format, parse, parse_http, parse_timestamp};

fuzz_target!(|bytes: &[u8]| {
    let strict = parse(bytes);
    let Ok(text) = str::from_utf8(bytes) else {
        assert_eq!(strict, None);
        return;
    };
    if let Some(at) = strict {
        // Dates before 1970 are parsed but not formatted, because queries do not need them.
        let formatted = format(at);
        assert!(formatted.as_deref() == Some(text) || at < 0 && formatted.is_none());
        assert_eq!(parse_timestamp(text), Ok(at));
    }
    match parse_timestamp(text) {
        Ok(at) => {
            let second = at.div_euclid(1000) * 1000;
            if let Some(formatted) = format(at) {
                assert_eq!(parse(formatted.as_bytes()), Some(second));
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    if let Some(at) = parse_http(text) {
        assert_eq!(at % 1000, 0);
    }
});
