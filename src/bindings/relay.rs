//! The relay's class.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::Request;

use super::{
    client::JsClient,
    convert::{into_promise, to_js_error},
    options::{ArgumentSpec, OPTIONS, Options},
    query::to_value,
    token::JsTokenSource,
};
use crate::{
    clock::{EpochMillis, SystemClock},
    error::{ErrorKind, SmsHistoryError},
    http::FetchTransport,
    js_error::{describe, get_property, is_array},
    limits::MAX_COUNT,
    query::instant,
    relay::{Decision, Relay, RelayAllow, RelayOptions},
};

/// The options that `pkg/lib` passes to the relay's client.
const CLIENT_OPTIONS: [&str; 7] = [
    "account",
    "baseUrl",
    "allowHttp",
    "fetch",
    "limiter",
    "attemptTimeoutMs",
    "onEvent",
];

const ALLOW: ArgumentSpec = ArgumentSpec {
    name: "allow",
    expected: "an object such as { maxCount: 100 }",
    noun: "option",
    prefix: "allow.",
    kind: ErrorKind::InvalidOptions,
};

/// The relay behind the function `createRelay` of `pkg/lib`.
#[wasm_bindgen(js_name = Relay)]
pub struct JsRelay {
    relay: Relay<FetchTransport, JsTokenSource, SystemClock>,
    authorize: Function,
}

#[wasm_bindgen(js_class = Relay)]
impl JsRelay {
    /// Creates a relay that sends with a client, from the options `authorize`, `allow` and `origins`.
    ///
    /// # Errors
    /// The fields of an `invalid_options` error.
    #[wasm_bindgen(constructor)]
    pub fn new(client: &JsClient, options: JsValue) -> Result<JsRelay, JsValue> {
        create(client, &options).map_err(to_js_error)
    }

    /// Responds to a `Request`. The promise resolves to a `Response`.
    pub fn respond(&self, request: JsValue) -> Promise {
        let (relay, authorize) = (self.relay.clone(), self.authorize.clone());
        into_promise(async move {
            let decide = async |request: &Request| decide(&authorize, request).await;
            let response = relay.respond(request.unchecked_ref(), decide).await?;
            Ok(response.into())
        })
    }
}

fn create(client: &JsClient, options: &JsValue) -> Result<JsRelay, SmsHistoryError> {
    let mut options = Options::read(options, &OPTIONS)?;
    // `pkg/lib` checks the account and the function, and passes the others to the client.
    let authorize = options.field("authorize").unchecked_into();
    let allow = options.field("allow");
    let origins = texts(&mut options, "origins")?.unwrap_or_default();
    for name in CLIENT_OPTIONS {
        options.field(name);
    }
    options.finish()?;
    let allow = read_allow(&allow)?;
    let relay = Relay::new(client.inner(), RelayOptions { allow, origins })?;
    Ok(JsRelay { relay, authorize })
}

/// Calls the option `authorize`. Anything that is no decision refuses the request.
async fn decide(authorize: &Function, request: &Request) -> Decision {
    const THREW: Decision = Decision::Fail("authorize: expected a decision, got an exception");
    let Ok(returned) = authorize.call1(&JsValue::UNDEFINED, request) else {
        return THREW;
    };
    let Ok(decision) = JsFuture::from(Promise::resolve(&returned)).await else {
        return THREW;
    };
    if let Some(is_allowed) = decision.as_bool() {
        return if is_allowed {
            Decision::Allow
        } else {
            Decision::Refuse
        };
    }
    // A response of any realm.
    if get_property(&decision, "headers").is_object()
        && get_property(&decision, "status").as_f64().is_some()
    {
        return Decision::Respond(decision.unchecked_into());
    }
    let allow = get_property(&decision, "allow");
    if !allow.is_object() {
        return Decision::Fail(match decision.is_undefined() {
            true => "authorize: expected a decision, got nothing",
            false => {
                "authorize: expected true, false, a response or an object with allow, got another value"
            }
        });
    }
    match read_allow(&allow) {
        Ok(allow) => Decision::AllowOnly(allow),
        Err(_) => Decision::Fail("authorize: expected valid limits in allow, got others"),
    }
}

/// Reads limits. Nothing limits nothing.
fn read_allow(allow: &JsValue) -> Result<RelayAllow, SmsHistoryError> {
    let mut options = Options::read(allow, &ALLOW)?;
    let mut allow = RelayAllow::new();
    if let Some(numbers) = texts(&mut options, "numbers")? {
        allow = allow.with_numbers(numbers)?;
    }
    if let Some(from) = time(&mut options, "fromDate")? {
        allow = allow.with_from_date(from);
    }
    if let Some(to) = time(&mut options, "toDate")? {
        allow = allow.with_to_date(to);
    }
    if let Some(days) = integer(&mut options, "maxSpanDays", 36_525)? {
        allow = allow.with_max_span_days(days)?;
    }
    if let Some(count) = integer(&mut options, "maxCount", MAX_COUNT)? {
        allow = allow.with_max_count(count)?;
    }
    options.finish()?;
    Ok(allow)
}

fn time(options: &mut Options, name: &'static str) -> Result<Option<EpochMillis>, SmsHistoryError> {
    let date = options.field(name);
    if date.is_undefined() {
        return Ok(None);
    }
    let at = instant(&to_value(&date));
    at.map(Some)
        .map_err(|problem| options.invalid(format!("allow.{name}: {problem}")))
}

fn integer(
    options: &mut Options,
    name: &'static str,
    max: u32,
) -> Result<Option<u32>, SmsHistoryError> {
    let value = options.field(name);
    if value.is_undefined() {
        return Ok(None);
    }
    let number = value
        .as_f64()
        .filter(|n| n.fract() == 0.0 && (1.0..=f64::from(max)).contains(n));
    let got = describe(&value);
    let problem = format!("allow.{name}: expected an integer from 1 to {max}, got {got}");
    number
        .map(|number| Some(number as u32))
        .ok_or_else(|| options.invalid(problem))
}

/// Reads an option that is an array of strings.
fn texts(
    options: &mut Options,
    name: &'static str,
) -> Result<Option<Vec<String>>, SmsHistoryError> {
    let value = options.field(name);
    if value.is_undefined() {
        return Ok(None);
    }
    let items = is_array(&value).then(|| value.unchecked_ref::<Array>().iter());
    let texts = items.and_then(|items| items.map(|item| item.as_string()).collect());
    let got = describe(&value);
    match texts {
        Some(texts) => Ok(Some(texts)),
        None => Err(options.invalid(format!("{name}: expected an array of strings, got {got}"))),
    }
}
