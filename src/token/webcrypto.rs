//! Signing by the runtime's WebCrypto: native, in constant time, and the key can't be read back.

use std::fmt;

use js_sys::{Array, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use super::{Credentials, PrivateKey, ServiceAccount, Signer};
use crate::{
    clock::SystemClock,
    error::{ErrorKind, SmsHistoryError},
    js_error::{JsErrorSource, describe_thrown},
    object::Parts,
};

const ALGORITHM: &str = "RSASSA-PKCS1-v1_5";

/// A private key inside of WebCrypto, imported once and not extractable.
pub struct WebCryptoSigner {
    subtle: SubtleCrypto,
    key: CryptoKey,
}

impl WebCryptoSigner {
    /// Imports a key.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] when the runtime has no `crypto.subtle` (a page that is not https and not localhost)
    /// or refuses the key; what it threw is the source.
    pub async fn import(key: &PrivateKey) -> Result<Self, SmsHistoryError> {
        let subtle = subtle()?;
        let algorithm = Parts::new()
            .with("name", ALGORITHM)
            .with("hash", "SHA-256")
            .into_object();
        let bytes = Uint8Array::from(key.pkcs8_der());
        let usages = Array::of1(&"sign".into());
        let import = subtle.import_key_with_object("pkcs8", &bytes, &algorithm, false, &usages);
        // WebCrypto has taken its own copy before it returned; this one would stay in the JS heap until collected.
        bytes.fill(0, 0, bytes.length());
        let key = settle(import, "WebCrypto refused the private_key").await?;
        Ok(Self {
            subtle,
            key: key.unchecked_into(),
        })
    }

    /// The imported key, to be kept by JavaScript: it can sign, and can't be read.
    pub(crate) fn key(&self) -> &CryptoKey {
        &self.key
    }

    /// Signs with a key that was imported before.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] when the runtime has no `crypto.subtle`.
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
        let signature = settle(signing, "WebCrypto could not sign").await?;
        Ok(Uint8Array::new(&signature).to_vec())
    }
}

impl ServiceAccount<WebCryptoSigner, SystemClock> {
    /// Reads credentials (see [`Credentials::from_json`]) and imports their key into WebCrypto.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] when the text or its key is wrong, and where there is no WebCrypto.
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

/// `crypto.subtle` of the global object, by name: the type of the global object differs between windows, workers and
/// the runtimes of servers.
fn subtle() -> Result<SubtleCrypto, SmsHistoryError> {
    Reflect::get(&js_sys::global(), &"crypto".into())
        .and_then(|crypto| Reflect::get(&crypto, &"subtle".into()))
        .ok()
        .filter(JsValue::is_object)
        .map(JsCast::unchecked_into)
        .ok_or_else(|| {
            SmsHistoryError::new(
                ErrorKind::Credentials,
                "there is no crypto.subtle here: WebCrypto needs a secure context (https or localhost)",
            )
        })
}

async fn settle(call: Result<Promise, JsValue>, failed: &str) -> Result<JsValue, SmsHistoryError> {
    let settled = match call {
        Ok(promise) => JsFuture::from(promise).await,
        Err(thrown) => Err(thrown),
    };
    settled.map_err(|thrown| {
        let what = describe_thrown(&thrown);
        SmsHistoryError::new(ErrorKind::Credentials, format!("{failed}: {what}"))
            .with_source(JsErrorSource(thrown))
    })
}
