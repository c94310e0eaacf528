//! Signing by WebCrypto, with keys generated in the test.

use js_sys::{Promise, Reflect, eval};
use voximplant_sms_history::{
    ErrorKind,
    clock::SystemClock,
    token::{ServiceAccount, TokenSource, WebCryptoSigner},
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::function;

type Account = ServiceAccount<WebCryptoSigner, SystemClock>;

async fn run(promise: JsValue) -> JsValue {
    JsFuture::from(promise.unchecked_into::<Promise>())
        .await
        .unwrap()
}

/// Returns `{ credentials, publicKey }` with a new key of this size.
async fn account(bits: u32) -> JsValue {
    let make = "(async (modulusLength) => {
        const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength, publicExponent: new Uint8Array([1, 0, 1]) };
        const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
        const der = String.fromCharCode(...new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey)));
        const label = 'PRIVATE' + ' KEY-----\\n';
        const private_key = '-----BEGIN ' + label + btoa(der).replace(/.{64}/g, '$&\\n') + '\\n-----END ' + label;
        const credentials = JSON.stringify({ account_email: 'a@example.test', account_id: 42, key_id: 'k1', private_key });
        return { credentials, publicKey };
    })";
    let make: js_sys::Function = eval(make).unwrap().unchecked_into();
    run(make.call1(&JsValue::NULL, &bits.into()).unwrap()).await
}

fn credentials(account: &JsValue) -> String {
    Reflect::get(account, &"credentials".into())
        .unwrap()
        .as_string()
        .unwrap()
}

/// Verifies with the runtime's WebCrypto. Returns `good` or `bad`, then header and claims as JSON.
async fn verified(account: &JsValue, token: &str) -> String {
    let verify = function(
        "account, token",
        "return (async () => {
            const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
            const [header, claims, signature] = token.split('.');
            const message = new TextEncoder().encode(header + '.' + claims);
            const good = await crypto.subtle.verify('RSASSA-PKCS1-v1_5', account.publicKey, bytes(signature), message);
            const text = (part) => new TextDecoder().decode(bytes(part));
            return (good ? 'good ' : 'bad ') + text(header) + text(claims);
        })()",
    );
    run(verify
        .call2(&JsValue::NULL, account, &token.into())
        .unwrap())
    .await
    .as_string()
    .unwrap()
}

#[wasm_bindgen_test]
async fn the_runtime_verifies_signed_tokens() {
    let made = account(2048).await;
    let signer = Account::from_credentials(&credentials(&made), None)
        .await
        .unwrap();
    let token = signer.bearer(false).await.unwrap();
    let text = verified(&made, token.expose()).await;
    assert!(text.starts_with("good "), "{text}");
    for part in [
        r#""alg":"RS256""#,
        r#""typ":"JWT""#,
        r#""kid":"k1""#,
        r#""iss":42"#,
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(
        signer.bearer(false).await.unwrap(),
        token,
        "signed once in a lifetime"
    );
    let child = Account::from_credentials(&credentials(&made), Some(43))
        .await
        .unwrap();
    assert!(
        verified(&made, child.bearer(false).await.unwrap().expose())
            .await
            .contains(r#""iss":43"#)
    );
}

#[wasm_bindgen_test]
async fn a_short_key_is_rejected() {
    let made = account(1024).await;
    let error = Account::from_credentials(&credentials(&made), None)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.message().contains("1024"), "{error}");
}
