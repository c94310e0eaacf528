//! Conversions from Rust to JavaScript: promises, errors, events, progress, spans and files.
//!
//! Pages and summaries have their own paths: see `page.rs` and `summary.rs`.

use std::{error::Error, pin::Pin, rc::Rc, time::Duration};

use js_sys::{Array, Function, Promise, Uint8Array};
use serde::{Serialize, Serializer};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::{
    client::events::{Event, Observer},
    error::{ErrorKind, SmsHistoryError},
    history::{HistorySpan, Progress},
    http::BodyReader,
    js_error::JsErrorSource,
    response::{SmsHistoryFile, file_from_headers},
    task,
};

/// The outcome of a call.
pub(super) type JsResult = Result<JsValue, JsValue>;

/// The future of a call. It is boxed: otherwise its callers would be compiled once for every call.
pub(super) type BoxedCall = Pin<Box<dyn Future<Output = JsResult>>>;

/// Runs a call as a promise.
pub(super) fn into_promise(call: impl Future<Output = JsResult> + 'static) -> Promise {
    let call: BoxedCall = Box::pin(call);
    let mut functions = None;
    let promise = Promise::new(&mut |resolve, reject| functions = Some((resolve, reject)));
    task::spawn(async move {
        let result = call.await;
        // A promise calls its executor at once, and its functions do not throw.
        if let Some((resolve, reject)) = functions {
            let _ = match result {
                Ok(value) => resolve.call(&JsValue::UNDEFINED, (&value,)),
                Err(reason) => reject.call(&JsValue::UNDEFINED, (&reason,)),
            };
        }
    });
    promise
}

/// Calls a function of the caller and ignores what it throws, or rejects with.
pub(super) fn call_ignoring_errors(function: &Function, argument: &JsValue) {
    let returned = function.call1(&JsValue::UNDEFINED, argument);
    // A promise of any realm, or a callable one of Workers' RPC. Node ends at a rejection that nobody handles, and other
    // runtimes report it.
    if let Ok(returned) = returned
        && (returned.is_object() || returned.is_function())
    {
        let promise = Promise::resolve(&returned);
        task::spawn(async move { drop(JsFuture::from(promise).await) });
    }
}

/// Converts a value into plain objects, in which `None` is `undefined`.
///
/// # Errors
/// An `Error` for an integer above 2^53 - 1.
pub(super) fn to_js(value: &impl Serialize) -> JsResult {
    Ok(serde_wasm_bindgen::to_value(value)?)
}

/// Converts an error into the fields from which `pkg/lib` creates an `SmsHistoryError`. `cause` is the original exception.
pub(super) fn to_js_error(error: SmsHistoryError) -> JsValue {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Fields<'a> {
        kind: &'static str,
        message: &'a str,
        code: Option<f64>,
        http_status: Option<u16>,
        retryable: bool,
        retry_after_ms: Option<f64>,
        stale_cursor: Option<bool>,
        #[serde(with = "serde_wasm_bindgen::preserve")]
        cause: JsValue,
    }
    let cause = error.source().and_then(|source| source.downcast_ref());
    to_js(&Fields {
        kind: error.kind().as_str(),
        message: error.message(),
        code: error.code().map(|code| code as f64),
        http_status: error.http_status(),
        retryable: error.is_retryable(),
        retry_after_ms: error.retry_after().map(|wait| wait.as_secs_f64() * 1000.0),
        stale_cursor: error.stale_cursor(),
        cause: cause.map_or(JsValue::UNDEFINED, |JsErrorSource(cause)| cause.clone()),
    })
    .unwrap_or_else(|error| error)
}

/// Creates an observer that calls the option `onEvent`.
pub(super) fn event_observer(function: Function) -> Observer {
    observer(function, |event| {
        EventFields::serialize(event, &serde_wasm_bindgen::Serializer::new())
    })
}

/// Creates an observer that calls the option `onProgress`.
pub(super) fn progress_observer(function: Function) -> Observer<Progress> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Fields {
        call: u64,
        read: u64,
        total: u64,
        rows_per_second: f64,
        remaining_ms: f64,
    }
    observer(function, |progress: &Progress| {
        serde_wasm_bindgen::to_value(&Fields {
            call: progress.call,
            read: progress.read,
            total: progress.total,
            rows_per_second: progress.per_second,
            remaining_ms: progress.remaining.as_millis() as f64,
        })
    })
}

fn observer<E>(
    function: Function,
    convert: fn(&E) -> Result<JsValue, serde_wasm_bindgen::Error>,
) -> Observer<E>
where
    E: 'static,
{
    Observer::new(move |reported| {
        if let Ok(reported) = convert(reported) {
            call_ignoring_errors(&function, &reported);
        }
    })
}

/// The JavaScript form of an [`Event`]. A field whose value is unknown is absent.
#[derive(Serialize)]
#[serde(
    remote = "Event",
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
enum EventFields {
    Request {
        call: u64,
        attempt: u32,
    },
    Response {
        call: u64,
        attempt: u32,
        #[serde(rename = "httpStatus")]
        status: u16,
        #[serde(skip_serializing_if = "Option::is_none")]
        bytes: Option<usize>,
        #[serde(rename = "durationMs", serialize_with = "millis")]
        duration: Duration,
    },
    Retry {
        call: u64,
        attempt: u32,
        #[serde(rename = "delayMs", serialize_with = "millis")]
        delay: Duration,
        #[serde(serialize_with = "kind_name")]
        kind: ErrorKind,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<i64>,
        #[serde(rename = "httpStatus", skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
    },
    TokenRenewed {
        call: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<i64>,
        #[serde(rename = "httpStatus", skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        #[serde(skip_serializing_if = "Option::is_none")]
        clock_skew_ms: Option<i64>,
    },
    Page {
        call: u64,
        rows: usize,
        read: u64,
        total: u64,
    },
}

fn kind_name<S: Serializer>(kind: &ErrorKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.as_str())
}

fn millis<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_millis() as f64)
}

/// Converts spans into triples: the first and the last second as times in milliseconds, and the number of messages.
pub(super) fn spans_to_js(spans: &[HistorySpan]) -> JsValue {
    let triples = Array::new();
    for span in spans {
        let [from, to, count] = [span.from as f64, span.to as f64, span.count as f64];
        triples.push(&Array::of3(&from.into(), &to.into(), &count.into()));
    }
    triples.into()
}

/// Converts a file into the fields from which `pkg/lib` creates an `SmsHistoryFile`.
///
/// # Errors
/// As [`to_js`].
pub(super) fn file_to_js(file: &SmsHistoryFile) -> JsResult {
    #[derive(Serialize)]
    struct Fields<'a> {
        name: Option<&'a str>,
        r#type: &'a str,
        #[serde(with = "serde_wasm_bindgen::preserve")]
        bytes: Uint8Array,
    }
    to_js(&Fields {
        name: file.name(),
        r#type: file.content_type(),
        bytes: Uint8Array::from(file.bytes()),
    })
}

/// Creates a body reader that calls a function of `pkg/lib` with each response that may be a file.
pub(super) fn body_reader(read: Function) -> BodyReader {
    Rc::new(move |head, response| {
        let file = file_to_js(&file_from_headers(head)?).ok()?;
        let body = read.call2(&JsValue::UNDEFINED, response, &file).ok()?;
        Some(Promise::resolve(&body))
    })
}
