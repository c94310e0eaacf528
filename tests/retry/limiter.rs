//! The rate limiter: when requests start.

use super::*;
use voximplant_sms_history::{ErrorKind, client::rate_limiter::RateLimiter, clock::SystemClock};

fn limited(limiter: &RateLimiter) -> ClientOptions {
    ClientOptions {
        limiter: limiter.clone(),
        ..ClientOptions::default()
    }
}

async fn times(limiter: RateLimiter, answers: Vec<Answer>, calls: usize) -> Vec<EpochMillis> {
    let script = Script::new(&Virtual::default(), answers);
    let (client, _) = client(&script, StaticToken::new(bearer("t")), limited(&limiter));
    for _ in 0..calls {
        client
            .get_sms_history(&SmsHistoryQuery::new())
            .await
            .unwrap();
    }
    script.times()
}

#[tokio::test]
async fn requests_start_at_the_configured_rate() {
    let limiter = RateLimiter::new(Some(4.0), None).unwrap();
    assert_eq!(
        times(limiter, vec![good()], 5).await,
        [0, 250, 500, 750, 1000]
    );
}

#[tokio::test]
async fn clients_with_one_limiter_share_its_rate() {
    let clock = Virtual::default();
    let limiter = RateLimiter::new(Some(2.0), None).unwrap();
    let scripts = [Script::new(&clock, [good()]), Script::new(&clock, [good()])];
    for script in scripts.iter().cycle().take(4) {
        let (client, _) = client(script, StaticToken::new(bearer("t")), limited(&limiter));
        client
            .get_sms_history(&SmsHistoryQuery::new())
            .await
            .unwrap();
    }
    assert_eq!(
        [scripts[0].times(), scripts[1].times()],
        [[0, 1000], [500, 1500]]
    );
}

#[tokio::test]
async fn timeout_while_waiting_for_the_limiter_names_the_limiter() {
    let script = Script::new(&Virtual::default(), [good()]);
    let limiter = RateLimiter::new(Some(0.1), None).unwrap();
    let options = ClientOptions {
        timeout: Some(Duration::from_millis(50)),
        ..limited(&limiter)
    };
    let client = SmsHistoryClient::with_options(
        BaseUrl::default(),
        script.clone(),
        StaticToken::new(bearer("t")),
        SystemClock,
        options,
    );
    let query = SmsHistoryQuery::new();
    client.get_sms_history(&query).await.unwrap();
    let error = client.get_sms_history(&query).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(
        error.message().contains("the wait for the rate limiter")
            && error.message().contains("50 ms"),
        "{error}"
    );
    assert_eq!(script.times(), [0]);
}

#[tokio::test]
async fn requests_without_a_limit_start_at_once() {
    assert_eq!(
        times(RateLimiter::default(), vec![good()], 3).await,
        [0, 0, 0]
    );
}

#[tokio::test]
async fn slow_down_pauses_and_halves_the_rate_until_successes_restore_it() {
    let slow = Answer::Respond(HttpResponse {
        retry_after: Some("5".into()),
        ..response(429, "")
    });
    let limiter = RateLimiter::new(Some(10.0), None).unwrap();
    let times = times(limiter, [vec![slow], vec![good(); 20]].concat(), 12).await;
    let gaps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!((5000..5300).contains(&gaps[0]), "the pause: {gaps:?}");
    assert!((180..=220).contains(&gaps[1]), "half the rate: {gaps:?}");
    assert!(
        gaps[2..].windows(2).all(|pair| pair[1] <= pair[0] + 1),
        "rate rises: {gaps:?}"
    );
    assert_eq!(gaps[11], 100, "up to the configured rate: {gaps:?}");
}

#[tokio::test]
async fn invalid_limits_are_rejected() {
    for (rate, most) in [
        (Some(0.0), None),
        (Some(f64::NAN), None),
        (Some(1001.0), None),
        (None, Some(0)),
    ] {
        let error = RateLimiter::new(rate, most).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOptions);
    }
}
