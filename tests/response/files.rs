//! Files, and what may come in their place.

use voximplant_sms_history::{ErrorKind, http::HttpResponse, response::read_file};

use super::reply;

#[test]
fn files_stay_as_they_came() {
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
fn instead_of_a_file_an_error_may_come() {
    let error = read_file(reply(200, r#" {"error":{"code":105,"msg":"x"}}"#)).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some(105)));
    let error = read_file(reply(200, r#"{"result":[]}"#)).unwrap_err();
    assert!(
        error.kind() == ErrorKind::Format
            && error
                .message()
                .contains("expected a file, got a JSON document"),
        "{error}"
    );
    assert_eq!(
        read_file(reply(200, "")).unwrap_err().kind(),
        ErrorKind::Format
    );
    assert_eq!(
        read_file(reply(500, "boom")).unwrap_err().kind(),
        ErrorKind::Http
    );
    let html = HttpResponse {
        content_type: Some("text/html".into()),
        ..reply(200, "<html>")
    };
    assert_eq!(read_file(html).unwrap_err().kind(), ErrorKind::Format);
}
