#![cfg(not(target_family = "wasm"))]
//! Bearer tokens: their syntax, and how often the cache calls their source.

use std::{cell::Cell, cell::RefCell, rc::Rc, time::Duration};

use base64ct::{Base64UrlUnpadded, Encoding};
use voximplant_sms_history::{
    clock::{Clock, EpochMillis},
    error::{ErrorKind, SmsHistoryError},
    token::{BearerToken, CachedTokenSource, StaticToken, TokenSource},
};

#[cfg(feature = "sign")]
#[path = "token/credentials.rs"]
mod credentials;
#[cfg(feature = "sign")]
#[path = "token/keys.rs"]
mod keys;
#[cfg(feature = "sign")]
#[path = "token/private_key.rs"]
mod private_key;
#[cfg(feature = "sign")]
#[path = "token/random.rs"]
mod random;
#[cfg(feature = "sign")]
#[path = "token/service_account.rs"]
mod service_account;
#[cfg(feature = "sign")]
#[path = "token/wrappings.rs"]
mod wrappings;

/// A clock that only `advance` and `sleep` move.
#[derive(Clone)]
struct VirtualClock(Rc<Cell<EpochMillis>>);

impl VirtualClock {
    fn new() -> Self {
        Self(Rc::new(Cell::new(1_800_000_000_000)))
    }

    fn advance(&self, milliseconds: EpochMillis) {
        self.0.set(self.0.get() + milliseconds);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> EpochMillis {
        self.0.get()
    }

    async fn sleep(&self, duration: Duration) {
        self.advance(duration.as_millis().try_into().unwrap());
        tokio::task::yield_now().await;
    }
}

/// A source that returns a new token for each call. A function makes the claims from the number of the call.
struct CountingSource<F> {
    calls: Cell<usize>,
    renewals: RefCell<Vec<bool>>,
    claims: F,
}

impl<F: Fn(usize) -> String> CountingSource<F> {
    fn new(claims: F) -> Self {
        Self {
            calls: Cell::new(0),
            renewals: RefCell::default(),
            claims,
        }
    }
}

impl<F: Fn(usize) -> String> TokenSource for CountingSource<F> {
    async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
        let call = self.calls.get() + 1;
        self.calls.set(call);
        self.renewals.borrow_mut().push(renew);
        // Lets the other calls of a join run before this one returns.
        tokio::task::yield_now().await;
        jwt(&(self.claims)(call), call)
    }
}

fn jwt(claims: &str, number: usize) -> Result<BearerToken, SmsHistoryError> {
    let signature = format!("signature {number}");
    BearerToken::new(
        [r#"{"alg":"RS256"}"#, claims, &signature]
            .map(|part| Base64UrlUnpadded::encode_string(part.as_bytes()))
            .join("."),
    )
}

fn expiring(clock: &VirtualClock, seconds: i64) -> impl Fn(usize) -> String + use<> {
    let clock = clock.clone();
    move |_| format!(r#"{{"iss":1,"exp":{}}}"#, clock.now() / 1000 + seconds)
}

#[test]
fn tokens_that_the_header_cannot_hold_are_rejected() {
    for good in ["abc", "e30.e30.sig-_", "a+b/c==", "~._-"] {
        assert_eq!(BearerToken::new(good).unwrap().expose(), good);
    }
    for (bad, says) in [
        ("", "empty string"),
        ("Bearer abc", "begins with \"Bearer \""),
        ("bEARER abc", "begins with \"Bearer \""),
        ("abc\n", "a line break at byte 3"),
        ("abc\r\nX-Evil: 1", "a line break at byte 3"),
        (" abc", "white space at byte 0"),
        ("\"abc\"", "a quote at byte 0"),
        ("{\"token\":\"abc\"}", "JSON or HTML"),
        ("<html>", "JSON or HTML"),
        ("ключ", "a character that tokens do not contain at byte 0"),
        (
            "abc\u{0}",
            "a character that tokens do not contain at byte 3",
        ),
        ("undefined", "the text \"undefined\"; set the variable"),
        ("null", "the text \"null\""),
        ("NaN", "the text \"NaN\""),
        ("false", "the text \"false\""),
        (
            "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1J",
            "base64 of a PEM",
        ),
        ("eyJhY2NvdW50X2lkIjogMX0=", "or of JSON"),
        ("ewogImFjY291bnRfaWQiOiAxCn0K", "or of JSON"),
    ] {
        let error = BearerToken::new(bad).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Token);
        assert!(error.message().contains(says), "{bad:?}: {error}");
        assert!(
            bad.len() < 4 || says.contains(bad) || !error.message().contains(bad),
            "quoted: {error}"
        );
    }
    assert_eq!(
        format!("{:?}", BearerToken::new("secret").unwrap()),
        "BearerToken(<6 bytes>)"
    );
}

#[test]
fn a_token_is_redacted_wherever_a_text_repeats_it() {
    let token =
        BearerToken::new("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOjEyMzQ1fQ.c2ln/bmF+dHVyZQ==").unwrap();
    let whole = token.expose();
    for (text, expected) in [
        (format!("Unknown token {whole}"), "Unknown token …"),
        (
            format!("{whole} is no token, {whole} is not"),
            "… is no token, … is not",
        ),
        (format!("Bearer {whole}"), "Bearer …"),
        (format!("ключ «{whole}»"), "ключ «…»"),
        // Cut, in another case, one part of it, percent-encoded, with escaped slashes.
        (format!("token {}...", &whole[..18]), "token …..."),
        (whole.to_uppercase(), "…"),
        ("part eyJpc3MiOjEyMzQ1fQ is bad".into(), "part … is bad"),
        (whole.replace('/', "%2F"), "…%2F…"),
        (whole.replace('/', "\\/"), "…\\…"),
    ] {
        assert_eq!(token.redact(&text), expected, "{text}");
    }
}

#[test]
fn a_text_without_the_token_is_not_changed() {
    let token = BearerToken::new("my-secret-token").unwrap();
    for text in [
        "",
        "Unknown token",
        "a secret",
        "The 'from_date' parameter is invalid, €",
    ] {
        assert!(matches!(token.redact(text), std::borrow::Cow::Borrowed(same) if same == text));
    }
    // A short token is redacted as a whole word only.
    let short = BearerToken::new("t").unwrap();
    assert_eq!(
        short.redact("token t is not valid: t"),
        "token … is not valid: …"
    );
    assert_eq!(short.redact("not at that"), "not at that");
}

#[tokio::test]
async fn a_static_token_cannot_be_renewed() {
    let source = StaticToken::new(BearerToken::new("secret").unwrap());
    assert_eq!(source.bearer(false).await.unwrap().expose(), "secret");
    let error = source.bearer(true).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Token);
    assert!(error.message().contains("pass a callback"), "{error}");
    assert!(!format!("{source:?}").contains("secret"));
}

