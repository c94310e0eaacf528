//! The service account as JavaScript has it.

use std::{rc::Rc, time::Duration};

use js_sys::{Array, JSON, Promise};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use zeroize::Zeroizing;

use super::{
    error,
    options::{self, MAX_SAFE},
    promise::promise,
};
use crate::{
    clock::{EpochMillis, SystemClock},
    error::{ErrorKind, SmsHistoryError},
    token::{ServiceAccount, TokenSource, WebCryptoSigner},
};

type Inner = ServiceAccount<WebCryptoSigner, SystemClock>;

/// The service account behind the facade's class of the same name.
#[wasm_bindgen(js_name = ServiceAccount)]
pub struct JsServiceAccount(Rc<Inner>);

#[wasm_bindgen(js_class = ServiceAccount)]
impl JsServiceAccount {
    /// Reads `credentials.json`, as its text or as the parsed object, and imports the key; resolves to the account. The
    /// option `accountId` names a child account.
    #[wasm_bindgen(js_name = fromCredentials)]
    pub fn from_credentials(credentials: JsValue, options: JsValue) -> Promise {
        promise(async move {
            read(&credentials, &options)
                .await
                .map_err(|error| error::to_js(&error))
        })
    }

    /// What [`Self::from_parts`] takes: the ids and the imported key, which can't be read back.
    pub fn parts(&self) -> Array {
        let (account_id, key_id, signer) = self.0.parts();
        Array::of3(
            &JsValue::from(account_id as f64),
            &key_id.into(),
            signer.key(),
        )
    }

    /// The same account in another instance.
    ///
    /// # Errors
    /// The parts of a `credentials` error.
    #[wasm_bindgen(js_name = fromParts)]
    pub fn from_parts(parts: Array) -> Result<JsServiceAccount, JsValue> {
        let signer = WebCryptoSigner::with_key(parts.get(2).unchecked_into())
            .map_err(|error| error::to_js(&error))?;
        let account_id = parts.get(0).as_f64().unwrap_or_default() as u64;
        let key_id = parts.get(1).as_string().unwrap_or_default();
        Ok(Self(Rc::new(Inner::with_ids(
            account_id,
            key_id,
            signer,
            SystemClock,
        ))))
    }

    /// Signs a new token; resolves to it. The option `ttlSeconds` is its lifetime.
    #[wasm_bindgen(js_name = mintToken)]
    pub fn mint_token(&self, options: JsValue) -> Promise {
        let account = Rc::clone(&self.0);
        promise(async move {
            mint(&account, &options)
                .await
                .map_err(|error| error::to_js(&error))
        })
    }

    /// A token that is valid for a while, signed only when there is none in the cache; with `renew`, a new one. The skew
    /// is by how many milliseconds the server's clock is ahead: when a token was refused, none is known if none is given.
    pub fn bearer(&self, renew: bool, skew: Option<f64>) -> Promise {
        let account = Rc::clone(&self.0);
        if renew || skew.is_some() {
            account.set_clock_skew(skew.unwrap_or(0.0) as EpochMillis);
        }
        promise(async move {
            let bearer = account
                .bearer(renew)
                .await
                .map_err(|error| error::to_js(&error))?;
            Ok(bearer.expose().into())
        })
    }
}

async fn read(credentials: &JsValue, options: &JsValue) -> Result<JsValue, SmsHistoryError> {
    let mut account_id = None;
    for (name, value) in options::entries(options, "options")? {
        match name.as_str() {
            "accountId" => account_id = Some(options::whole_number(&name, &value, 1, MAX_SAFE)?),
            other => return Err(options::unknown("options", other, &["accountId"])),
        }
    }
    let mut got = options::type_name(credentials);
    let json = match credentials.as_string() {
        None if got == options::AN_OBJECT => {
            // A bigint in it, or a circle.
            got = "an object that can't be written as JSON";
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
    let account = Inner::from_credentials(&json, account_id).await?;
    Ok(JsServiceAccount(Rc::new(account)).into())
}

async fn mint(account: &Inner, options: &JsValue) -> Result<JsValue, SmsHistoryError> {
    let mut lifetime = Inner::DEFAULT_LIFETIME;
    for (name, value) in options::entries(options, "options")? {
        match name.as_str() {
            "ttlSeconds" => {
                lifetime = Duration::from_secs(options::whole_number(&name, &value, 1, 3600)?)
            }
            other => return Err(options::unknown("options", other, &["ttlSeconds"])),
        }
    }
    Ok(account.mint(lifetime).await?.expose().into())
}
