//! Signing by the runtime's WebCrypto, which is native, takes constant time, and does not reveal the key.

use std::fmt;

use js_sys::{Array, Promise, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use super::{Credentials, PrivateKey, ServiceAccount, Signer};
use crate::{
    clock::SystemClock,
    error::{ErrorKind, SmsHistoryError},
    js_error::{JsErrorSource, describe_thrown},
};

const ALGORITHM: &str = "RSASSA-PKCS1-v1_5";

#[derive(Serialize)]
struct Algorithm {
    name: &'static str,
    hash: &'static str,
}

/// A signer with a private key inside of WebCrypto, imported once and not extractable.
pub struct WebCryptoSigner {
    subtle: SubtleCrypto,
    key: CryptoKey,
}

impl WebCryptoSigner {
    /// Imports a key.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if the runtime has no `crypto.subtle` (in a page that is neither https nor localhost) or
    /// rejects the key. The thrown value becomes the error's source.
    pub async fn import(key: &PrivateKey) -> Result<Self, SmsHistoryError> {
        let subtle = subtle()?;
        let algorithm = Algorithm {
            name: ALGORITHM,
            hash: "SHA-256",
        };
        let algorithm = serde_wasm_bindgen::to_value(&algorithm)
            .unwrap_or_default()
            .unchecked_into();
        let bytes = Uint8Array::from(key.pkcs8_der());
        let usages = Array::of1(&"sign".into());
        let import = subtle.import_key_with_object("pkcs8", &bytes, &algorithm, false, &usages);
        // WebCrypto copied the bytes before it returned. These would stay in the JavaScript heap until collected.
        bytes.fill(0, 0, bytes.length());
        let key = await_promise(import, "a key that WebCrypto can import").await?;
        Ok(Self {
            subtle,
            key: key.unchecked_into(),
        })
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
    /// [`ErrorKind::Credentials`] if the text or its key is invalid, or the runtime has no WebCrypto.
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

/// Returns `crypto.subtle` of the global object. It is looked up by name, because the global object's type differs between
/// windows, workers and server runtimes.
fn subtle() -> Result<SubtleCrypto, SmsHistoryError> {
    Reflect::get(&js_sys::global(), &"crypto".into())
        .and_then(|crypto| Reflect::get(&crypto, &"subtle".into()))
        .ok()
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
