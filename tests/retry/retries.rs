//! Retries: which errors, how often, and after which delay.

use super::*;
use voximplant_sms_history::{
    ErrorKind,
    client::{rate_limiter::RateLimiter, retry::RetryPolicy},
};

#[tokio::test]
async fn transient_errors_are_retried() {
    let transient = [1, 2, 4, 162, 314, 340, 416].map(api_error);
    let statuses = [408, 425, 429, 500, 502, 503, 504, 599].map(failing);
    let bodies =
        [r#"{"result":[{"me"#, "", "<html>"].map(|body| Answer::Respond(response(200, body)));
    for answer in transient.into_iter().chain(statuses).chain(bodies) {
        let (result, script) = call([answer.clone(), answer, good()]).await;
        assert!(result.is_ok(), "{}", result.unwrap_err());
        assert_eq!(script.times().len(), 3);
    }
}

#[tokio::test]
async fn permanent_errors_are_not_retried() {
    let permanent = [101, 103, 104, 105, 111, 121, 123, 131, 447, 454, 470, 9999].map(api_error);
    let statuses = [301, 400, 403, 404, 413].map(failing);
    let bodies = [r#"{"result":1}"#, r#"{"result":[{"cost":"x"}]}"#, "{}"]
        .map(|body| Answer::Respond(response(200, body)));
    for answer in permanent.into_iter().chain(statuses).chain(bodies) {
        let (result, script) = call([answer, good()]).await;
        assert!(!result.unwrap_err().is_retryable());
        assert_eq!(script.times().len(), 1);
    }
}

#[tokio::test]
async fn attempts_and_delays_stay_within_the_policy() {
    let (result, script) = call([failing(500)]).await;
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Http, Some(500))
    );
    let times = script.times();
    assert_eq!(times.len(), 4);
    for (pair, most) in times.windows(2).zip([250, 500, 1000]) {
        assert!((0..=most).contains(&(pair[1] - pair[0])), "{times:?}");
    }
}

#[tokio::test]
async fn policy_none_sends_a_request_once() {
    let script = Script::new(&Virtual::default(), [failing(500), good()]);
    let options = ClientOptions {
        retry: RetryPolicy::NONE,
        ..ClientOptions::default()
    };
    let (client, _) = client(&script, StaticToken::new(bearer("t")), options);
    assert!(
        client
            .get_sms_history(&SmsHistoryQuery::new())
            .await
            .unwrap_err()
            .is_retryable()
    );
    assert_eq!(script.times().len(), 1);
}

#[tokio::test]
async fn outage_exhausts_the_retry_budget_and_calls_send_one_request() {
    let script = Script::new(&Virtual::default(), [failing(503)]);
    let (client, _) = client(
        &script,
        StaticToken::new(bearer("t")),
        ClientOptions::default(),
    );
    for _ in 0..30 {
        assert!(
            client
                .get_sms_history(&SmsHistoryQuery::new())
                .await
                .is_err()
        );
    }
    assert_eq!(script.times().len(), 30 + 20);
}

#[tokio::test]
async fn retry_after_in_seconds_or_as_a_date_is_respected_and_capped() {
    let at = |retry_after: &str, date: Option<&str>| {
        Answer::Respond(HttpResponse {
            retry_after: Some(retry_after.into()),
            date: date.map(Into::into),
            ..response(429, "")
        })
    };
    let now = Some("Sun, 06 Nov 1994 08:49:37 GMT");
    for (answer, least, most) in [
        (at("7", None), 7_000, 7_250),
        (at("Sun, 06 Nov 1994 08:49:40 GMT", now), 3_000, 3_250),
        (at("Sun, 06 Nov 1994 08:00:00 GMT", now), 0, 1_250),
        (at("soon", None), 0, 1_250),
    ] {
        let (result, script) = call([answer, good()]).await;
        assert!(result.is_ok());
        let times = script.times();
        assert!((least..=most).contains(&(times[1] - times[0])), "{times:?}");
    }
    // Of a day, the client waits a minute if the timeout allows it, and not at all otherwise.
    let script = Script::new(&Virtual::default(), [at("86400", None), good()]);
    let endless = ClientOptions {
        timeout: None,
        ..ClientOptions::default()
    };
    let (patient, _) = client(&script, StaticToken::new(bearer("t")), endless);
    let query = SmsHistoryQuery::new();
    patient.get_sms_history(&query).await.unwrap();
    let times = script.times();
    assert!(
        (60_000..=60_250).contains(&(times[1] - times[0])),
        "{times:?}"
    );
    let (result, script) = call([at("86400", None), good()]).await;
    let asked = result.unwrap_err().retry_after();
    assert_eq!(asked, Some(Duration::from_secs(86_400)));
    assert_eq!(script.times(), [0]);
}

