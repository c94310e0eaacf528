//! Accepted tokens, and the code of each rejection. The tokens are signed here with the credentials.

use crate::common::{HttpResponse, method, start, with};
use base64ct::{Base64UrlUnpadded, Encoding};
use jwt_compact::alg::{Rsa, RsaPrivateKey};
use jwt_compact::{AlgorithmExt, Claims, Header};
use rsa::pkcs8::DecodePrivateKey;
use sandbox::{ErrorStatus, Options, Sandbox};
use serde_json::{Value, json};

struct Token {
    key: RsaPrivateKey,
    algorithm: Rsa,
    key_id: Option<String>,
    claims: Value,
}

impl Token {
    fn of(sandbox: &Sandbox) -> Self {
        let credentials = sandbox.credentials();
        let now = chrono::Utc::now().timestamp();
        Self {
            key: RsaPrivateKey::from_pkcs8_pem(&credentials.private_key).unwrap(),
            algorithm: Rsa::rs256(),
            key_id: Some(credentials.key_id.clone()),
            claims: json!({ "iss": credentials.account_id, "iat": now - 5, "exp": now + 60 }),
        }
    }

    fn set(mut self, name: &str, value: Value) -> Self {
        self.claims[name] = value;
        self
    }

    fn times(self, issued_at: i64, expiration: i64) -> Self {
        let now = chrono::Utc::now().timestamp();
        self.set("iat", json!(now + issued_at))
            .set("exp", json!(now + expiration))
    }

    fn sign(&self) -> String {
        let mut header = Header::empty().with_token_type("JWT");
        header.key_id.clone_from(&self.key_id);
        let claims = Claims::new(self.claims.clone());
        self.algorithm.token(&header, &claims, &self.key).unwrap()
    }
}

async fn code(sandbox: &Sandbox, authorization: Option<&str>) -> Option<u64> {
    let mut request = reqwest::Client::new().post(method(sandbox, "count=1"));
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let response = HttpResponse::of(request).await;
    assert_eq!(response.status, 200);
    match response.json().get("error") {
        Some(_) => response.error_code(),
        None => None,
    }
}

async fn code_of(sandbox: &Sandbox, token: &Token) -> Option<u64> {
    code(sandbox, Some(&format!("Bearer {}", token.sign()))).await
}

#[tokio::test]
async fn valid_tokens_are_accepted() {
    let sandbox = with(Options {
        child_account_ids: vec![77],
        ..Options::default()
    })
    .await;
    let token = || Token::of(&sandbox);
    assert_eq!(code_of(&sandbox, &token()).await, None);
    assert_eq!(code_of(&sandbox, &token().times(-10, 3590)).await, None);
    assert_eq!(code_of(&sandbox, &token().times(3, 60)).await, None);
    assert_eq!(
        code_of(&sandbox, &token().set("iss", json!(77))).await,
        None
    );
    let signed = token().sign();
    assert_eq!(
        code(&sandbox, Some(&format!("bearer {signed}"))).await,
        None
    );
}

#[tokio::test]
async fn code_100_for_tokens_of_other_accounts() {
    let sandbox = start(1).await;
    let token = || Token::of(&sandbox);
    assert_eq!(code(&sandbox, None).await, Some(100));
    assert_eq!(code(&sandbox, Some("Basic abc")).await, Some(100));
    assert_eq!(code(&sandbox, Some("Bearer")).await, Some(100));

    let stranger = Token {
        key: RsaPrivateKey::new(&mut rand::rngs::OsRng, 2048).unwrap(),
        ..token()
    };
    assert_eq!(code_of(&sandbox, &stranger).await, Some(100));
    for key_id in [None, Some("another".to_owned())] {
        let token = Token { key_id, ..token() };
        assert_eq!(code_of(&sandbox, &token).await, Some(100));
    }
    let other_algorithm = Token {
        algorithm: Rsa::rs512(),
        ..token()
    };
    assert_eq!(code_of(&sandbox, &other_algorithm).await, Some(100));
    let id = sandbox.credentials().account_id;
    for issuer in [json!(id + 1), json!(id.to_string()), Value::Null] {
        let token = token().set("iss", issuer);
        assert_eq!(code_of(&sandbox, &token).await, Some(100));
    }
    // Claims changed after signing.
    let signed = token().sign();
    let parts: Vec<&str> = signed.split('.').collect();
    let forged = token().times(-5, 3000).claims.to_string();
    let forged = Base64UrlUnpadded::encode_string(forged.as_bytes());
    let forged = format!("Bearer {}.{forged}.{}", parts[0], parts[2]);
    assert_eq!(code(&sandbox, Some(&forged)).await, Some(100));
}

#[tokio::test]
async fn code_447_for_malformed_tokens() {
    let sandbox = start(1).await;
    for text in [
        "Bearer abc",
        "Bearer a.b.c",
        "Bearer ..",
        "Bearer e30.e30.e30",
    ] {
        assert_eq!(code(&sandbox, Some(text)).await, Some(447), "{text}");
    }
    for name in ["iat", "exp"] {
        let mut token = Token::of(&sandbox);
        token.claims.as_object_mut().unwrap().remove(name);
        assert_eq!(code_of(&sandbox, &token).await, Some(447), "{name}");
    }
    let token = Token::of(&sandbox).set("exp", json!("soon"));
    assert_eq!(code_of(&sandbox, &token).await, Some(447));
}

#[tokio::test]
async fn codes_454_455_456_for_invalid_times() {
    let sandbox = start(1).await;
    let token = || Token::of(&sandbox);
    for (issued_at, expiration, expected) in [
        (-10, 3591, 454),
        (60, 120, 455),
        (-120, -60, 456),
        (-60, 0, 456),
    ] {
        let token = token().times(issued_at, expiration);
        let code = code_of(&sandbox, &token).await;
        assert_eq!(code, Some(expected), "{issued_at} {expiration}");
    }
}

#[tokio::test]
async fn native_error_status_is_400_or_401() {
    let sandbox = with(Options {
        error_status: ErrorStatus::Native,
        ..Options::default()
    })
    .await;
    let client = reqwest::Client::new();
    let response = HttpResponse::of(client.post(method(&sandbox, ""))).await;
    assert_eq!((response.status, response.error_code()), (401, Some(100)));
    let response = crate::common::history(&sandbox, &[("count", "0")]).await;
    assert_eq!((response.status, response.error_code()), (400, Some(101)));
}

#[tokio::test]
async fn private_key_is_in_the_credentials_only() {
    let sandbox = start(1).await;
    let key = sandbox.credentials().private_key.clone();
    assert!(key.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    let response = crate::common::history(&sandbox, &[]).await;
    let health = crate::common::admin(&sandbox, "health").await;
    let outputs = [
        format!("{sandbox:?}"),
        format!("{:?}", sandbox.credentials()),
        format!("{:#?}", sandbox.credentials()),
        format!(
            "{:?}{:?}",
            response.headers,
            String::from_utf8(response.body)
        ),
        format!("{:?}{:?}", health.headers, String::from_utf8(health.body)),
    ];
    for line in key.lines() {
        assert!(outputs.iter().all(|text| !text.contains(line)));
    }
}
