//! Dates: of the API, as callers write them, and of HTTP headers.
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
        // Dates before 1970 are read alone: the API has no messages of then, and is not asked for any.
        let written = format(at);
        assert!(written.as_deref() == Some(text) || at < 0 && written.is_none());
        assert_eq!(parse_timestamp(text), Ok(at));
    }
    match parse_timestamp(text) {
        Ok(at) => {
            let second = at.div_euclid(1000) * 1000;
            if let Some(written) = format(at) {
                assert_eq!(parse(written.as_bytes()), Some(second));
            }
        }
        Err(problem) => assert!(!problem.to_string().is_empty()),
    }
    if let Some(at) = parse_http(text) {
        assert_eq!(at % 1000, 0);
    }
});
