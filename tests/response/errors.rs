//! Responses that are no page: the API's errors in both forms, and bodies of gateways.

use voximplant_sms_history::ErrorKind;

use super::{page, read_error};

#[test]
fn api_errors_are_read_at_any_status_and_in_both_forms() {
    for status in [200, 400, 401, 403, 429, 500] {
        for body in [
            r#"{"error":{"code":100,"msg":"Authorization failed"}}"#,
            r#"{"errors":[{"code":100,"msg":"Authorization failed"},{"code":104,"msg":"x"}]}"#,
            r#"{"error":{"code":"100","msg":"Authorization failed"},"errors":[{"code":1,"msg":"x"}]}"#,
            r#"{"errors":[{"code":7,"msg":"x"}],"error":{"msg":"Authorization failed","code":100}}"#,
            r#"{"result":[],"total_count":0,"error":{"code":100,"msg":"Authorization failed"}}"#,
        ] {
            let error = read_error(status, body);
            assert_eq!(
                (error.kind(), error.code(), error.http_status()),
                (ErrorKind::Api, Some(100), Some(status)),
                "{body}"
            );
            assert!(!error.is_retryable(), "{body}");
        }
    }
    assert_eq!(page(r#"{"result":[],"error":null,"errors":[]}"#).len(), 0);
}

#[test]
fn api_codes_decide_kind_and_retry() {
    for (code, kind, again) in [
        (1, ErrorKind::Api, true),
        (4, ErrorKind::Api, true),
        (104, ErrorKind::Api, false),
        (162, ErrorKind::RateLimited, true),
        (314, ErrorKind::RateLimited, true),
        (340, ErrorKind::RateLimited, true),
        (416, ErrorKind::RateLimited, true),
        (456, ErrorKind::Api, false),
        (99_999, ErrorKind::Api, false),
    ] {
        let error = read_error(200, format!(r#"{{"error":{{"code":{code},"msg":"x"}}}}"#));
        assert_eq!(
            (error.kind(), error.code(), error.is_retryable()),
            (kind, Some(code), again)
        );
    }
}

#[test]
fn unknown_api_error_keeps_plain_words_and_masks_the_rest() {
    for (sent, shown) in [
        (
            "Number +15550100001 of 'Anna' is odd",
            "Number … of … is odd",
        ),
        ("JWT eyJhbGci.eyJpc3Mi.c2ln is not valid", "… is not valid"),
        ("Token abcdefghijklmnopqrstuvwxyz: odd", "Token … odd"),
        (
            "The sender MyBank (or 2FA) isn't known.",
            "The sender … (or … isn't known.",
        ),
        (
            "Text “see you at nine” is odd, and «so» is it",
            "Text … is odd, and … is it",
        ),
        ("A text 'that never ends", "A text …"),
        (
            "Parameter from_date: bad. Give Tom another",
            "Parameter from_date: bad. Give … another",
        ),
    ] {
        let body = format!(r#"{{"error":{{"code":9999,"msg":"{sent}"}}}}"#);
        assert_eq!(
            read_error(200, body).message(),
            format!("the API rejected the request with error 9999: {shown}")
        );
    }
}

#[test]
fn unexpected_bodies_are_described_without_quoting() {
    for (status, body, kind, says, again) in [
        (200, "", ErrorKind::Format, "an empty body", true),
        (200, "  \n", ErrorKind::Format, "white space", false),
        (
            200,
            "<!doctype html><title>Sign in</title>",
            ErrorKind::Format,
            "an HTML or XML document (37 bytes)",
            true,
        ),
        (
            502,
            "<html>Bad gateway</html>",
            ErrorKind::Http,
            "HTTP 502 and an HTML or XML document",
            true,
        ),
        (503, "", ErrorKind::Http, "HTTP 503 and an empty body", true),
        (
            404,
            "not found",
            ErrorKind::Http,
            "HTTP 404 and a body that is not JSON",
            false,
        ),
        (408, "", ErrorKind::Http, "HTTP 408", true),
        (429, "", ErrorKind::RateLimited, "slow down", true),
        (302, "", ErrorKind::Http, "redirect", false),
        (0, "", ErrorKind::Http, "redirect", false),
        (
            200,
            "[1,2]",
            ErrorKind::Format,
            "another JSON document",
            false,
        ),
        (
            200,
            "\"text\"",
            ErrorKind::Format,
            "a body that is not JSON",
            false,
        ),
        (
            200,
            r#"{"result":[{"text":"secret"#,
            ErrorKind::Format,
            "ends in the middle",
            true,
        ),
        (
            200,
            r#"{"result":[],}"#,
            ErrorKind::Format,
            "at byte 13 of 14, expected a key in quotes",
            false,
        ),
        (
            200,
            r#"{"result":[]} x"#,
            ErrorKind::Format,
            "expected the end of the text",
            false,
        ),
        (
            200,
            r#"{"result":1}"#,
            ErrorKind::Format,
            "result: expected an array of rows, got a number",
            false,
        ),
        (
            200,
            "{}",
            ErrorKind::Format,
            "result: expected an array of rows, got nothing",
            false,
        ),
        (
            200,
            r#"{"result":[7]}"#,
            ErrorKind::Format,
            "result[0]: expected an object, got a number",
            false,
        ),
        (
            200,
            r#"{"result":[],"total_count":-1}"#,
            ErrorKind::Format,
            "total_count",
            false,
        ),
    ] {
        let error = read_error(status, body);
        assert_eq!(
            (error.kind(), error.http_status(), error.is_retryable()),
            (kind, Some(status), again),
            "{body}: {error}"
        );
        assert!(error.message().contains(says), "{body}: {error}");
        assert!(!error.message().contains("secret"));
    }
    let error = read_error(200, [b'{', 0xff, 0xfe]);
    assert!(
        error.message().contains("not UTF-8 (3 bytes)") && !error.is_retryable(),
        "{error}"
    );
    // Cut off in the middle of a character.
    let error = read_error(
        200,
        "{\"result\":[{\"text\":\"ю"
            .as_bytes()
            .split_last()
            .unwrap()
            .1,
    );
    assert!(
        error.message().contains("ends in the middle") && error.is_retryable(),
        "{error}"
    );
}
