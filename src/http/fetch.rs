//! The runtime's `fetch`. Nothing else in the crate touches it.

use futures_util::FutureExt;
use js_sys::{Array, Function, Number, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

use super::{HttpResponse, PooledBuffer, Transport};
use crate::{
    error::{ErrorKind, SmsHistoryError},
    http::{BodyReader, HttpRequest, METHOD},
    js_error::JsErrorSource,
    object::Parts,
};

/// Sends requests through `fetch`: the caller's, or the runtime's global one, looked up at each request.
#[derive(Clone, Debug, Default)]
pub struct FetchTransport {
    fetch: Option<Function>,
}

impl FetchTransport {
    /// Uses the runtime's global `fetch`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Uses a function with the signature of `fetch`. It is called with a URL string and a plain init object.
    pub fn with_fetch(fetch: Function) -> Self {
        Self { fetch: Some(fetch) }
    }

    fn function(&self) -> Result<Function, SmsHistoryError> {
        if let Some(fetch) = &self.fetch {
            return Ok(fetch.clone());
        }
        Reflect::get(&js_sys::global(), &"fetch".into())
            .ok()
            .and_then(|fetch| fetch.dyn_into().ok())
            .ok_or_else(|| {
                SmsHistoryError::new(
                    ErrorKind::InvalidOptions,
                    "this runtime has no global `fetch`; give one as the option `fetch`",
                )
            })
    }
}

impl Transport for FetchTransport {
    /// The reply is read as it arrives, also while nobody asks for this future: pages that are read ahead would otherwise
    /// stand still between the caller's steps.
    async fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SmsHistoryError> {
        let fetch = self.function()?;
        let in_flight = AbortOnDrop::new()?;
        let init = init(request, &in_flight.controller);
        let (work, arrived) = fetch_response(
            fetch,
            request.url().into(),
            init,
            request.body_reader.clone(),
            in_flight,
        )
        .remote_handle();
        spawn_local(work);
        // Copied when it is read: the WebAssembly's memory, which never shrinks, has to hold one body at a time.
        let (head, body) = arrived.await?;
        Ok(HttpResponse {
            body: copy_to_pooled_buffer(&body),
            ..head
        })
    }
}

/// A reply without its body. What stands in for a `Response` may give anything: it is asked, and not believed.
fn head(answer: &JsValue, status: u16) -> HttpResponse {
    let headers = get(answer, "headers");
    let header = |name: &str| {
        let ask: Function = get(&headers, "get").dyn_into().ok()?;
        let value = ask.call1(&headers, &name.into()).ok()?;
        let digits = || Some(String::from(Number::from(value.as_f64()?).to_js_string()));
        value.as_string().or_else(digits)
    };
    HttpResponse {
        status,
        content_type: header("content-type"),
        content_disposition: header("content-disposition"),
        retry_after: header("retry-after"),
        date: header("date"),
        body: PooledBuffer::default(),
    }
}

/// A property; `undefined` where there is none, and where it can't be read.
fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

async fn fetch_response(
    fetch: Function,
    url: JsValue,
    init: JsValue,
    reader: Option<BodyReader>,
    mut in_flight: AbortOnDrop,
) -> Result<(HttpResponse, Uint8Array), SmsHistoryError> {
    // Called without a receiver: some runtimes refuse a `fetch` that is bound to anything but the global object.
    // `Promise::resolve` takes whatever comes back, so that a thrown value, a rejection with a non-Error and a value
    // that is no promise all arrive here instead of inside a library.
    let returned = fetch
        .call2(&JsValue::UNDEFINED, &url, &init)
        .map_err(network_error)?;
    let answer = JsFuture::from(Promise::resolve(&returned))
        .await
        .map_err(network_error)?;
    let head = head(&answer, status_of(&answer)?);
    let body = match reader.and_then(|read| read(&head, &answer)) {
        Some(buffer) => buffer,
        None => array_buffer(&answer)?,
    };
    let body = bytes(body).await?;
    in_flight.completed = true;
    Ok((head, body))
}

/// A request under way. Dropped before it has completed, it is stopped: this is how aborts and timeouts reach `fetch`.
struct AbortOnDrop {
    controller: AbortController,
    completed: bool,
}

impl AbortOnDrop {
    fn new() -> Result<Self, SmsHistoryError> {
        let controller = AbortController::new().map_err(network_error)?;
        Ok(Self {
            controller,
            completed: false,
        })
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if !self.completed {
            // By a call whose failure is a value: Workers refuse to stop what another request began.
            let abort = Reflect::get(&self.controller, &"abort".into());
            let _ = abort.map(|abort| abort.unchecked_into::<Function>().call0(&self.controller));
        }
    }
}

/// Only what every runtime takes: Workers refuse `cache`, `mode`, `credentials` and `redirect: "error"`.
fn init(request: &HttpRequest, controller: &AbortController) -> JsValue {
    let authorization = format!("Bearer {}", request.bearer().expose());
    Parts::new()
        .with("method", METHOD)
        .with("headers", Parts::new().with("Authorization", authorization))
        .with("redirect", "manual")
        .with("signal", controller.signal())
        .into()
}

/// The status of an answer that has what a response has. Polyfills and test doubles are no instances of the global
/// `Response`, so the shape decides.
fn status_of(answer: &JsValue) -> Result<u16, SmsHistoryError> {
    let status = get(answer, "status").as_f64();
    let status = status.filter(|status| status.fract() == 0.0 && (0.0..1000.0).contains(status));
    let is_response = answer.is_object()
        && get(answer, "arrayBuffer").is_function()
        && get(&get(answer, "headers"), "get").is_function();
    match status {
        Some(status) if is_response => Ok(status as u16),
        _ => Err(SmsHistoryError::new(
            ErrorKind::InvalidOptions,
            format!(
                "the option `fetch` gave {} instead of a Response (status, headers.get, arrayBuffer)",
                answer.js_typeof().as_string().unwrap_or_default()
            ),
        )),
    }
}

fn array_buffer(answer: &JsValue) -> Result<Promise, SmsHistoryError> {
    let array_buffer: Function = Reflect::get(answer, &"arrayBuffer".into())
        .map_err(network_error)?
        .unchecked_into();
    let promise = array_buffer.call0(answer).map_err(network_error)?;
    Ok(Promise::resolve(&promise))
}

/// The bytes of a buffer, which may be another realm's.
async fn bytes(buffer: Promise) -> Result<Uint8Array, SmsHistoryError> {
    let buffer = JsFuture::from(buffer).await.map_err(network_error)?;
    let class = get(&js_sys::global(), "Uint8Array");
    let bytes = Reflect::construct(class.unchecked_ref::<Function>(), &Array::of1(&buffer))
        .map(JsCast::unchecked_into::<Uint8Array>);
    let length = get(&buffer, "byteLength").as_f64();
    match bytes {
        Ok(bytes) if Some(f64::from(bytes.length())) == length => Ok(bytes),
        _ => Err(SmsHistoryError::new(
            ErrorKind::InvalidOptions,
            "the option `fetch` gave a Response whose arrayBuffer() brings no ArrayBuffer",
        )),
    }
}

pub(crate) fn copy_to_pooled_buffer(bytes: &Uint8Array) -> PooledBuffer {
    let mut body = PooledBuffer::with_length(bytes.length() as usize);
    bytes.copy_to(&mut body);
    body
}

/// A network error. Of what was thrown only names and codes are told: some runtimes put the URL into the message, and
/// the URL holds phone numbers.
fn network_error(thrown: JsValue) -> SmsHistoryError {
    let words: Array = Array::new();
    let cause = Reflect::get(&thrown, &"cause".into()).unwrap_or(JsValue::UNDEFINED);
    for (object, name) in [(&thrown, "name"), (&thrown, "code"), (&cause, "code")] {
        let word = Reflect::get(object, &name.into())
            .ok()
            .and_then(|word| word.as_string());
        if let Some(word) = word.filter(|word| is_name(word)) {
            words.push(&word.into());
        }
    }
    let words = if words.length() == 0 {
        String::new()
    } else {
        format!(" ({})", String::from(words.join(", ")))
    };
    SmsHistoryError::new(
        ErrorKind::Network,
        format!("the request failed before its reply was complete{words}"),
    )
    .with_source(JsErrorSource(thrown))
}

/// Whether a word is the name of an error or an error code, such as `TypeError` or `ECONNREFUSED`.
fn is_name(word: &str) -> bool {
    (1..=40).contains(&word.len())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}
