//! The relay's class.

use std::{pin::pin, rc::Rc};

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

use super::{
    abort::Cancellation,
    client::JsClient,
    convert::{into_promise, to_js_error},
    options::{ArgumentSpec, OPTIONS, Options, Raw},
    query::to_value,
    token::JsTokenSource,
};
use crate::{
    clock::{EpochMillis, SystemClock},
    error::{ErrorKind, SmsHistoryError},
    http::{BodyReader, FetchTransport, HttpRequest},
    js_error::{describe, is_array},
    limits::MAX_COUNT,
    query::instant,
    relay::{Relay, RelayAllow, RelayOptions, RelayRequest, RelayResponse},
};

const ALLOW: ArgumentSpec = ArgumentSpec {
    name: "allow",
    expected: "an object such as { maxCount: 100 }",
    noun: "option",
    prefix: "allow.",
    kind: ErrorKind::InvalidOptions,
};

/// The relay behind the function `createRelay` of `pkg/lib`.
///
/// Its methods take the parts of a request that it checks, see [`Head`]. They return a response as an array: the status, pairs of
/// header names and values, and the body. An error for the server's log follows, if there is one.
#[wasm_bindgen(js_name = Relay)]
pub struct JsRelay(Relay<FetchTransport, JsTokenSource, SystemClock>);

#[wasm_bindgen(js_class = Relay)]
impl JsRelay {
    /// Creates a relay that sends with a client, from the options `allow` and `origins`.
    ///
    /// # Errors
    /// The fields of an `invalid_options` error.
    #[wasm_bindgen(constructor)]
    pub fn new(client: &JsClient, options: JsValue) -> Result<JsRelay, JsValue> {
        create(client, &options).map_err(to_js_error)
    }

    /// Returns the response to a request that is not accepted.
    pub fn check(&self, head: Array) -> Option<Array> {
        self.0.check(&Head::read(&head).parts()).err().map(to_array)
    }

    /// Returns the relay's own error.
    pub fn refuse(&self, head: Array, status: u16, message: String) -> Array {
        to_array(self.0.refuse(&Head::read(&head).parts(), status, &message))
    }

    /// Sends the query of a form to the API. `read_body` reads a response of HTTP 200. It returns a promise of its bytes, or of
    /// `undefined` if it passes them on as a stream. The promise rejects if `signal` fires, and with the fields of an
    /// `invalid_options` error for limits that are invalid.
    pub fn forward(
        &self,
        head: Array,
        form: String,
        allow: JsValue,
        read_body: Function,
        signal: JsValue,
    ) -> Promise {
        let relay = self.0.clone();
        into_promise(async move {
            let head = Head::read(&head);
            let allow = read_allow(&allow).map_err(to_js_error)?;
            let reader: BodyReader = Rc::new(move |head, response| {
                if head.status != 200 {
                    return None;
                }
                let body = read_body.call1(&JsValue::UNDEFINED, response).ok()?;
                Some(Promise::resolve(&body))
            });
            let prepare = |request: HttpRequest| request.with_body_reader(Rc::clone(&reader));
            let parts = head.parts();
            let work = async {
                let response = relay.forward_with(&parts, &form, Some(&allow), &prepare);
                Ok(to_array(response.await).into())
            };
            let cancellation = Cancellation::try_from(Raw(signal)).unwrap_or_default();
            cancellation.race(pin!(work)).await
        })
    }
}

/// The parts of a request that are checked: method, URL, `Content-Type`, `Origin` and `Sec-Fetch-Site`. A request may be of
/// another realm or a polyfill, so each of them may be anything.
struct Head([Option<String>; 5]);

impl Head {
    fn read(head: &Array) -> Self {
        Self([0, 1, 2, 3, 4].map(|at| head.get(at).as_string()))
    }

    fn parts(&self) -> RelayRequest<'_> {
        let [method, url, content_type, origin, fetch_site] =
            self.0.each_ref().map(Option::as_deref);
        RelayRequest {
            method: method.unwrap_or_default(),
            url: url.unwrap_or_default(),
            content_type,
            origin,
            fetch_site,
        }
    }
}

fn to_array(response: RelayResponse) -> Array {
    let pair = |(name, value): &(&'static str, String)| Array::of2(&(*name).into(), &value.into());
    let headers: Array = response.headers.iter().map(pair).collect();
    let body = Uint8Array::from(response.body.as_slice());
    let failure = response.failure.map_or(JsValue::UNDEFINED, to_js_error);
    Array::of4(&response.status.into(), &headers, &body, &failure)
}

fn create(client: &JsClient, options: &JsValue) -> Result<JsRelay, SmsHistoryError> {
    let mut options = Options::read(options, &OPTIONS)?;
    let allow = options.field("allow");
    let origins = texts(&mut options, "", "origins")?.unwrap_or_default();
    options.finish()?;
    let allow = read_allow(&allow)?;
    let relay = Relay::new(client.inner(), RelayOptions { allow, origins })?;
    Ok(JsRelay(relay))
}

/// Reads limits. Without `allow`, nothing is limited. A limit that is `undefined` or `null` is invalid, unlike other options: a
/// field that a user's record lacks must not allow everything.
fn read_allow(allow: &JsValue) -> Result<RelayAllow, SmsHistoryError> {
    let mut options = Options::read_all(allow, &ALLOW)?;
    let mut allow = RelayAllow::new();
    if let Some(numbers) = texts(&mut options, "allow.", "numbers")? {
        allow = allow.with_numbers(numbers)?;
    }
    let (from, to) = (
        time(&mut options, "fromDate")?,
        time(&mut options, "toDate")?,
    );
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err(options
            .invalid("allow.fromDate: expected a time before toDate, got a later one".into()));
    }
    if let Some(from) = from {
        allow = allow.with_from_date(from);
    }
    if let Some(to) = to {
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
    let Some(date) = options.remove(name) else {
        return Ok(None);
    };
    let at = instant(&to_value(&date));
    at.map(Some)
        .map_err(|problem| options.invalid(format!("allow.{name}: {problem}")))
}

fn integer(
    options: &mut Options,
    name: &'static str,
    max: u32,
) -> Result<Option<u32>, SmsHistoryError> {
    let Some(value) = options.remove(name) else {
        return Ok(None);
    };
    let number = value
        .as_f64()
        .filter(|n| n.fract() == 0.0 && (1.0..=f64::from(max)).contains(n));
    let got = describe(&value);
    let problem = format!("allow.{name}: expected an integer from 1 to {max}, got {got}");
    number
        .map(|number| Some(number as u32))
        .ok_or_else(|| options.invalid(problem))
}

/// Reads an option that is an array of strings. Errors name it with its prefix.
fn texts(
    options: &mut Options,
    prefix: &str,
    name: &'static str,
) -> Result<Option<Vec<String>>, SmsHistoryError> {
    let Some(value) = options.remove(name) else {
        return Ok(None);
    };
    if !is_array(&value) {
        let got = describe(&value);
        return Err(options.invalid(format!(
            "{prefix}{name}: expected an array of strings, got {got}"
        )));
    }
    let items = value.unchecked_ref::<Array>().iter().enumerate();
    let texts = items.map(|(index, item)| {
        item.as_string().ok_or_else(|| {
            let got = describe(&item);
            options.invalid(format!(
                "{prefix}{name}[{index}]: expected a string, got {got}"
            ))
        })
    });
    texts.collect::<Result<_, _>>().map(Some)
}
