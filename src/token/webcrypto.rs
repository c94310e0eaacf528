//! Signing by the runtime's WebCrypto, which is native, takes constant time, and does not reveal the key.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use js_sys::{Array, Object, Promise, Uint8Array};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use super::{Credentials, PrivateKey, ServiceAccount, Signer};
use crate::{
    clock::SystemClock,
    error::{ErrorKind, SmsHistoryError},
    js_error::{JsErrorSource, describe_thrown, get_global, get_property},
};

const ALGORITHM: &str = "RSASSA-PKCS1-v1_5";

#[derive(Serialize)]
struct Algorithm {
    name: &'static str,
    hash: &'static str,
}

/// A public key as a JSON Web Key (RFC 7518 §6.3.1).
#[derive(Serialize)]
struct PublicKey {
    kty: &'static str,
    n: String,
    e: String,
}

/// A signer with a private key inside of WebCrypto, imported once and not extractable.
pub struct WebCryptoSigner {
    subtle: SubtleCrypto,
    key: CryptoKey,
}

impl WebCryptoSigner {
    /// Imports a key, and checks that its public part verifies a signature of its private part.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if the runtime rejects the key, and if the key's parts do not match. Also if the runtime has no
    /// `crypto.subtle`, as in a page that is neither https nor localhost. The thrown value becomes the error's source.
    pub async fn import(key: &PrivateKey) -> Result<Self, SmsHistoryError> {
        let subtle = subtle()?;
        let bytes = Uint8Array::from(key.pkcs8_der());
        let import = import_key(&subtle, "pkcs8", &bytes, "sign");
        // WebCrypto copied the bytes before it returned. These would stay in the JavaScript heap until collected.
        bytes.fill(0, 0, bytes.length());
        let signing_key = await_promise(import, "a key that WebCrypto can import").await?;
        let signer = Self {
            subtle,
            key: signing_key.unchecked_into(),
        };
        signer.check(key).await?;
        Ok(signer)
    }

    /// Signs once and verifies the signature. Node imports a key with a flipped bit, and then signs tokens that the API
    /// rejects.
    async fn check(&self, key: &PrivateKey) -> Result<(), SmsHistoryError> {
        const EXPECTED: &str = "a key whose modulus verifies its signatures";
        let [n, e] = key.public_parts().map(Base64UrlUnpadded::encode_string);
        let public_key = to_object(&PublicKey { kty: "RSA", n, e });
        let import = import_key(&self.subtle, "jwk", &public_key, "verify");
        let public_key = await_promise(import, EXPECTED).await?;
        let message = Uint8Array::new_with_length(1);
        let signature = self.sign(&[0]).await?;
        let verifying = self
            .subtle
            .verify_with_str_and_buffer_source_and_buffer_source(
                ALGORITHM,
                public_key.unchecked_ref(),
                &Uint8Array::from(signature.as_slice()),
                &message,
            );
        if await_promise(verifying, EXPECTED).await?.is_truthy() {
            return Ok(());
        }
        Err(SmsHistoryError::new(
            ErrorKind::Credentials,
            format!("private_key: expected {EXPECTED}, got a damaged one; use an undamaged copy"),
        ))
    }

    /// The imported key, for JavaScript to keep. It can sign, and its bytes cannot be read.
    pub(crate) fn key(&self) -> &CryptoKey {
        &self.key
    }

    /// Creates a signer with a key that was imported before.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if the runtime has no `crypto.subtle`.
    pub(crate) fn with_key(key: CryptoKey) -> Result<Self, SmsHistoryError> {
        Ok(Self {
            subtle: subtle()?,
            key,
        })
    }
}

impl Signer for WebCryptoSigner {
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SmsHistoryError> {
        let message = Uint8Array::from(message);
        let signing = self
            .subtle
            .sign_with_str_and_buffer_source(ALGORITHM, &self.key, &message);
        let signature = await_promise(signing, "a key that WebCrypto can sign with").await?;
        Ok(Uint8Array::new(&signature).to_vec())
    }
}

impl ServiceAccount<WebCryptoSigner, SystemClock> {
    /// Reads credentials (see [`Credentials::from_json`]) and imports their key into WebCrypto.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if the text or its key is invalid, the key's parts do not match, or the runtime has no
    /// WebCrypto.
    pub async fn from_credentials(
        json: &str,
        account_id: Option<u64>,
    ) -> Result<Self, SmsHistoryError> {
        let credentials = Credentials::from_json(json, account_id)?;
        let signer = WebCryptoSigner::import(credentials.private_key()).await?;
        Ok(Self::new(&credentials, signer, SystemClock))
    }
}

impl fmt::Debug for WebCryptoSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebCryptoSigner(..)")
    }
}

fn import_key(
    subtle: &SubtleCrypto,
    format: &str,
    data: &Object,
    usage: &str,
) -> Result<Promise, JsValue> {
    let algorithm = to_object(&Algorithm {
        name: ALGORITHM,
        hash: "SHA-256",
    });
    let usages = Array::of1(&usage.into());
    subtle.import_key_with_object(format, data, &algorithm, false, &usages)
}

fn to_object(value: &impl Serialize) -> Object {
    serde_wasm_bindgen::to_value(value)
        .unwrap_or_default()
        .unchecked_into()
}

/// Returns `crypto.subtle`. It is looked up by name, because the global object's type differs between windows, workers and server
/// runtimes.
fn subtle() -> Result<SubtleCrypto, SmsHistoryError> {
    Some(get_property(&get_global("crypto"), "subtle"))
        .filter(JsValue::is_object)
        .map(JsCast::unchecked_into)
        .ok_or_else(|| {
            SmsHistoryError::new(
                ErrorKind::Credentials,
                "crypto.subtle: expected WebCrypto, got nothing; use a secure context (https or localhost)",
            )
        })
}

async fn await_promise(
    call: Result<Promise, JsValue>,
    expected: &str,
) -> Result<JsValue, SmsHistoryError> {
    let result = match call {
        Ok(promise) => JsFuture::from(promise).await,
        Err(thrown) => Err(thrown),
    };
    result.map_err(|thrown| {
        let what = describe_thrown(&thrown);
        SmsHistoryError::new(
            ErrorKind::Credentials,
            format!("private_key: expected {expected}, got an exception ({what})"),
        )
        .with_source(JsErrorSource(thrown))
    })
}