#[tokio::test]
async fn retry_after_date_without_a_date_header_is_compared_with_the_local_clock() {
    for (value, date, expected) in [
        ("Thu, 01 Jan 1970 00:00:05 GMT", None, 5_000),
        ("Thursday, 01-Jan-70 00:00:05 GMT", None, 5_000),
        ("Thu Jan  1 00:00:05 1970", None, 5_000),
        ("1970-01-01T00:00:05Z", None, 5_000),
        ("Thu, 01 Jan 1970 00:00:05 GMT", Some("yesterday"), 5_000),
        // The server's own clock wins.
        (
            "Thu, 01 Jan 1970 00:00:05 GMT",
            Some("Thu, 01 Jan 1970 00:00:03 GMT"),
            2_000,
        ),
    ] {
        let answer = Answer::Respond(HttpResponse {
            retry_after: Some(value.into()),
            date: date.map(Into::into),
            ..response(503, "")
        });
        let (result, script) = call([answer, good()]).await;
        assert!(result.is_ok());
        let wait = script.times()[1];
        assert!(
            (expected..=expected + 250).contains(&wait),
            "{value}: {wait} ms"
        );
    }
}

#[tokio::test]
async fn retry_after_date_without_a_date_header_is_compared_with_the_last_known_server_time() {
    let failing_at = |date: Option<&str>, retry_after: Option<&str>| {
        Answer::Respond(HttpResponse {
            date: date.map(Into::into),
            retry_after: retry_after.map(Into::into),
            ..response(503, "")
        })
    };
    // The server's clock is two hours ahead, which is longer than the timeout.
    let (result, script) = call([
        failing_at(Some("Thu, 01 Jan 1970 02:00:00 GMT"), None),
        failing_at(None, Some("Thu, 01 Jan 1970 02:00:10 GMT")),
        good(),
    ])
    .await;
    assert!(result.is_ok(), "{}", result.unwrap_err());
    let times = script.times();
    assert!((10_000..=10_250).contains(&times[2]), "{times:?}");
}

#[test]
fn retry_after_is_read_in_every_spelling_of_seconds() {
    for (value, expected) in [
        ("7", Some(7)),
        (" 7 ", Some(7)),
        ("007", Some(7)),
        ("7.0", Some(7)),
        ("6.01", Some(7)),
        ("7, 7", Some(7)),
        ("0", Some(0)),
        ("18446744073709551615", Some(u64::from(u32::MAX))),
        ("99999999999999999999999", Some(u64::from(u32::MAX))),
        ("-7", None),
        ("7 s", None),
        ("", None),
        (".", None),
    ] {
        let response = HttpResponse {
            retry_after: Some(value.into()),
            ..response(503, "")
        };
        let error = voximplant_sms_history::response::read_page(&response).unwrap_err();
        assert_eq!(
            error.retry_after(),
            expected.map(Duration::from_secs),
            "{value}"
        );
    }
}