#[tokio::test]
async fn a_token_is_cached_until_thirty_seconds_before_its_expiry() {
    let clock = VirtualClock::new();
    let cached = CachedTokenSource::new(CountingSource::new(expiring(&clock, 300)), clock.clone());
    let first = cached.bearer(false).await.unwrap();
    clock.advance(269_999);
    assert_eq!(cached.bearer(false).await.unwrap(), first);
    clock.advance(1);
    assert_ne!(cached.bearer(false).await.unwrap(), first);
    assert_eq!(cached.source().calls.get(), 2);
}

#[tokio::test]
async fn a_short_token_is_cached_for_three_quarters_of_its_lifetime() {
    let clock = VirtualClock::new();
    let cached = CachedTokenSource::new(CountingSource::new(expiring(&clock, 40)), clock.clone());
    for (advance, calls) in [(0, 1), (29_999, 1), (1, 2)] {
        clock.advance(advance);
        cached.bearer(false).await.unwrap();
        assert_eq!(cached.source().calls.get(), calls);
    }
}

#[tokio::test]
async fn a_token_is_cached_only_if_its_expiry_is_readable() {
    let unreadable = [
        "{}",
        "not json",
        r#"{"exp":null}"#,
        r#"{"exp":"9999999999"}"#,
        r#"{"exp":9e9}"#,
        r#"{"exp":9.5e9}"#,
        r#"{"exp":9999999999"#,
        r#"{"exp":-1}"#,
        r#"{"exp":99999999999999999999}"#,
        r#"{"exp":9999999999999999}"#,
        r#"{"inner":{"exp":9999999999}}"#,
        r#"{"list":["exp",9999999999]}"#,
        r#"{"a":"exp"}"#,
        r#"{"a":"\",\"exp\":9999999999"}"#,
        r#"{"exp":1}"#,
        r#"{"exp"#,
        r#"{"exp":"#,
        r#"{"a\"#,
        "}",
    ];
    for payload in unreadable {
        let cached = CachedTokenSource::new(
            CountingSource::new(|_| payload.to_owned()),
            VirtualClock::new(),
        );
        cached.bearer(false).await.unwrap();
        cached.bearer(false).await.unwrap();
        assert_eq!(cached.source().calls.get(), 2, "{payload}");
    }
    let readable = [
        r#"{"exp":9999999999}"#,
        r#"{ "a": {"exp": 1}, "b":"}\"", "exp" : 9999999999.5 }"#,
        "{\"exp\":\n9999999999}",
    ];
    for payload in readable {
        let cached = CachedTokenSource::new(
            CountingSource::new(|_| payload.to_owned()),
            VirtualClock::new(),
        );
        cached.bearer(false).await.unwrap();
        cached.bearer(false).await.unwrap();
        assert_eq!(cached.source().calls.get(), 1, "{payload}");
    }
    for token in ["opaque", "a.b", "e30.$$$$.x".trim_matches('$')] {
        struct Opaque(&'static str, Cell<usize>);
        impl TokenSource for Opaque {
            async fn bearer(&self, _: bool) -> Result<BearerToken, SmsHistoryError> {
                self.1.set(self.1.get() + 1);
                BearerToken::new(self.0.replace('$', "~"))
            }
        }
        let cached = CachedTokenSource::new(Opaque(token, Cell::new(0)), VirtualClock::new());
        cached.bearer(false).await.unwrap();
        cached.bearer(false).await.unwrap();
        assert_eq!(cached.source().1.get(), 2, "{token}");
    }
}

#[tokio::test]
async fn a_rejected_token_is_not_returned_again() {
    let clock = VirtualClock::new();
    let cached = Rc::new(CachedTokenSource::new(
        CountingSource::new(expiring(&clock, 300)),
        clock.clone(),
    ));
    let rejected = cached.bearer(false).await.unwrap();
    let renewed = cached.bearer(true).await.unwrap();
    assert_ne!(renewed, rejected);
    assert_eq!(cached.bearer(false).await.unwrap(), renewed);
    assert_eq!(*cached.source().renewals.borrow(), [false, true]);
}

#[tokio::test]
async fn a_renewal_does_not_take_the_token_of_a_call_that_is_none() {
    let clock = VirtualClock::new();
    struct KeepsItsToken<S>(S, RefCell<Option<BearerToken>>);
    impl<S: TokenSource> TokenSource for KeepsItsToken<S> {
        async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
            tokio::task::yield_now().await;
            let kept = self.1.borrow().clone().filter(|_| !renew);
            let bearer = match kept {
                Some(bearer) => bearer,
                None => self.0.bearer(renew).await?,
            };
            self.1.replace(Some(bearer.clone()));
            Ok(bearer)
        }
    }
    let source = CountingSource::new(expiring(&clock, 60));
    let cached = CachedTokenSource::new(KeepsItsToken(source, RefCell::default()), clock.clone());
    let rejected = cached.bearer(false).await.unwrap();
    clock.advance(50_000);
    let (same, renewed) = tokio::join!(cached.bearer(false), cached.bearer(true));
    let renewed = renewed.unwrap();
    assert_ne!(renewed, rejected);
    assert_eq!(cached.bearer(false).await.unwrap(), renewed);
    same.unwrap();
}

