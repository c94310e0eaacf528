//! Renewal of tokens that the API rejects.

use super::*;
use voximplant_sms_history::{ErrorKind, query::Output};

/// Returns `t0` until it is asked to renew, then `t1`, and so on. Records the clock skews it gets.
#[derive(Clone, Default)]
struct Renewing {
    number: Rc<Cell<u32>>,
    skews: Rc<RefCell<Vec<EpochMillis>>>,
}

impl TokenSource for Renewing {
    async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
        self.number.set(self.number.get() + u32::from(renew));
        BearerToken::new(format!("t{}", self.number.get()))
    }

    fn set_clock_skew(&self, skew: EpochMillis) {
        self.skews.borrow_mut().push(skew);
    }
}

#[tokio::test]
async fn rejected_token_is_renewed_once_and_the_request_repeated() {
    for rejection in [api_error(100), api_error(455), api_error(456), failing(401)] {
        let script = Script::new(&Virtual::default(), [rejection, good()]);
        let (client, events) = client(&script, Renewing::default(), ClientOptions::default());
        client
            .get_sms_history(&SmsHistoryQuery::new())
            .await
            .unwrap();
        assert_eq!(script.tokens(), ["t0", "t1"]);
        assert_eq!(script.clock.now(), 0, "without a delay");
        let renewals = events
            .borrow()
            .iter()
            .filter(|event| matches!(event, Event::TokenRenewed { .. }))
            .count();
        assert_eq!(renewals, 1);
    }
}

#[tokio::test]
async fn second_rejection_is_an_error() {
    let script = Script::new(&Virtual::default(), [api_error(456)]);
    let (client, _) = client(&script, Renewing::default(), ClientOptions::default());
    let error = client
        .get_sms_history(&SmsHistoryQuery::new())
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some(456)));
    assert_eq!(script.tokens(), ["t0", "t1"]);
}

#[tokio::test]
async fn other_errors_do_not_renew_the_token() {
    for rejection in [api_error(104), api_error(447), api_error(454), failing(403)] {
        let script = Script::new(&Virtual::default(), [rejection, good()]);
        let (client, _) = client(&script, Renewing::default(), ClientOptions::default());
        assert!(
            client
                .get_sms_history(&SmsHistoryQuery::new())
                .await
                .is_err()
        );
        assert_eq!(script.tokens(), ["t0"]);
    }
}

#[tokio::test]
async fn rejected_static_token_is_not_sent_again_and_the_api_error_is_returned() {
    let (result, script) = call([api_error(456), good()]).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some(456)));
    assert_eq!(script.times().len(), 1);
}

#[tokio::test]
async fn renewed_token_is_used_for_later_retries() {
    let script = Script::new(&Virtual::default(), [api_error(100), failing(500), good()]);
    let (client, _) = client(&script, Renewing::default(), ClientOptions::default());
    client
        .get_sms_history(&SmsHistoryQuery::new())
        .await
        .unwrap();
    assert_eq!(script.tokens(), ["t0", "t1", "t1"]);
}

/// Fails to renew, or never returns.
struct Failing {
    hangs: bool,
}

impl TokenSource for Failing {
    async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
        match (renew, self.hangs) {
            (false, _) => BearerToken::new("t0".to_owned()),
            (true, true) => std::future::pending().await,
            (true, false) => Err(SmsHistoryError::new(ErrorKind::Token, "login expired")),
        }
    }
}

#[tokio::test]
async fn error_of_a_failing_renewal_is_returned() {
    let script = Script::new(&Virtual::default(), [api_error(456), good()]);
    let (client, _) = client(&script, Failing { hangs: false }, ClientOptions::default());
    let query = SmsHistoryQuery::new();
    let error = client.get_sms_history(&query).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Token, "login expired")
    );
    assert_eq!(script.tokens(), ["t0"]);
}

#[tokio::test]
async fn renewal_is_limited_by_the_attempt_timeout() {
    let script = Script::new(&Virtual::default(), [api_error(456), good()]);
    let options = ClientOptions {
        timeout: None,
        ..ClientOptions::default()
    };
    let (client, _) = client(&script, Failing { hangs: true }, options);
    let query = SmsHistoryQuery::new();
    let error = client.get_sms_history(&query).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().starts_with("attempt_timeout: "), "{error}");
}

/// Caches `t0` until another call replaces it with `t1`.
#[derive(Clone, Default)]
struct Shared(Rc<Cell<u32>>);

impl TokenSource for Shared {
    async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
        assert!(!renew, "a newer token is cached");
        let bearer = self.cached_token().unwrap();
        self.0.set(1);
        Ok(bearer)
    }

    fn cached_token(&self) -> Option<BearerToken> {
        BearerToken::new(format!("t{}", self.0.get())).ok()
    }
}

#[tokio::test]
async fn token_renewed_by_another_call_is_used() {
    let script = Script::new(&Virtual::default(), [api_error(456), good()]);
    let (client, _) = client(&script, Shared::default(), ClientOptions::default());
    let query = SmsHistoryQuery::new();
    client.get_sms_history(&query).await.unwrap();
    assert_eq!(script.tokens(), ["t0", "t1"]);
}

