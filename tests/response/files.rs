//! Files, and the errors in their place.

use voximplant_sms_history::{ErrorKind, http::HttpResponse, response::read_file};

use super::{read_error, response};

#[test]
fn file_bytes_are_unchanged() {
    let csv = b"message_id,text\r\n1,\"a, b\"\r\n".to_vec();
    let file = read_file(HttpResponse {
        status: 200,
        content_type: Some("application/octet-stream".into()),
        content_disposition: Some("attachment; filename=\"../up/history.csv\"".into()),
        body: csv.clone().into(),
        ..HttpResponse::default()
    })
    .unwrap();
    assert_eq!(
        (file.name(), file.content_type(), file.bytes()),
        (Some("history.csv"), "application/octet-stream", &csv[..])
    );
}

#[test]
fn response_that_is_no_file_is_an_error() {
    let error = read_file(response(200, r#" {"error":{"code":105,"msg":"x"}}"#)).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some(105)));
    let error = read_file(response(200, r#"{"result":[]}"#)).unwrap_err();
    assert!(
        error.kind() == ErrorKind::Format
            && error
                .message()
                .contains("expected a file, got a JSON document"),
        "{error}"
    );
    assert_eq!(
        read_file(response(200, "")).unwrap_err().kind(),
        ErrorKind::Format
    );
    assert_eq!(
        read_file(response(500, "boom")).unwrap_err().kind(),
        ErrorKind::Http
    );
    let html = HttpResponse {
        content_type: Some("text/html".into()),
        ..response(200, "<html>")
    };
    assert_eq!(read_file(html).unwrap_err().kind(), ErrorKind::Format);
}

#[test]
fn json_html_and_white_space_are_no_file_under_any_type() {
    for (body, kind, again) in [
        (
            "\u{feff}{\"error\":{\"code\":104,\"msg\":\"x\"}}",
            ErrorKind::Api,
            false,
        ),
        (r#"{"error":{"co"#, ErrorKind::Format, true),
        (r#"{"result":[7]}"#, ErrorKind::Format, false),
        ("[1]", ErrorKind::Format, false),
        ("\u{feff} [\"a\",", ErrorKind::Format, true),
        (" <html><body>", ErrorKind::Format, false),
        ("<!DOCTYPE HTML>", ErrorKind::Format, false),
        (" \r\n", ErrorKind::Format, false),
        ("\u{feff}\n", ErrorKind::Format, false),
    ] {
        let response = HttpResponse {
            content_type: Some("text/csv; charset=utf-8".into()),
            ..response(200, body)
        };
        let error = read_file(response).unwrap_err();
        assert_eq!(
            (error.kind(), error.is_retryable()),
            (kind, again),
            "{body}: {error}"
        );
    }
    // An XLS file may be an HTML table, and a name in a CSV may begin with a bracket.
    for (kind, body) in [
        ("application/vnd.ms-excel", "<html><table>"),
        ("text/csv", "<id>,<text>\r\n"),
        ("text/csv", "[id],text\r\n"),
        ("text/csv", "{id},text\r\n"),
    ] {
        let response = HttpResponse {
            content_type: Some(kind.into()),
            ..response(200, body)
        };
        assert_eq!(read_file(response).unwrap().bytes(), body.as_bytes());
    }
}

fn typed(kind: &str, body: impl AsRef<[u8]>) -> HttpResponse {
    HttpResponse {
        content_type: Some(kind.into()),
        ..response(200, body)
    }
}

#[test]
fn error_documents_of_gateways_are_no_file() {
    for body in [
        "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
        "<!DOCTYPE html><html><title>x</title></html>",
        "\u{feff} <!-- c --><html>",
        "<br />\n<b>Fatal error</b>: x in y",
        "<Error><Code>AccessDenied</Code></Error>",
    ] {
        for kind in [
            "text/csv",
            "text/plain",
            "application/octet-stream",
            "application/vnd.ms-excel",
            "",
        ] {
            let error = read_file(typed(kind, body)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Format, "{kind} {body}");
        }
    }
    for (kind, body) in [
        ("application/xml", "<s:Envelope/>"),
        ("application/soap+xml; charset=utf-8", "<s:Envelope/>"),
        ("application/xhtml+xml", "<x/>"),
        ("application/json", "null"),
        ("application/json", "\"error\""),
        ("application/json", "upstream connect error"),
        ("application/problem+json", "denied"),
        ("image/png", "a,b"),
        ("multipart/byteranges; boundary=x", "--x"),
    ] {
        let error = read_file(typed(kind, body)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Format, "{kind} {body}");
    }
    // XLS files may be XML workbooks or HTML tables.
    for (kind, body) in [
        (
            "application/octet-stream",
            "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook>",
        ),
        ("application/xml", "<ss:Workbook>"),
        ("application/vnd.ms-excel", "<!DOCTYPE html><html><Table>"),
        ("application/octet-stream", "<html><body><table>"),
        ("text/csv", "<text>,<error>\r\n"),
    ] {
        assert_eq!(
            read_file(typed(kind, body)).unwrap().bytes(),
            body.as_bytes()
        );
    }
}

#[test]
fn part_of_a_file_is_no_file() {
    let error = read_file(response(206, "message_id\r\n1")).unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (
            ErrorKind::Format,
            "response: expected a file, got a part of one (HTTP 206)"
        )
    );
}

#[test]
fn compressed_bytes_are_no_file_and_no_page() {
    for (name, bytes) in [
        ("gzip", &[0x1f, 0x8b, 8, 0, 0, 0][..]),
        ("zstd", &[0x28, 0xb5, 0x2f, 0xfd, 4, 0][..]),
    ] {
        let got = format!(
            "got a body compressed by {name} (6 bytes); a proxy may have removed the header Content-Encoding"
        );
        let error = read_file(typed("text/csv", bytes)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Format);
        assert_eq!(error.message(), format!("response: expected a file, {got}"));
        assert_eq!(
            read_error(200, bytes).message(),
            format!("response: expected a JSON page, {got}")
        );
    }
}

#[test]
fn file_names_are_read_by_rfc_6266() {
    let name = |disposition: &str| {
        let response = HttpResponse {
            content_disposition: Some(disposition.into()),
            ..response(200, "message_id")
        };
        read_file(response).unwrap().name().map(str::to_owned)
    };
    for (disposition, expected) in [
        ("attachment; filename=a.csv", Some("a.csv")),
        ("attachment;filename = a.csv ;size=3", Some("a.csv")),
        ("ATTACHMENT; FileName=\"a.csv\"", Some("a.csv")),
        ("filename=a.csv", Some("a.csv")),
        (r#"attachment; filename="a;b.csv""#, Some("a;b.csv")),
        (r#"attachment; filename="a=b.csv"; size=3"#, Some("a=b.csv")),
        (
            r#"attachment; filename="say \"hi\".csv""#,
            Some("say \"hi\".csv"),
        ),
        (
            r#"attachment; name="filename=x"; filename=a.csv"#,
            Some("a.csv"),
        ),
        (r#"attachment; filename="open.csv"#, Some("open.csv")),
        ("attachment; filename*=UTF-8''sms.csv", Some("sms.csv")),
        (
            "attachment; filename*=UTF-8''%D0%B0%20b.csv",
            Some("а b.csv"),
        ),
        (
            "attachment; filename*=utf-8'en'a%3bb.csv; filename=c.csv",
            Some("a;b.csv"),
        ),
        (
            "attachment; filename=c.csv; filename*=UTF-8''%e2%82%ac.csv",
            Some("€.csv"),
        ),
        ("attachment; filename*=ISO-8859-1''%e9.csv", Some("é.csv")),
        (
            "attachment; filename*=UTF-8''%ff; filename=c.csv",
            Some("c.csv"),
        ),
        (
            "attachment; filename*=KOI8-R''%c1; filename=c.csv",
            Some("c.csv"),
        ),
        ("attachment; filename*=a.csv", None),
        ("attachment; filename=a.csv; filename=b.csv", Some("a.csv")),
        (r#"attachment; filename="C:\dir\a.csv""#, Some("a.csv")),
        (r#"attachment; filename="../../a.csv""#, Some("a.csv")),
        (
            "attachment; filename*=UTF-8''..%2f..%2fa.csv",
            Some("a.csv"),
        ),
        ("attachment; filename*=UTF-8''a%00.csv", None),
        ("attachment; filename=\"..\"", None),
        ("attachment; filename=\"\"", None),
        ("attachment; filename", None),
        ("attachment", None),
        ("", None),
    ] {
        assert_eq!(name(disposition).as_deref(), expected, "{disposition}");
    }
}