#[tokio::test]
async fn a_failed_renewal_empties_the_cache() {
    let clock = VirtualClock::new();
    struct FailsOnRenewal<S>(S);
    impl<S: TokenSource> TokenSource for FailsOnRenewal<S> {
        async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
            if renew {
                Err(SmsHistoryError::new(ErrorKind::Token, "no"))
            } else {
                self.0.bearer(renew).await
            }
        }
    }
    let cached = CachedTokenSource::new(
        FailsOnRenewal(CountingSource::new(expiring(&clock, 300))),
        clock.clone(),
    );
    let rejected = cached.bearer(false).await.unwrap();
    assert!(cached.bearer(true).await.is_err());
    assert_ne!(cached.bearer(false).await.unwrap(), rejected);
}

#[tokio::test]
async fn calls_do_not_wait_for_tokens_that_cannot_be_cached() {
    let clock = VirtualClock::new();
    let cached = CachedTokenSource::new(CountingSource::new(|_| "no JSON".into()), clock.clone());
    cached.bearer(false).await.unwrap();
    let before = clock.now();
    let (a, b) = tokio::join!(cached.bearer(false), cached.bearer(false));
    assert_ne!(a.unwrap(), b.unwrap());
    assert_eq!(clock.now(), before);
}

#[tokio::test]
async fn concurrent_calls_share_one_token() {
    let clock = VirtualClock::new();
    let cached = CachedTokenSource::new(CountingSource::new(expiring(&clock, 300)), clock.clone());
    let (a, b, c) = tokio::join!(
        cached.bearer(false),
        cached.bearer(false),
        cached.bearer(false)
    );
    let a = a.unwrap();
    assert_eq!(a, b.unwrap());
    assert_eq!(a, c.unwrap());
    assert_eq!(a, cached.bearer(false).await.unwrap());
    assert_eq!(cached.source().calls.get(), 1);
    // Also calls whose token was rejected.
    let (d, e) = tokio::join!(cached.bearer(true), cached.bearer(true));
    let d = d.unwrap();
    assert_ne!(a, d);
    assert_eq!(d, e.unwrap());
    assert_eq!(cached.source().calls.get(), 2);
}
