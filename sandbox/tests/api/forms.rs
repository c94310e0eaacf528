//! Requests as the vendor's SDKs make them: the parameters, and even the command, in the body.

use crate::common::{Reply, query, start};
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

async fn post(sandbox: &Sandbox, path: &str, content_type: &str, body: String) -> Reply {
    let token = sandbox.token(Duration::from_secs(60)).unwrap();
    let request = reqwest::Client::new()
        .post(format!("{}{path}", sandbox.url()))
        .header("content-type", content_type)
        .bearer_auth(token);
    Reply::of(request.body(body)).await
}

#[tokio::test]
async fn each_form_selects_what_the_query_string_does() {
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
        // Of two values of one name the later holds, and the body comes after the query string.
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
async fn what_cannot_be_read_is_refused() {
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
        let reply = post(&sandbox, path, content_type, body).await;
        assert_eq!(reply.error_code(), Some(code), "{path} {content_type}");
    }
    // Without a token, nothing of the body matters.
    let request = reqwest::Client::new()
        .post(sandbox.url())
        .body("cmd=GetSmsHistory");
    assert_eq!(Reply::of(request).await.error_code(), Some(100));
    let reply = Reply::of(reqwest::Client::new().get(sandbox.url())).await;
    assert_eq!(reply.status, 200, "the token comes first");
}

#[tokio::test]
async fn faults_see_the_offset_of_a_form() {
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
