//! Tokens that the API refuses.

use super::*;
use voximplant_sms_history::ErrorKind;

/// Gives `t0` until it is asked for another one, then `t1`, and so on; remembers how far off it was told to be.
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
async fn a_refused_token_is_renewed_once_and_the_request_repeated() {
    for refusal in [refused(100), refused(455), refused(456), failing(401)] {
        let script = Script::new(&Virtual::default(), [refusal, good()]);
        let (client, events) = client(&script, Renewing::default(), ClientOptions::default());
        client
            .get_sms_history(&SmsHistoryQuery::new())
            .await
            .unwrap();
        assert_eq!(script.tokens(), ["t0", "t1"]);
        assert_eq!(script.clock.now(), 0, "without a wait");
        let renewals = events
            .borrow()
            .iter()
            .filter(|event| matches!(event, Event::TokenRenewed { .. }))
            .count();
        assert_eq!(renewals, 1);
    }
}

#[tokio::test]
async fn a_second_refusal_is_an_error() {
    let script = Script::new(&Virtual::default(), [refused(456)]);
    let (client, _) = client(&script, Renewing::default(), ClientOptions::default());
    let error = client
        .get_sms_history(&SmsHistoryQuery::new())
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some(456)));
    assert_eq!(script.tokens(), ["t0", "t1"]);
}

#[tokio::test]
async fn other_refusals_renew_nothing() {
    for refusal in [refused(104), refused(447), refused(454), failing(403)] {
        let script = Script::new(&Virtual::default(), [refusal, good()]);
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
async fn a_fixed_token_is_not_sent_twice_and_the_apis_own_words_are_told() {
    let (result, script) = call([refused(456), good()]).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some(456)));
    assert_eq!(script.times().len(), 1);
}

#[tokio::test]
async fn a_renewed_token_serves_the_retries_after_it() {
    let script = Script::new(&Virtual::default(), [refused(100), failing(500), good()]);
    let (client, _) = client(&script, Renewing::default(), ClientOptions::default());
    client
        .get_sms_history(&SmsHistoryQuery::new())
        .await
        .unwrap();
    assert_eq!(script.tokens(), ["t0", "t1", "t1"]);
}

/// Has no other token, or takes for ever to get one.
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
async fn what_the_source_says_when_it_has_no_other_token_is_told() {
    let script = Script::new(&Virtual::default(), [refused(456), good()]);
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
async fn another_token_is_waited_for_no_longer_than_an_attempt_may_take() {
    let script = Script::new(&Virtual::default(), [refused(456), good()]);
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

/// Keeps `t0`, until another call has put `t1` in its place.
#[derive(Clone, Default)]
struct Shared(Rc<Cell<u32>>);

impl TokenSource for Shared {
    async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
        assert!(!renew, "there is a newer one already");
        let bearer = self.cached_token().unwrap();
        self.0.set(1);
        Ok(bearer)
    }

    fn cached_token(&self) -> Option<BearerToken> {
        BearerToken::new(format!("t{}", self.0.get())).ok()
    }
}

#[tokio::test]
async fn a_token_that_another_call_has_renewed_is_taken() {
    let script = Script::new(&Virtual::default(), [refused(456), good()]);
    let (client, _) = client(&script, Shared::default(), ClientOptions::default());
    let query = SmsHistoryQuery::new();
    client.get_sms_history(&query).await.unwrap();
    assert_eq!(script.tokens(), ["t0", "t1"]);
}

/// Keeps its tokens, each for one request.
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
async fn a_renewed_token_that_is_kept_may_be_followed_by_another() {
    let script = Script::new(&Virtual::default(), [refused(456), failing(500), good()]);
    let (client, _) = client(&script, Short::default(), ClientOptions::default());
    let query = SmsHistoryQuery::new();
    client.get_sms_history(&query).await.unwrap();
    assert_eq!(script.tokens(), ["t1", "t3", "t4"]);
}

#[tokio::test]
async fn the_servers_clock_is_told_to_the_source_when_it_is_off() {
    // 1994-11-06T08:49:37Z
    const SERVER: EpochMillis = 784_111_777_000;
    for (behind, told) in [
        (3_600_000, vec![3_600_000]),
        (-90_000, vec![-90_000]),
        (1_500, vec![0]),
        // No clock is that far off, and no token is to be made for that time.
        (2 * 86_400_000, vec![]),
    ] {
        let clock = Virtual::default();
        clock.0.set(SERVER - behind);
        let refusal = Answer::HttpResponse(HttpResponse {
            date: Some("Sun, 06 Nov 1994 08:49:37 GMT".into()),
            ..reply(200, r#"{"error":{"code":455,"msg":""}}"#)
        });
        let script = Script::new(&clock, [refusal, good()]);
        let source = Renewing::default();
        let (client, _) = client(&script, source.clone(), ClientOptions::default());
        client
            .get_sms_history(&SmsHistoryQuery::new())
            .await
            .unwrap();
        assert_eq!(*source.skews.borrow(), told);
    }
}