/// Caches its tokens, each for one request.
#[derive(Default)]
struct Short(Cell<u32>);

impl TokenSource for Short {
    async fn bearer(&self, _: bool) -> Result<BearerToken, SmsHistoryError> {
        self.0.set(self.0.get() + 1);
        BearerToken::new(format!("t{}", self.0.get()))
    }

    fn cached_token(&self) -> Option<BearerToken> {
        BearerToken::new(format!("t{}", self.0.get())).ok()
    }
}

#[tokio::test]
async fn cached_renewed_token_may_be_replaced_at_the_next_attempt() {
    let script = Script::new(&Virtual::default(), [api_error(456), failing(500), good()]);
    let (client, _) = client(&script, Short::default(), ClientOptions::default());
    let query = SmsHistoryQuery::new();
    client.get_sms_history(&query).await.unwrap();
    assert_eq!(script.tokens(), ["t1", "t3", "t4"]);
}

#[tokio::test]
async fn clock_skew_is_reported_to_the_token_source() {
    // 1994-11-06T08:49:37Z
    const SERVER: EpochMillis = 784_111_777_000;
    for (behind, reported) in [
        (3_600_000, vec![3_600_000]),
        (-90_000, vec![-90_000]),
        (1_500, vec![0]),
        // More than a day is not believed.
        (2 * 86_400_000, vec![]),
    ] {
        let clock = Virtual::default();
        clock.0.set(SERVER - behind);
        let rejection = Answer::Respond(HttpResponse {
            date: Some("Sun, 06 Nov 1994 08:49:37 GMT".into()),
            ..response(200, r#"{"error":{"code":455,"msg":""}}"#)
        });
        let script = Script::new(&clock, [rejection, good()]);
        let source = Renewing::default();
        let (client, _) = client(&script, source.clone(), ClientOptions::default());
        client
            .get_sms_history(&SmsHistoryQuery::new())
            .await
            .unwrap();
        assert_eq!(*source.skews.borrow(), reported);
    }
}

#[tokio::test]
async fn token_that_the_server_repeats_is_not_in_the_message() {
    let token = "my-secret-token";
    let repeated = [
        r#"{"error":{"code":999,"msg":"Unknown token my-secret-token"}}"#,
        r#"{"error":{"code":999,"msg":"Unknown token Bearer my-secret-token."}}"#,
        r#"{"error":{"code":999,"msg":"Unknown token (my-secret-token), my-secret-token"}}"#,
        r#"{"error":{"code":999,"msg":"My-secret-token is unknown, my-secret-to... too"}}"#,
        r#"{"error":{"code":999,"msg":"Unknown token my\u002dsecret\u002dtoken"}}"#,
        r#"{"error":{"code":999,"msg":"Unknown token my%2Dsecret%2Dtoken"}}"#,
        r#"{"error":{"code":"my-secret-token","msg":"Unknown"}}"#,
        r#"{"error":"Unknown token my-secret-token"}"#,
        r#"{"errors":["my-secret-token"]}"#,
        r#"{"message":"Unknown token my-secret-token"}"#,
    ];
    for body in repeated {
        for status in [200, 403] {
            let script = Script::new(
                &Virtual::default(),
                [Answer::Respond(response(status, body))],
            );
            let (client, _) = client(
                &script,
                StaticToken::new(bearer(token)),
                ClientOptions::default(),
            );
            let query = SmsHistoryQuery::new();
            let file = query.clone().with_output(Output::Csv);
            for error in [
                client.get_sms_history(&query).await.unwrap_err(),
                client.download(&file).await.unwrap_err(),
            ] {
                let printed = format!("{error} {error:?}").to_lowercase();
                assert!(
                    !printed.contains("secret") && printed.contains('…'),
                    "{body}: {error}"
                );
            }
        }
    }
}

/// Never returns a token.
struct NeverResolving;

impl TokenSource for NeverResolving {
    async fn bearer(&self, _renew: bool) -> Result<BearerToken, SmsHistoryError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn timeout_while_waiting_for_a_token_names_the_token_source() {
    let millis = |millis| Some(Duration::from_millis(millis));
    for (attempt_timeout, timeout, named) in [
        (
            millis(1_000),
            None,
            "attempt_timeout: expected a response within 1000 ms, but the token source took longer",
        ),
        (
            None,
            millis(2_000),
            "timeout: expected a response within 2000 ms, but all attempts, with the wait for the token source, took longer",
        ),
    ] {
        let script = Script::new(&Virtual::default(), [good()]);
        let options = ClientOptions {
            attempt_timeout,
            timeout,
            ..ClientOptions::default()
        };
        let (client, _) = client(&script, NeverResolving, options);
        let result = client.get_sms_history(&SmsHistoryQuery::new()).await;
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Timeout, named));
        assert!(script.tokens().is_empty());
    }
}
