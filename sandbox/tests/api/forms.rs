//! Requests of the vendor's SDKs, with the parameters and the command in the body.

use crate::common::{HttpResponse, query, start};
use sandbox::Sandbox;
use std::time::Duration;

const URL_ENCODED: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=------x";

fn multipart(pairs: &[(&str, &str)]) -> String {
    let field = |(name, value): &(&str, &str)| {
        format!("--------x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    pairs.iter().map(field).collect::<String>() + "--------x--\r\n"
}

async fn post(sandbox: &Sandbox, path: &str, content_type: &str, body: String) -> HttpResponse {
    let token = sandbox.token(Duration::from_secs(60)).unwrap();
    let request = reqwest::Client::new()
        .post(format!("{}{path}", sandbox.url()))
        .header("content-type", content_type)
        .bearer_auth(token);
    HttpResponse::of(request.body(body)).await
}

#[tokio::test]
async fn form_parameters_equal_query_parameters() {
    let sandbox = start(300).await;
    let pairs = [
        ("count", "7"),
        ("offset", "3"),
        ("direction", "OUT"),
        ("to_date", "2025-12-31 23:00:00"),
    ];
    let expected = crate::common::history(&sandbox, &pairs).await.json();
    assert_eq!(expected["result"].as_array().unwrap().len(), 7);
    let with_cmd = [&[("cmd", "GetSmsHistory")], &pairs[..]].concat();
    let query_string = format!("?{}", query(&pairs));
    let query_with_cmd = format!("?{}", query(&with_cmd));
    for (path, content_type, body) in [
        ("/GetSmsHistory", URL_ENCODED, query(&pairs)),
        (
            "/GetSmsHistory",
            "Application/X-WWW-Form-Urlencoded; charset=utf-8",
            query(&pairs),
        ),
        ("/GetSmsHistory", MULTIPART, multipart(&pairs)),
        ("/GetSmsHistory", MULTIPART, multipart(&with_cmd)),
        ("", URL_ENCODED, query(&with_cmd)),
        ("", MULTIPART, multipart(&with_cmd)),
        (
            query_string.as_str(),
            URL_ENCODED,
            query(&[("cmd", "GetSmsHistory")]),
        ),
        (query_with_cmd.as_str(), "text/plain", String::new()),
        // The last value of a name counts, and the body comes after the query string.
        (
            "/GetSmsHistory?count=999&offset=1",
            URL_ENCODED,
            query(&pairs),
        ),
    ] {
        let page = post(&sandbox, path, content_type, body).await.json();
        assert!(page == expected, "{path} {content_type}");
    }
}

#[tokio::test]
async fn unreadable_forms_are_rejected() {
    let sandbox = start(1).await;
    let cmd = |name| multipart(&[("cmd", name)]);
    let endless = "x=".to_owned() + &"y".repeat(70_000);
    for (path, content_type, body, code) in [
        ("", MULTIPART, cmd("GetCallHistory"), 103),
        ("", MULTIPART, cmd(""), 103),
        ("", URL_ENCODED, String::new(), 103),
        (
            "/GetSmsHistory",
            MULTIPART,
            "no boundary in sight".to_owned(),
            101,
        ),
        (
            "/GetSmsHistory",
            "multipart/form-data",
            cmd("GetSmsHistory"),
            101,
        ),
        ("/GetSmsHistory", URL_ENCODED, endless, 101),
        (
            "/GetSmsHistory",
            URL_ENCODED,
            "direction=up".to_owned(),
            470,
        ),
    ] {
        let response = post(&sandbox, path, content_type, body).await;
        assert_eq!(response.error_code(), Some(code), "{path} {content_type}");
    }
    // The token is checked before the body.
    let request = reqwest::Client::new()
        .post(sandbox.url())
        .body("cmd=GetSmsHistory");
    assert_eq!(HttpResponse::of(request).await.error_code(), Some(100));
    let response = HttpResponse::of(reqwest::Client::new().get(sandbox.url())).await;
    assert_eq!(response.status, 200, "the token comes first");
}

#[tokio::test]
async fn fault_trigger_matches_form_parameters() {
    let sandbox = start(10).await;
    sandbox.set_faults(vec!["503:offset=5,count=2".parse().unwrap()]);
    let ask = async |offset| {
        let pairs = [("cmd", "GetSmsHistory"), ("count", "2"), ("offset", offset)];
        post(&sandbox, "", MULTIPART, multipart(&pairs))
            .await
            .status
    };
    assert_eq!((ask("4").await, ask("5").await), (200, 503));
}
