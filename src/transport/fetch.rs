//! The runtime's `fetch`. Nothing else in the crate touches it.

use futures_util::FutureExt;
use js_sys::{Array, ArrayBuffer, Function, Promise, Reflect, Uint8Array};
use voximplant_sms_history_rows::room::zeros;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, Response};

use super::{Reply, Transport};
use crate::{
    error::{ErrorKind, SmsHistoryError},
    js_cause::JsCause,
    object::Parts,
    request::{BodyReader, METHOD, Request},
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
    async fn send(&self, request: &Request) -> Result<Reply, SmsHistoryError> {
        let fetch = self.function()?;
        let flight = Flight::start()?;
        let init = init(request, &flight.controller);
        let (work, arrived) = exchange(
            fetch,
            request.url().into(),
            init,
            request.body_reader(),
            flight,
        )
        .remote_handle();
        spawn_local(work);
        // Copied when it is asked for: bodies that wait for their turn stay where `fetch` put them, and the
        // WebAssembly's memory, which never shrinks, has to hold one at a time.
        let (head, body) = arrived.await?;
        Ok(Reply {
            body: copied(&body),
            ..head
        })
    }
}

/// A reply without its body.
fn head(response: &Response) -> Reply {
    let headers = response.headers();
    let get = |name| headers.get(name).ok().flatten();
    Reply {
        status: response.status(),
        content_type: get("content-type"),
        content_disposition: get("content-disposition"),
        retry_after: get("retry-after"),
        date: get("date"),
        body: Vec::new(),
    }
}

async fn exchange(
    fetch: Function,
    url: JsValue,
    init: JsValue,
    reader: Option<BodyReader>,
    mut flight: Flight,
) -> Result<(Reply, Uint8Array), SmsHistoryError> {
    // Called without a receiver: some runtimes refuse a `fetch` that is bound to anything but the global object.
    // `Promise::resolve` takes whatever comes back, so that a thrown value, a rejection with a non-Error and a value
    // that is no promise all arrive here instead of inside a library.
    let returned = fetch
        .call2(&JsValue::UNDEFINED, &url, &init)
        .map_err(failed)?;
    let answer = JsFuture::from(Promise::resolve(&returned))
        .await
        .map_err(failed)?;
    let head = head(&response(&answer)?);
    let body = match reader.and_then(|read| read(&head, &answer)) {
        Some(buffer) => buffer,
        None => array_buffer(&answer)?,
    };
    let body = bytes(body).await?;
    flight.landed = true;
    Ok((head, body))
}

/// A request under way. Dropped before it has landed, it is stopped: this is how aborts and timeouts reach `fetch`.
struct Flight {
    controller: AbortController,
    landed: bool,
}

impl Flight {
    fn start() -> Result<Self, SmsHistoryError> {
        let controller = AbortController::new().map_err(failed)?;
        Ok(Self {
            controller,
            landed: false,
        })
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if !self.landed {
            // By a call whose failure is a value: Workers refuse to stop what another request began.
            let abort = Reflect::get(&self.controller, &"abort".into());
            let _ = abort.map(|abort| abort.unchecked_into::<Function>().call0(&self.controller));
        }
    }
}

/// Only what every runtime takes: Workers refuse `cache`, `mode`, `credentials` and `redirect: "error"`.
fn init(request: &Request, controller: &AbortController) -> JsValue {
    let authorization = format!("Bearer {}", request.bearer().expose());
    Parts::new()
        .with("method", METHOD)
        .with("headers", Parts::new().with("Authorization", authorization))
        .with("redirect", "manual")
        .with("signal", controller.signal())
        .into()
}

/// The answer as a response, when it has what a response has. Polyfills and test doubles are no instances of the
/// global `Response`, so the shape decides.
fn response(answer: &JsValue) -> Result<Response, SmsHistoryError> {
    let get = |object: &JsValue, name: &str| {
        Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
    };
    let is_response = answer.is_object()
        && get(answer, "status").as_f64().is_some()
        && get(answer, "arrayBuffer").is_function()
        && get(answer, "headers").is_object()
        && get(&get(answer, "headers"), "get").is_function();
    if is_response {
        Ok(answer.clone().unchecked_into())
    } else {
        let got = answer.js_typeof().as_string().unwrap_or_default();
        Err(SmsHistoryError::new(
            ErrorKind::InvalidOptions,
            format!(
                "the option `fetch` gave {got} instead of a Response (status, headers.get, arrayBuffer)"
            ),
        ))
    }
}

fn array_buffer(answer: &JsValue) -> Result<Promise, SmsHistoryError> {
    let array_buffer: Function = Reflect::get(answer, &"arrayBuffer".into())
        .map_err(failed)?
        .unchecked_into();
    let promise = array_buffer.call0(answer).map_err(failed)?;
    Ok(Promise::resolve(&promise))
}

async fn bytes(buffer: Promise) -> Result<Uint8Array, SmsHistoryError> {
    let buffer = JsFuture::from(buffer).await.map_err(failed)?;
    match buffer.dyn_into::<ArrayBuffer>() {
        Ok(buffer) => Ok(Uint8Array::new(&buffer)),
        Err(_) => Err(SmsHistoryError::new(
            ErrorKind::InvalidOptions,
            "the option `fetch` gave a Response whose arrayBuffer() brings no ArrayBuffer",
        )),
    }
}

fn copied(bytes: &Uint8Array) -> Vec<u8> {
    let length = bytes.length() as usize;
    let mut body = zeros(length);
    bytes.copy_to(&mut body);
    body
}

/// A network error. Of what was thrown only names and codes are told: some runtimes put the URL into the message, and
/// the URL holds phone numbers.
fn failed(thrown: JsValue) -> SmsHistoryError {
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
    .with_source(JsCause(thrown))
}

/// Whether a word is the name of an error or an error code, such as `TypeError` or `ECONNREFUSED`.
fn is_name(word: &str) -> bool {
    (1..=40).contains(&word.len())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}
