//! The client as JavaScript has it.

use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::future_to_promise;

use super::{abort::Signal, error, file, options, page, query};
use crate::{
    SmsHistoryClient,
    base_url::BaseUrl,
    clock::SystemClock,
    error::{ErrorKind, SmsHistoryError},
    token::{Bearer, Cached, CallbackToken, FixedToken, TokenSource},
    transport::FetchTransport,
};

/// Where a JavaScript client's tokens come from.
enum Tokens {
    Fixed(FixedToken),
    Callback(Cached<CallbackToken, SystemClock>),
}

impl TokenSource for Tokens {
    async fn bearer(&self, renew: bool) -> Result<Bearer, SmsHistoryError> {
        match self {
            Self::Fixed(token) => token.bearer(renew).await,
            Self::Callback(token) => token.bearer(renew).await,
        }
    }
}

type Inner = SmsHistoryClient<FetchTransport, Tokens>;

/// The client behind the facade's class of the same name.
#[wasm_bindgen(js_name = SmsHistoryClient)]
pub struct JsClient(Rc<Inner>);

#[wasm_bindgen(js_class = SmsHistoryClient)]
impl JsClient {
    /// A client with the options `token`, `baseUrl`, `allowHttp` and `fetch`.
    ///
    /// # Errors
    /// The parts of an `invalid_options` or `token` error.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<JsClient, JsValue> {
        client(&options)
            .map(|client| Self(Rc::new(client)))
            .map_err(|error| error::to_js(&error))
    }

    /// Reads one page; resolves to its parts.
    #[wasm_bindgen(js_name = getSmsHistory)]
    pub fn get_sms_history(&self, query: JsValue, options: JsValue) -> Promise {
        let client = Rc::clone(&self.0);
        call(options, async move {
            let page = client
                .get_sms_history(&query::from_js(&query).map_err(thrown)?)
                .await
                .map_err(thrown)?;
            page::to_js(&page)
        })
    }

    /// Reads one page as a CSV or XLS file; resolves to its parts.
    pub fn download(&self, query: JsValue, options: JsValue) -> Promise {
        let client = Rc::clone(&self.0);
        call(options, async move {
            let file = client
                .download(&query::from_js(&query).map_err(thrown)?)
                .await
                .map_err(thrown)?;
            file::to_js(&file)
        })
    }
}

/// Runs a call under its options, of which there is one: `signal`.
fn call(
    options: JsValue,
    work: impl Future<Output = Result<JsValue, JsValue>> + 'static,
) -> Promise {
    future_to_promise(async move {
        let mut signal = JsValue::UNDEFINED;
        for (name, value) in options::entries(&options, "options").map_err(thrown)? {
            match name.as_str() {
                "signal" => signal = value,
                other => return Err(thrown(options::unknown("options", other, &["signal"]))),
            }
        }
        Signal::new(signal).map_err(thrown)?.guard(work).await
    })
}

fn client(options: &JsValue) -> Result<Inner, SmsHistoryError> {
    const KNOWN: [&str; 4] = ["token", "baseUrl", "allowHttp", "fetch"];
    let mut tokens = None;
    let mut base_url = None;
    let mut allow_http = false;
    let mut fetch: Option<Function> = None;
    for (name, value) in options::entries(options, "options")? {
        match name.as_str() {
            "token" => tokens = Some(token_source(value)?),
            "baseUrl" => base_url = Some(options::string(&name, &value)?),
            "allowHttp" => allow_http = options::boolean(&name, &value)?,
            "fetch" => fetch = Some(options::function(&name, value)?),
            other => return Err(options::unknown("options", other, &KNOWN)),
        }
    }
    let tokens = tokens.ok_or_else(|| {
        SmsHistoryError::new(
            ErrorKind::InvalidOptions,
            "token: expected a string, or a function that gives one; got nothing",
        )
    })?;
    let base_url = base_url.map_or_else(
        || Ok(BaseUrl::default()),
        |text| BaseUrl::new(&text, allow_http),
    )?;
    let transport = fetch.map_or_else(FetchTransport::new, FetchTransport::with_fetch);
    Ok(SmsHistoryClient::new(base_url, transport, tokens))
}

fn token_source(value: JsValue) -> Result<Tokens, SmsHistoryError> {
    if let Some(token) = value.as_string() {
        return Ok(Tokens::Fixed(FixedToken::new(Bearer::new(token)?)));
    }
    if !value.is_function() {
        return Err(options::wrong_type(
            "token",
            "a string, a function that gives one, or a ServiceAccount",
            &value,
        ));
    }
    let callback = CallbackToken::new(options::function("token", value)?);
    Ok(Tokens::Callback(Cached::new(callback, SystemClock)))
}

fn thrown(error: SmsHistoryError) -> JsValue {
    error::to_js(&error)
}
