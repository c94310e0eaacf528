//! The service account's class.

use std::{rc::Rc, time::Duration};

use js_sys::{JSON, Promise};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use zeroize::Zeroizing;

use super::{
    convert::{JsResult, into_promise, to_js, to_js_error},
    options::{self, Integer, OPTIONS, Raw},
};
use crate::{
    clock::{EpochMillis, SystemClock},
    error::{ErrorKind, SmsHistoryError},
    js_error::{AN_OBJECT, describe, get_property},
    limits::MAX_SAFE_INTEGER,
    token::{self, ServiceAccount, TokenSource, WebCryptoSigner},
};

type Inner = ServiceAccount<WebCryptoSigner, SystemClock>;

/// The service account behind the class `ServiceAccount` of `pkg/lib`.
#[wasm_bindgen(js_name = ServiceAccount)]
pub struct JsServiceAccount(Rc<Inner>);

/// The parts of an account from which another WebAssembly instance can create it. The key cannot be exported.
#[derive(Serialize, Deserialize)]
struct AccountParts {
    account_id: Integer<1, MAX_SAFE_INTEGER>,
    key_id: String,
    key: Raw,
}

#[wasm_bindgen(js_class = ServiceAccount)]
impl JsServiceAccount {
    /// Reads `credentials.json`, as text or as the parsed object, and imports its key. The promise resolves to the
    /// account. The option `accountId` names a child account.
    #[wasm_bindgen(js_name = fromCredentials)]
    pub fn from_credentials(credentials: JsValue, options: JsValue) -> Promise {
        into_promise(async move {
            let account = read(&credentials, &options).await.map_err(to_js_error)?;
            Ok(Self(Rc::new(account)).into())
        })
    }

    /// Returns the argument of [`Self::from_parts`].
    ///
    /// # Errors
    /// An `Error` for an account id above 2^53 - 1.
    pub fn parts(&self) -> JsResult {
        let (account_id, key_id, signer) = self.0.parts();
        to_js(&AccountParts {
            account_id: Integer(account_id),
            key_id: key_id.to_owned(),
            key: Raw(signer.key().into()),
        })
    }

    /// Creates the same account in another instance.
    ///
    /// # Errors
    /// The fields of a `credentials` error.
    #[wasm_bindgen(js_name = fromParts)]
    pub fn from_parts(parts: JsValue) -> Result<JsServiceAccount, JsValue> {
        let parts: AccountParts = options::from_js(&parts, &OPTIONS).map_err(to_js_error)?;
        let signer =
            WebCryptoSigner::with_key(parts.key.0.unchecked_into()).map_err(to_js_error)?;
        Ok(Self(Rc::new(Inner::with_ids(
            parts.account_id.0,
            parts.key_id,
            signer,
            SystemClock,
        ))))
    }

    /// Signs a new token. The promise resolves to it. The option `ttlSeconds` is its lifetime.
    #[wasm_bindgen(js_name = mintToken)]
    pub fn mint_token(&self, options: JsValue) -> Promise {
        let account = Rc::clone(&self.0);
        into_promise(async move { mint(&account, &options).await.map_err(to_js_error) })
    }

    /// Returns a token from the cache, or signs one. `renew` skips the cache. `skew` is the estimated clock skew in
    /// milliseconds, server time minus local time. A renewal without it resets the skew.
    pub fn bearer(&self, renew: bool, skew: Option<f64>) -> Promise {
        let account = Rc::clone(&self.0);
        if renew || skew.is_some() {
            account.set_clock_skew(skew.unwrap_or(0.0) as EpochMillis);
        }
        into_promise(async move {
            let bearer = account.bearer(renew).await.map_err(to_js_error)?;
            Ok(bearer.expose().into())
        })
    }
}

async fn read(credentials: &JsValue, options: &JsValue) -> Result<Inner, SmsHistoryError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Fields {
        account_id: Option<Integer<1, MAX_SAFE_INTEGER>>,
    }
    let fields: Fields = options::from_js(options, &OPTIONS)?;
    // Without the id of the child account, the token is for the parent.
    if get_property(options, "accountId").is_null() {
        return Err(SmsHistoryError::new(
            ErrorKind::InvalidOptions,
            "accountId: expected an integer from 1 to 2^53-1, got null; leave it out to read the parent account",
        ));
    }
    check_numbers(credentials)?;
    let mut got = describe(credentials);
    let json = match credentials.as_string() {
        None if got == AN_OBJECT => {
            // A bigint or a circular reference.
            got = "an object that cannot be written as JSON";
            let text = JSON::stringify(credentials).ok();
            text.and_then(|text| text.as_string())
        }
        text => text,
    };
    let json = json.map(Zeroizing::new).ok_or_else(|| {
        SmsHistoryError::new(
            ErrorKind::Credentials,
            format!(
                "credentials: expected the text of credentials.json or the object in it, got {got}"
            ),
        )
    })?;
    Inner::from_credentials(&json, fields.account_id.map(|Integer(id)| id)).await
}

/// Rejects numbers that JSON does not have. `JSON.stringify` writes NaN as `null` and throws for a bigint.
fn check_numbers(credentials: &JsValue) -> Result<(), SmsHistoryError> {
    for object in [credentials, &get_property(credentials, "result")] {
        for member in ["account_id", "key_id"] {
            let value = get_property(object, member);
            let got = match value.as_f64() {
                Some(number) if number.is_nan() => "NaN",
                Some(f64::INFINITY) => "Infinity",
                Some(f64::NEG_INFINITY) => "-Infinity",
                _ if value.is_bigint() => "a bigint",
                _ => continue,
            };
            return Err(token::wrong_type(member, got));
        }
    }
    Ok(())
}

async fn mint(account: &Inner, options: &JsValue) -> Result<JsValue, SmsHistoryError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Fields {
        ttl_seconds: Option<Integer<1, 3600>>,
    }
    let fields: Fields = options::from_js(options, &OPTIONS)?;
    let lifetime = fields
        .ttl_seconds
        .map_or(Inner::DEFAULT_LIFETIME, |Integer(seconds)| {
            Duration::from_secs(seconds)
        });
    Ok(account.mint(lifetime).await?.expose().into())
}