#[test]
fn wait_in_the_message_of_error_416_is_read_unless_a_header_states_another() {
    let wait = |code, msg: &str, retry_after: Option<&str>| {
        let body = format!(r#"{{"error":{{"code":{code},"msg":"{msg}"}}}}"#);
        let response = HttpResponse {
            retry_after: retry_after.map(Into::into),
            ..response(200, &body)
        };
        let error = voximplant_sms_history::response::read_page(&response).unwrap_err();
        error.retry_after().map(|wait| wait.as_secs())
    };
    assert_eq!(wait(416, "Repeat after 30 seconds", None), Some(30));
    assert_eq!(wait(416, "Repeat after 1 second.", None), Some(1));
    assert_eq!(wait(416, "Repeat after 30 seconds", Some("7")), Some(7));
    assert_eq!(wait(416, "Repeat after some seconds", None), None);
    assert_eq!(wait(416, "Repeat after 30", None), None);
    assert_eq!(wait(340, "Repeat after 30 seconds", None), None);
}

#[tokio::test]
async fn retry_event_has_the_wait_that_follows_with_the_limiters_pause() {
    for (answer, least) in [
        (failing(429), 1_000),
        (api_error(340), 1_000),
        (failing(503), 0),
    ] {
        let script = Script::new(&Virtual::default(), [answer, good()]);
        let (client, events) = client(
            &script,
            StaticToken::new(bearer("t")),
            ClientOptions::default(),
        );
        client
            .get_sms_history(&SmsHistoryQuery::new())
            .await
            .unwrap();
        let delays: Vec<_> = events
            .borrow()
            .iter()
            .filter_map(|event| match event {
                Event::Retry { delay, .. } => Some(delay.as_millis() as EpochMillis),
                _ => None,
            })
            .collect();
        let wait = script.times()[1];
        assert_eq!(delays, [wait]);
        assert!(wait >= least, "{wait} ms");
    }
}

#[tokio::test]
async fn retry_event_has_the_wait_for_the_configured_rate() {
    let script = Script::new(&Virtual::default(), [failing(503), good()]);
    let options = ClientOptions {
        limiter: RateLimiter::new(Some(0.5), None).unwrap(),
        ..ClientOptions::default()
    };
    let (client, events) = client(&script, StaticToken::new(bearer("t")), options);
    client
        .get_sms_history(&SmsHistoryQuery::new())
        .await
        .unwrap();
    let has_delay =
        |event: &Event| matches!(event, Event::Retry { delay, .. } if delay.as_millis() == 2_000);
    assert!(events.borrow().iter().any(has_delay), "{events:?}");
    assert_eq!(script.times(), [0, 2_000]);
}

#[tokio::test]
async fn hanging_attempt_times_out_and_is_retried() {
    let (result, script) = call([Answer::Hang, good()]).await;
    assert!(result.is_ok());
    let times = script.times();
    assert!(
        times.len() == 2 && (30_000..30_300).contains(&times[1]),
        "{times:?}"
    );
}

#[tokio::test]
async fn timeout_ends_all_attempts() {
    let script = Script::new(&Virtual::default(), [Answer::Hang]);
    let options = ClientOptions {
        attempt_timeout: None,
        timeout: Some(Duration::from_millis(1234)),
        ..ClientOptions::default()
    };
    let (client, _) = client(&script, StaticToken::new(bearer("t")), options);
    let error = client
        .get_sms_history(&SmsHistoryQuery::new())
        .await
        .unwrap_err();
    assert!(
        error.kind() == ErrorKind::Timeout && error.is_retryable(),
        "{error}"
    );
    assert!(
        error.message().contains("1234 ms") && error.message().starts_with("timeout: "),
        "{error}"
    );
    assert_eq!((script.times().len(), script.clock.now()), (1, 1234));
}

#[tokio::test]
async fn retry_after_beyond_the_timeout_fails_at_once() {
    let slow_down = Answer::Respond(HttpResponse {
        retry_after: Some("7".into()),
        ..response(429, "")
    });
    for (limit, requests) in [(6_900, 1), (8_000, 2), (15_000, 3)] {
        let script = Script::new(&Virtual::default(), [slow_down.clone()]);
        let options = ClientOptions {
            timeout: Some(Duration::from_millis(limit)),
            ..ClientOptions::default()
        };
        let (client, _) = client(&script, StaticToken::new(bearer("t")), options);
        let result = client.get_sms_history(&SmsHistoryQuery::new()).await;
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited, "{error}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert_eq!(script.times().len(), requests, "{limit}");
        assert!(script.clock.now() < 7_250 * requests as i64);
    }
}

#[tokio::test]
async fn events_describe_attempts_without_personal_data() {
    let script = Script::new(&Virtual::default(), [failing(503), api_error(340), good()]);
    let (client, events) = client(
        &script,
        StaticToken::new(bearer("secret.token")),
        ClientOptions::default(),
    );
    let query = SmsHistoryQuery::new().with_source_number("12025550101");
    client.get_sms_history(&query).await.unwrap();
    let shown: Vec<String> = events
        .borrow()
        .iter()
        .map(|event| format!("{event:?}"))
        .collect();
    let names: Vec<&str> = shown
        .iter()
        .map(|event| event.split_whitespace().next().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "Request", "Response", "Retry", "Request", "Response", "Retry", "Request", "Response"
        ]
    );
    assert!(
        shown[2].contains("attempt: 1")
            && shown[2].contains("Some(503)")
            && shown[2].contains("Http"),
        "{}",
        shown[2]
    );
    assert!(
        shown[5].contains("attempt: 2")
            && shown[5].contains("Some(340)")
            && shown[5].contains("RateLimited")
    );
    assert!(
        shown[7].contains("attempt: 3") && shown[7].contains("bytes: Some(29)"),
        "{}",
        shown[7]
    );
    assert!(
        !shown
            .iter()
            .any(|event| event.contains("secret") || event.contains("2025550101"))
    );
}
