//! Responses that are no page: the API's errors in both forms, and bodies of gateways.

use voximplant_sms_history::{
    ErrorKind,
    response::{read_file, read_page},
};

use super::{page, read_error, response};

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
fn error_in_any_shape_is_an_api_error_with_its_code_and_words() {
    let code = "error ";
    let none = "an error that has no code";
    for (body, expected_code, says) in [
        (
            r#"{"error":"Service is in maintenance"}"#,
            None,
            format!("{none}: Service is in maintenance"),
        ),
        (
            r#"{"error":true,"message":"Service is in maintenance"}"#,
            None,
            format!("{none}: Service is in maintenance"),
        ),
        (
            r#"{"msg":"Odd","code":"9104","result":[{"cost":1}],"total_count":1,"errors":[true]}"#,
            Some(9104),
            format!("{code}9104: Odd"),
        ),
        (
            r#"{"error":"Odd","code":9104,"message":"x"}"#,
            Some(9104),
            format!("{code}9104: Odd"),
        ),
        (
            r#"{"error":{"error_code":9104,"error_msg":"Odd"}}"#,
            Some(9104),
            format!("{code}9104: Odd"),
        ),
        (
            r#"{"Error":{"Code":"9104","Message":"Odd"}}"#,
            Some(9104),
            format!("{code}9104: Odd"),
        ),
        (
            r#"{"errors":[{"errorCode":9104,"detail":"Odd"}]}"#,
            Some(9104),
            format!("{code}9104: Odd"),
        ),
        (
            r#"{"errors":["Service is in maintenance","x"]}"#,
            None,
            format!("{none}: Service is in maintenance"),
        ),
        (
            r#"{"error":["","Service is in maintenance"],"result":null}"#,
            None,
            format!("{none}: Service is in maintenance"),
        ),
        (
            r#"{"errors":"Service is in maintenance"}"#,
            None,
            format!("{none}: Service is in maintenance"),
        ),
        (
            r#"{"error":{"message":"Service is in maintenance"}}"#,
            None,
            format!("{none}: Service is in maintenance"),
        ),
        (
            r#"{"error":[{"code":9104,"msg":"Odd"}]}"#,
            Some(9104),
            format!("{code}9104: Odd"),
        ),
        (
            r#"{"errors":{"code":9104,"msg":"Odd"}}"#,
            Some(9104),
            format!("{code}9104: Odd"),
        ),
        (
            r#"{"error":{"code":9104.0,"msg":"Odd"}}"#,
            Some(9104),
            format!("{code}9104: Odd"),
        ),
        (
            r#"{"error":{"code":"9104.0","msg":"Odd"}}"#,
            Some(9104),
            format!("{code}9104: Odd"),
        ),
        (
            r#"{"error":{"code":" 9104 ","msg":"Odd"}}"#,
            Some(9104),
            format!("{code}9104: Odd"),
        ),
        (
            r#"{"error":{"code":9.104e3,"msg":"Odd"}}"#,
            Some(9104),
            format!("{code}9104: Odd"),
        ),
        (r#"{"error":9104}"#, Some(9104), format!("{code}9104")),
        (
            r#"{"error":{"code":"ACCESS_DENIED","msg":"Role missing"}}"#,
            None,
            format!("{code}ACCESS_DENIED: Role missing"),
        ),
        (
            r#"{"error":{"code":"E1042","msg":""}}"#,
            None,
            format!("{code}E1042"),
        ),
        (
            r#"{"error":{"code":"sms-error_42.LIMIT_4B"}}"#,
            None,
            format!("{code}sms-error_42.LIMIT_4B"),
        ),
        (
            r#"{"error":{"code":"hunter2secret","msg":"Odd"}}"#,
            None,
            format!("{none}: Odd"),
        ),
        (r#"{"error":{"code":"Pa55word"}}"#, None, none.into()),
        (
            r#"{"error":{"code":"call 15550100001","msg":"Odd"}}"#,
            None,
            format!("{none}: Odd"),
        ),
        (
            r#"{"error":{"code":"a15550100001","msg":"Odd"}}"#,
            None,
            format!("{none}: Odd"),
        ),
        (
            r#"{"message":"Service is in maintenance"}"#,
            None,
            format!("{none}: Service is in maintenance"),
        ),
        (
            r#"{"code":9104,"msg":"Odd"}"#,
            Some(9104),
            format!("{code}9104: Odd"),
        ),
    ] {
        let error = read_error(200, body);
        assert_eq!(
            (error.kind(), error.code(), error.is_retryable()),
            (ErrorKind::Api, expected_code, false),
            "{body}: {error}"
        );
        assert!(error.message().ends_with(&says), "{body}: {error}");
        let file = read_file(response(200, body)).unwrap_err();
        assert_eq!(
            (file.kind(), file.message()),
            (ErrorKind::Api, error.message())
        );
    }
    assert_eq!(
        read_error(200, r#"{"error":{"code":104.0}}"#).code(),
        Some(104)
    );
}

#[test]
fn values_that_mean_no_error_leave_the_page_alone() {
    for none in [
        r#""error":null"#,
        r#""error":"""#,
        r#""error":0"#,
        r#""error":"0""#,
        r#""error":false"#,
        r#""error":[]"#,
        r#""error":{}"#,
        r#""error":{"code":0,"msg":""}"#,
        r#""error":{"code":"0"}"#,
        r#""errors":[{},false]"#,
        r#""errors":[""]"#,
        r#""message":"ok","code":200"#,
    ] {
        assert_eq!(
            page(&format!(r#"{{{none},"result":[{{}}]}}"#)).len(),
            1,
            "{none}"
        );
    }
}

#[test]
fn error_beside_rows_is_never_a_success() {
    for error in [
        r#""error":"Temporary failure""#,
        r#""error":5"#,
        r#""error":1.5"#,
        r#""error":1e40"#,
        r#""error":true"#,
        r#""error":[{"code":104}]"#,
        r#""errors":["x"]"#,
        r#""errors":[true]"#,
        r#""errors":{"code":104,"msg":"x"}"#,
    ] {
        for body in [
            format!(r#"{{"result":[{{}}],"total_count":1,{error}}}"#),
            format!(r#"{{{error},"result":[{{}}],"total_count":1}}"#),
        ] {
            let error = read_page(&response(200, &body));
            assert_eq!(
                error.map(|page| page.len()).map_err(|error| error.kind()),
                Err(ErrorKind::Api),
                "{body}"
            );
        }
    }
}

#[test]
fn failure_beside_an_empty_page_is_never_an_empty_history() {
    let code = |code: i64, words: &str| (Some(code), format!("error {code}{words}"));
    let none = |words: &str| (None, format!("an error that has no code{words}"));
    for (fields, (expected_code, says)) in [
        (r#""message":"access denied""#, none(": access denied")),
        (r#""msg":"access denied""#, none(": access denied")),
        (r#""detail":"access denied""#, none(": access denied")),
        (r#""message":"ok","success":false"#, none(": ok")),
        (r#""success":false"#, none("")),
        (r#""success":"false""#, none("")),
        (r#""ok":0"#, none("")),
        (r#""status":"error""#, none("")),
        (r#""status":"DENIED""#, none("")),
        (r#""status":500,"title":"Gateway""#, none("")),
        (r#""statusCode":403"#, none("")),
        (r#""code":9104,"msg":"odd""#, code(9104, ": odd")),
        (r#""code":"9104""#, code(9104, "")),
        (
            r#""code":"ACCESS_DENIED""#,
            (None, "error ACCESS_DENIED".into()),
        ),
        (
            r#""error_code":9104,"error_msg":"odd""#,
            code(9104, ": odd"),
        ),
        (
            r#""errorCode":"9104","errorMessage":"odd""#,
            code(9104, ": odd"),
        ),
        (r#""Error":"denied""#, none(": denied")),
        (r#""ERRORS":["denied"]"#, none(": denied")),
        (r#""fault":{"message":"denied"}"#, none(": denied")),
        (r#""exception":"denied""#, none(": denied")),
        (r#""failed":true"#, none("")),
    ] {
        for result in ["[]", "null", "\"\"", "{}"] {
            for body in [
                format!(r#"{{"result":{result},"total_count":0,{fields}}}"#),
                format!(r#"{{{fields},"total_count":0,"result":{result}}}"#),
            ] {
                let error = read_error(200, &body);
                assert_eq!(
                    (error.kind(), error.code()),
                    (ErrorKind::Api, expected_code),
                    "{body}: {error}"
                );
                assert!(error.message().ends_with(&says), "{body}: {error}");
            }
        }
        // Without a result, only the count may stand alone.
        let body = format!(r#"{{"total_count":0,{fields}}}"#);
        let kind = read_error(200, &body).kind();
        assert!(matches!(kind, ErrorKind::Api | ErrorKind::Format), "{body}");
    }
    let error = read_error(200, r#"{"total_count":0,"more":1}"#);
    assert_eq!(
        error.message(),
        "result: expected an array of rows, got nothing"
    );
    let error = read_error(
        200,
        r#"{"result":[],"total_count":7,"message":"access denied"}"#,
    );
    assert_eq!(error.kind(), ErrorKind::Api, "{error}");
}

#[test]
fn empty_page_beside_fields_that_report_no_failure_is_a_page() {
    for fields in [
        r#""success":true"#,
        r#""success":1,"message":"No messages""#,
        r#""code":0,"message":"No messages""#,
        r#""code":200,"msg":"x""#,
        r#""status":"ok","detail":"x""#,
        r#""status":200"#,
        r#""status":1"#,
        r#""message":"OK""#,
        r#""message":"Success.""#,
        r#""message":"","code":"","status":null"#,
        r#""error_code":0,"error_message":"","errorMessage":null,"failed":false,"faults":[]"#,
        r#""count":0,"timezone":"UTC","request_id":"a1","more":{"error":1}"#,
    ] {
        for result in ["[]", "null"] {
            let body = format!(r#"{{{fields},"result":{result},"total_count":0}}"#);
            assert_eq!(page(&body).len(), 0, "{body}");
        }
    }
}

#[test]
fn digits_that_may_be_a_phone_number_are_no_code() {
    for body in [
        r#"{"error":"15550190001"}"#,
        r#"{"error":"+15550190001"}"#,
        r#"{"error":15550190001}"#,
        r#"{"error":1.5550190001e10}"#,
        r#"{"error":-5550190}"#,
        r#"{"errors":["15550190001"]}"#,
        r#"{"errors":[15550190001]}"#,
        r#"{"error":{"code":"15550190001","msg":"invalid number"}}"#,
        r#"{"error":{"code":"+15550190001.0","msg":"m"}}"#,
        r#"{"error":{"code":15550190001}}"#,
        r#"{"code":"15550190001","msg":"invalid number"}"#,
        r#"{"code":15550190001,"message":"15550190001"}"#,
        r#"{"error_code":15550190001,"result":[],"total_count":0}"#,
        r#"{"code":15550190001,"result":[],"total_count":0}"#,
    ] {
        let error = read_error(200, body);
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Api, None),
            "{body}"
        );
        assert!(!error.message().contains("555"), "{body}: {error}");
    }
    let error = read_error(200, r#"{"error":-32601}"#);
    assert_eq!(error.code(), Some(-32_601));
}

#[test]
fn error_of_an_unknown_code_follows_the_http_status() {
    for (status, kind, again) in [
        (200, ErrorKind::Api, false),
        (400, ErrorKind::Api, false),
        (408, ErrorKind::Api, true),
        (425, ErrorKind::Api, true),
        (429, ErrorKind::RateLimited, true),
        (500, ErrorKind::Api, true),
        (503, ErrorKind::Api, true),
    ] {
        for code in [i64::from(status), 9999] {
            let body = format!(r#"{{"error":{{"code":{code},"msg":"x"}}}}"#);
            let error = read_error(status, body);
            assert_eq!(
                (error.kind(), error.is_retryable(), error.code()),
                (kind, again, Some(code)),
                "HTTP {status}: {error}"
            );
        }
    }
    // A known code has its own rule.
    let error = read_error(503, r#"{"error":{"code":104,"msg":"x"}}"#);
    assert!(!error.is_retryable(), "{error}");
    let error = read_error(429, r#"{"error":{"code":456,"msg":"x"}}"#);
    assert_eq!(
        (error.kind(), error.is_retryable()),
        (ErrorKind::Api, false)
    );
}

#[test]
fn error_without_a_code_is_retried_according_to_the_status() {
    for (status, body, kind, again) in [
        (
            503,
            r#"{"error":"Service is in maintenance"}"#,
            ErrorKind::Api,
            true,
        ),
        (403, r#"{"error":"Forbidden"}"#, ErrorKind::Api, false),
        (
            429,
            r#"{"error":"Too many requests"}"#,
            ErrorKind::RateLimited,
            true,
        ),
        (
            503,
            r#"{"message":"Service unavailable"}"#,
            ErrorKind::Http,
            true,
        ),
        (
            429,
            r#"{"message":"Too many requests"}"#,
            ErrorKind::RateLimited,
            true,
        ),
    ] {
        let error = read_error(status, body);
        assert_eq!(
            (error.kind(), error.is_retryable(), error.http_status()),
            (kind, again, Some(status)),
            "{body}: {error}"
        );
    }
    let error = read_error(403, r#"{"message":"Forbidden for this user"}"#);
    assert_eq!(
        error.message(),
        "the server responded with HTTP 403: Forbidden for this user"
    );
}

#[test]
fn missing_path_is_named_for_http_404_and_405() {
    for (status, body) in [(404, ""), (404, "<html>"), (404, "not found"), (405, "")] {
        let error = read_error(status, body);
        assert_eq!(
            (error.kind(), error.http_status()),
            (ErrorKind::Http, Some(status))
        );
        assert!(
            error.message().ends_with(
                "check base_url, where /platform_api may be missing; leave out the method's name"
            ),
            "{error}"
        );
    }
    for body in [
        r#"{"message":"no Route matched with those values"}"#,
        r#"{"statusCode":404,"message":"Cannot POST /GetSmsHistory","error":"Not Found"}"#,
        r#"{"error":{"code":404,"message":"not found"}}"#,
        r#"{"code":"NOT_FOUND","message":"not found"}"#,
    ] {
        let message = read_error(404, body).message().to_owned();
        assert!(
            message.ends_with("may be missing; leave out the method's name"),
            "{message}"
        );
    }
    for (status, body) in [
        (403, ""),
        (403, r#"{"message":"denied"}"#),
        (404, r#"{"error":{"code":103,"msg":"x"}}"#),
        (
            404,
            r#"{"error":{"code":"RELAY","msg":"path: expected another"}}"#,
        ),
    ] {
        assert!(!read_error(status, body).message().contains("platform_api"));
    }
}

#[test]
fn names_of_the_apis_parameters_are_kept_and_other_quoted_words_are_not() {
    for (sent, shown) in [
        (
            "The 'from_date' parameter is invalid",
            "The 'from_date' parameter is invalid",
        ),
        (
            "Invalid `source_number`, «destination_number» or [to_date].",
            "Invalid `source_number`, «destination_number» or [to_date].",
        ),
        (
            "GetSmsHistory: (\"count\") is too large",
            "GetSmsHistory: (\"count\") is too large",
        ),
        (
            "The method 'GetSmsHistory' is gone",
            "The method 'GetSmsHistory' is gone",
        ),
        ("The 'anna' parameter is odd", "The … parameter is odd"),
        ("Text 'count me in' is odd", "Text … is odd"),
        ("Text ('anna') is odd", "Text … is odd"),
        ("Text ('see you at nine') is odd", "Text … is odd"),
        ("Text:'see you at nine' is odd", "… is odd"),
        ("Text=\"see you at nine\" is odd", "… is odd"),
        ("Text <see you at nine> is odd", "Text … is odd"),
        ("Text „see you at nine“ is odd", "Text … is odd"),
        ("Text \"at the boys' old house\" is odd", "Text … is odd"),
        ("Text \"see [1] over there\" is odd", "Text … is odd"),
        ("Text [at \"the\" old house] is odd", "Text … is odd"),
    ] {
        let sent = sent.replace('"', "\\\"");
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
        (200, "  \n", ErrorKind::Format, "white space", true),
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
        (308, "", ErrorKind::Http, "redirect", false),
        (
            300,
            "",
            ErrorKind::Http,
            "HTTP 300 and an empty body",
            false,
        ),
        (
            304,
            "",
            ErrorKind::Http,
            "HTTP 304 and an empty body; a cache in between",
            false,
        ),
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
            "expected a key in quotes at byte 13 of 14, got invalid JSON",
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
