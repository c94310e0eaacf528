//! Minted tokens, verified by `jwt-compact`'s own RS256 verifier, which is not in the library.

use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use jwt_compact::{AlgorithmExt, UntrustedToken, alg::Rsa};
use serde_json::{Value, json};
use voximplant_sms_history::{
    clock::Clock,
    error::ErrorKind,
    token::{BearerToken, Credentials, ServiceAccount, TokenSource},
};

use super::{
    VirtualClock,
    keys::{self, RsaSigner},
};

fn account(
    pem: &str,
    clock: &VirtualClock,
) -> (ServiceAccount<RsaSigner, VirtualClock>, RsaSigner) {
    let json = json!({"account_id": 12345, "key_id": "k-1_a:2", "private_key": pem}).to_string();
    let credentials = Credentials::from_json(&json, None).unwrap();
    let signer = RsaSigner::new(&credentials);
    (
        ServiceAccount::new(&credentials, signer.clone(), clock.clone()),
        signer,
    )
}

fn pem() -> String {
    keys::pkcs8(rsa::pkcs8::LineEnding::LF)
}

/// Verifies the signature of a token and returns its header and claims.
fn verified(token: &BearerToken) -> (Value, Value) {
    let untrusted = UntrustedToken::new(token.expose()).unwrap();
    let public_key = keys::public_key();
    let strong = jwt_compact::alg::StrongKey::try_from(public_key).unwrap();
    Rsa::rs256()
        .validator::<Value>(strong.as_ref())
        .validate(&untrusted)
        .unwrap();
    let mut parts = token
        .expose()
        .split('.')
        .map(|part| serde_json::from_slice(&Base64UrlUnpadded::decode_vec(part).unwrap()));
    (
        parts.next().unwrap().unwrap(),
        parts.next().unwrap().unwrap(),
    )
}

#[tokio::test]
async fn a_minted_token_has_the_vendors_header_and_claims() {
    let clock = VirtualClock::new();
    for pem in [pem(), keys::pkcs1()] {
        let (account, _) = account(&pem, &clock);
        let (header, claims) = verified(&account.bearer(false).await.unwrap());
        assert_eq!(
            header,
            json!({"alg": "RS256", "typ": "JWT", "kid": "k-1_a:2"})
        );
        let now = clock.now() / 1000;
        assert_eq!(
            claims,
            json!({"iss": 12345, "iat": now - 5, "exp": now + 300})
        );
    }
}

#[tokio::test]
async fn a_lifetime_is_one_second_to_one_hour_from_iat_to_exp() {
    let clock = VirtualClock::new();
    let now = clock.now() / 1000;
    let (account, _) = account(&pem(), &clock);
    for (seconds, ends) in [
        (1.0, 1),
        (1.9, 1),
        (64.0, 64),
        (3595.0, 3595),
        (3596.0, 3595),
        (3600.0, 3595),
    ] {
        let (_, claims) = verified(
            &account
                .mint(Duration::from_secs_f64(seconds))
                .await
                .unwrap(),
        );
        assert_eq!(
            claims,
            json!({"iss": 12345, "iat": now - 5, "exp": now + ends}),
            "{seconds}"
        );
    }
    for seconds in [0.0, 0.9, 3601.0, 1e18] {
        let error = account
            .mint(Duration::from_secs_f64(seconds))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOptions);
        assert!(error.message().contains("1 to 3600 s"), "{error}");
    }
    assert!(account.with_lifetime(Duration::from_secs(3601)).is_err());
}

#[tokio::test]
async fn with_lifetime_sets_the_lifetime_of_cached_tokens() {
    let clock = VirtualClock::new();
    let (account, _) = account(&pem(), &clock);
    let account = account.with_lifetime(Duration::from_secs(60)).unwrap();
    let (_, claims) = verified(&account.bearer(false).await.unwrap());
    assert_eq!(claims["exp"], clock.now() / 1000 + 60);
}

#[tokio::test]
async fn a_thousand_calls_in_five_minutes_take_two_signatures() {
    let clock = VirtualClock::new();
    let (account, signer) = account(&pem(), &clock);
    for _ in 0..1000 {
        let token = account.bearer(false).await.unwrap();
        let untrusted = UntrustedToken::new(token.expose()).unwrap();
        let claims = untrusted.deserialize_claims_unchecked::<Value>().unwrap();
        assert!(claims.expiration.unwrap().timestamp() * 1000 - clock.now() >= 30_000);
        clock.advance(300);
    }
    assert_eq!(signer.signatures.get(), 2);
}

#[tokio::test]
async fn token_renewed_within_the_same_second_differs_and_is_valid() {
    let clock = VirtualClock::new();
    for seconds in [1, 300, 3594, 3595, 3600] {
        let (account, _) = account(&pem(), &clock);
        let account = account.with_lifetime(Duration::from_secs(seconds)).unwrap();
        let mut last = account.bearer(false).await.unwrap();
        for _ in 0..3 {
            let renewed = account.bearer(true).await.unwrap();
            assert_ne!(renewed.expose(), last.expose(), "{seconds}");
            let (_, claims) = verified(&renewed);
            let time = |name: &str| claims[name].as_i64().unwrap();
            assert!(time("exp") - time("iat") <= 3600);
            assert!(time("exp") > clock.now() / 1000);
            last = renewed;
        }
    }
}

#[tokio::test]
async fn minting_and_renewing_always_sign() {
    let clock = VirtualClock::new();
    let (account, signer) = account(&pem(), &clock);
    for _ in 0..3 {
        account.mint(Duration::from_secs(60)).await.unwrap();
        account.bearer(true).await.unwrap();
    }
    account.bearer(false).await.unwrap();
    assert_eq!(signer.signatures.get(), 6);
}

#[tokio::test]
async fn debug_output_contains_no_token_and_no_key() {
    let (account, _) = account(&pem(), &VirtualClock::new());
    let token = account.bearer(false).await.unwrap();
    let shown = format!("{account:?}");
    assert!(shown.contains("12345"), "{shown}");
    assert!(!shown.contains(token.expose()), "{shown}");
    assert!(shown.len() < 200, "{shown}");
}
