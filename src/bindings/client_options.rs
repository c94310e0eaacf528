//! A client's options -> a client.

use std::time::Duration;

use js_sys::Function;
use wasm_bindgen::JsValue;

use super::{client::JsClient, event, options};
use crate::{
    ClientOptions, SmsHistoryClient,
    base_url::BaseUrl,
    client::rate_limiter::RateLimiter,
    client::retry::RetryPolicy,
    clock::{EpochMillis, SystemClock},
    error::{ErrorKind, SmsHistoryError},
    history::{HistoryOptions, MAX_CONCURRENCY},
    http::FetchTransport,
    limits::{DAY, MAX_ATTEMPTS},
    token::{BearerToken, CachedTokenSource, CallbackToken, StaticToken, TokenSource},
};

/// Where a JavaScript client's tokens come from.
pub(super) enum Tokens {
    Fixed(StaticToken),
    Callback(CachedTokenSource<CallbackToken, SystemClock>),
}

impl TokenSource for Tokens {
    async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
        match self {
            Self::Fixed(token) => token.bearer(renew).await,
            Self::Callback(token) => token.bearer(renew).await,
        }
    }

    fn can_renew(&self) -> bool {
        matches!(self, Self::Callback(_))
    }

    fn cached_token(&self) -> Option<BearerToken> {
        match self {
            Self::Fixed(_) => None,
            Self::Callback(token) => token.cached_token(),
        }
    }

    fn set_clock_skew(&self, skew: EpochMillis) {
        if let Self::Callback(token) = self {
            token.set_clock_skew(skew);
        }
    }
}

const KNOWN: [&str; 9] = [
    "token",
    "baseUrl",
    "allowHttp",
    "fetch",
    "timeoutMs",
    "attemptTimeoutMs",
    "retry",
    "concurrency",
    "onEvent",
];

pub(super) fn client(given: &JsValue, limiter: RateLimiter) -> Result<JsClient, SmsHistoryError> {
    let mut tokens = None;
    let mut base_url = None;
    let mut allow_http = false;
    let mut fetch: Option<Function> = None;
    let mut concurrency = HistoryOptions::default().concurrency;
    let mut client = ClientOptions {
        limiter,
        ..ClientOptions::default()
    };
    for (name, value) in options::entries(given, "options")? {
        match name.as_str() {
            "token" => tokens = Some(token_source(value)?),
            "baseUrl" => base_url = Some(options::string(&name, &value)?),
            "allowHttp" => allow_http = options::boolean(&name, &value)?,
            "fetch" => fetch = Some(options::function(&name, value)?),
            "timeoutMs" => client.timeout = options::time(&name, &value)?,
            "attemptTimeoutMs" => client.attempt_timeout = options::time(&name, &value)?,
            "retry" => client.retry = retry(&value)?,
            "concurrency" => concurrency = concurrency_of(&value)?,
            "onEvent" => client.observer = Some(event::observer(options::function(&name, value)?)),
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
    Ok(JsClient::new_with(
        SmsHistoryClient::with_options(base_url, transport, tokens, SystemClock, client),
        concurrency,
    ))
}

/// The option `concurrency`, of a client and of a call.
pub(super) fn concurrency_of(value: &JsValue) -> Result<usize, SmsHistoryError> {
    Ok(options::whole_number("concurrency", value, 1, MAX_CONCURRENCY as u64)? as usize)
}

fn retry(given: &JsValue) -> Result<RetryPolicy, SmsHistoryError> {
    const KNOWN: [&str; 3] = ["maxAttempts", "baseDelayMs", "maxDelayMs"];
    if given == &JsValue::FALSE {
        return Ok(RetryPolicy::NONE);
    }
    let default = RetryPolicy::default();
    let mut attempts = default.max_attempts();
    let (mut base, mut longest) = (default.base_delay(), default.max_delay());
    for (name, value) in options::entries(given, "retry")? {
        match name.as_str() {
            "maxAttempts" => {
                attempts =
                    options::whole_number("retry.maxAttempts", &value, 1, MAX_ATTEMPTS.into())?
                        as u32
            }
            "baseDelayMs" => {
                base = delay("retry.baseDelayMs", &value)?;
            }
            "maxDelayMs" => longest = delay("retry.maxDelayMs", &value)?,
            other => return Err(options::unknown("retry", other, &KNOWN)),
        }
    }
    RetryPolicy::new(attempts, base, longest)
}

fn delay(name: &str, value: &JsValue) -> Result<Duration, SmsHistoryError> {
    let millis = options::whole_number(name, value, 0, DAY.as_millis() as u64)?;
    Ok(Duration::from_millis(millis))
}

fn token_source(value: JsValue) -> Result<Tokens, SmsHistoryError> {
    if let Some(token) = value.as_string() {
        return Ok(Tokens::Fixed(StaticToken::new(BearerToken::new(token)?)));
    }
    if !value.is_function() {
        return Err(options::wrong_type(
            "token",
            "a string, a function that gives one, or a ServiceAccount",
            &value,
        ));
    }
    let callback = CallbackToken::new(options::function("token", value)?);
    Ok(Tokens::Callback(CachedTokenSource::new(
        callback,
        SystemClock,
    )))
}
