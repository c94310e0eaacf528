//! The transport over the runtime's `fetch`. Nothing else in the crate calls it.

use futures_util::FutureExt;
use gloo_net::http::Response;
use js_sys::{Function, Number, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, RequestRedirect};

use super::{BodyReader, FORM, HttpRequest, HttpResponse, METHOD, PooledBuffer, Transport};
use crate::{
    abort_on_drop::AbortOnDrop,
    error::{ErrorKind, SmsHistoryError},
    js_error::{JsErrorSource, describe_thrown, get_global, get_property},
    task, text,
};

/// Sends requests through `fetch`: the caller's function, or the runtime's global one.
#[derive(Clone, Debug, Default)]
pub struct FetchTransport {
    fetch: Option<Function>,
}

impl FetchTransport {
    /// Uses the runtime's global `fetch`, which is looked up at each request.
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
        get_global("fetch")
            .dyn_into()
            .map_err(|_| invalid_fetch("a function, got a runtime without a global one"))
    }
}

impl Transport for FetchTransport {
    /// The body is read while it arrives, even if nobody polls this future: a history reads ahead between its caller's
    /// steps.
    async fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SmsHistoryError> {
        let fetch = self.function()?;
        let abort = AbortOnDrop::new()
            .map_err(|_| invalid_fetch("a runtime with AbortController, got another"))?;
        let init = request_init(request, &abort.signal());
        let reader = request.body_reader.clone();
        let url = JsValue::from(request.url());
        let host = request.host().to_owned();
        let (work, response) =
            fetch_response(fetch, url, init, reader, abort, host).remote_handle();
        task::spawn(work);
        // Copied only when it is wanted: WebAssembly memory never shrinks, and has to hold one body at a time.
        let (head, body) = response.await?;
        Ok(HttpResponse {
            body: copy_to_pooled_buffer(&body),
            ..head
        })
    }
}

async fn fetch_response(
    fetch: Function,
    url: JsValue,
    init: RequestInit,
    reader: Option<BodyReader>,
    mut abort: AbortOnDrop,
    host: String,
) -> Result<(HttpResponse, Uint8Array), SmsHistoryError> {
    // Called directly, because gloo-net's request builder cannot call a caller's `fetch`. It also panics when `fetch` rejects
    // with a value that is no Error, and never settles when it throws. There is no receiver, because some runtimes accept none
    // but the global object.
    let no_response = |thrown| {
        if has_lost_receiver(&thrown) {
            return invalid_fetch(
                "a function, got a method without its object; pass (url, init) => object.fetch(url, init)",
            );
        }
        network_error(thrown, &host, false)
    };
    let broken_off = |thrown| network_error(thrown, &host, true);
    let returned = fetch
        .call2(&JsValue::UNDEFINED, &url, &init)
        .map_err(no_response)?;
    let response = JsFuture::from(Promise::resolve(&returned))
        .await
        .map_err(no_response)?;
    let mut head = read_head(&response, &host)?;
    if get_property(&response, "bodyUsed").is_truthy() {
        return Err(invalid_fetch(
            "a response with an unread body, got one that was read; read response.clone()",
        ));
    }
    let body = match reader.and_then(|read| read(&head, &response)) {
        Some(read) => {
            let read = JsFuture::from(read).await.map_err(broken_off)?;
            if read.is_undefined() {
                head.is_streamed = true;
                Uint8Array::default()
            } else {
                read_buffer(read)?
            }
        }
        None => {
            let response: &web_sys::Response = response.unchecked_ref();
            let read = Promise::resolve(&response.array_buffer().map_err(broken_off)?);
            read_buffer(JsFuture::from(read).await.map_err(broken_off)?)?
        }
    };
    abort.completed = true;
    Ok((head, body))
}

/// The init object, with the members that every runtime accepts: Workers reject `cache`, `mode`, `credentials` and
/// `redirect: "error"`.
fn request_init(request: &HttpRequest, signal: &AbortSignal) -> RequestInit {
    let headers = Object::new();
    // Setting a property of a new plain object cannot fail.
    let set = |name: &str, value: &str| drop(Reflect::set(&headers, &name.into(), &value.into()));
    let init = RequestInit::new();
    if let Some(bearer) = request.bearer() {
        set("Authorization", &format!("Bearer {}", bearer.expose()));
    }
    if let Some(body) = request.body() {
        set("Content-Type", FORM);
        init.set_body(&body.into());
    }
    init.set_method(METHOD);
    init.set_headers(&headers);
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(signal));
    init
}

/// Reads a header by its name in lower case.
type HeaderReader = Box<dyn Fn(&str) -> Option<String>>;

/// Reads status and headers through gloo-net.
fn read_head(response: &JsValue, host: &str) -> Result<HttpResponse, SmsHistoryError> {
    let (status, header): (u16, HeaderReader) = match response.dyn_ref::<web_sys::Response>() {
        Some(native) => {
            let response = Response::from(Clone::clone(native));
            let headers = response.headers();
            (response.status(), Box::new(move |name| headers.get(name)))
        }
        None => read_foreign_head(response)?,
    };
    if status == 0 {
        match get_property(response, "type").as_string().as_deref() {
            Some("opaqueredirect") => {}
            Some("opaque") => {
                return Err(invalid_fetch(
                    "a readable Response, got an opaque one; do not set mode to \"no-cors\"",
                ));
            }
            _ => {
                let message = format!(
                    "fetch: expected a response from {host}, got Response.error(), which stands for a network failure"
                );
                return Err(SmsHistoryError::new(ErrorKind::Network, message));
            }
        }
    }
    Ok(HttpResponse {
        status,
        content_type: header("content-type"),
        content_disposition: header("content-disposition"),
        retry_after: header("retry-after"),
        // A response with `Age` comes from a cache, and its `Date` is old.
        date: header("date").filter(|_| header("age").is_none()),
        ..HttpResponse::default()
    })
}

/// Reads status and headers of a response that is no instance of the global `Response`: a polyfill, a test double, or one of
/// another realm.
///
/// Its members may throw or return anything, and gloo-net panics then.
fn read_foreign_head(response: &JsValue) -> Result<(u16, HeaderReader), SmsHistoryError> {
    let status = get_property(response, "status")
        .as_f64()
        .filter(|status| status.fract() == 0.0 && (0.0..1000.0).contains(status));
    let headers = get_property(response, "headers");
    let get = get_property(&headers, "get").dyn_into::<Function>();
    let has_body = get_property(response, "arrayBuffer").is_function();
    let (Some(status), Ok(get), true) = (status, get, has_body) else {
        let got = response.js_typeof().as_string().unwrap_or_default();
        return Err(invalid_fetch(&format!(
            "a Response (status, headers.get, arrayBuffer), got a value of type {got}"
        )));
    };
    let header = move |name: &str| {
        let value = get.call1(&headers, &name.into()).ok()?;
        let number = || Some(Number::from(value.as_f64()?).to_js_string().into());
        let text: Option<String> = value.as_string().or_else(number);
        // A value that is not allowed in a header counts as none: a relay passes values on. Characters above U+00FF begin with a
        // byte above 0xC3.
        let is_allowed = |byte| byte <= 0xc3 && ![b'\0', b'\n', b'\r'].contains(&byte);
        text.filter(|text| text.bytes().all(is_allowed))
    };
    Ok((status as u16, Box::new(header)))
}

/// Returns the bytes of a buffer, which may belong to another realm.
fn read_buffer(buffer: JsValue) -> Result<Uint8Array, SmsHistoryError> {
    let bytes = Bytes::new(&buffer).map(JsCast::unchecked_into::<Uint8Array>);
    let length = get_property(&buffer, "byteLength").as_f64();
    match bytes {
        Ok(bytes) if Some(f64::from(bytes.length())) == length => Ok(bytes),
        _ => Err(invalid_fetch(
            "a Response whose arrayBuffer() returns an ArrayBuffer, got one that returns something else",
        )),
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Uint8Array)]
    type Bytes;

    /// `js_sys::Uint8Array::new` does not catch what the constructor throws.
    #[wasm_bindgen(catch, constructor, js_class = "Uint8Array")]
    fn new(buffer: &JsValue) -> Result<Bytes, JsValue>;
}

pub(crate) fn copy_to_pooled_buffer(bytes: &Uint8Array) -> PooledBuffer {
    let mut body = PooledBuffer::with_length(bytes.length() as usize);
    bytes.copy_to(&mut body);
    body
}

fn invalid_fetch(problem: &str) -> SmsHistoryError {
    SmsHistoryError::new(
        ErrorKind::InvalidOptions,
        format!("fetch: expected {problem}"),
    )
}

/// Whether a method threw because it was called without its object, in the words of V8 and Deno, of Firefox and of WebKit.
fn has_lost_receiver(thrown: &JsValue) -> bool {
    const WORDS: [&str; 3] = [
        "Illegal invocation",
        "does not implement interface",
        "Can only call ",
    ];
    let message = get_property(thrown, "message").as_string();
    let message = message.unwrap_or_default();
    describe_thrown(thrown) == "TypeError"
        && WORDS.iter().any(|words| text::contains(&message, words))
}

/// Returns a network error that names the host, and the names and codes of what was thrown. Its message is left out: some
/// runtimes put the URL into it, and the URL holds phone numbers.
fn network_error(thrown: JsValue, host: &str, has_head: bool) -> SmsHistoryError {
    let cause = get_property(&thrown, "cause");
    let words: Vec<String> = [(&thrown, "name"), (&thrown, "code"), (&cause, "code")]
        .into_iter()
        .filter_map(|(object, name)| get_property(object, name).as_string())
        .filter(|word| is_name(word))
        .collect();
    let code = words.last().map_or("", String::as_str);
    let got = match code {
        _ if has_head => "a response that broke off",
        "ENOTFOUND" | "EAI_AGAIN" => "no connection, because there is no address for this name",
        "ECONNREFUSED" | "ConnectionRefused" => "no connection, because nothing listens there",
        "EHOSTUNREACH" | "ENETUNREACH" | "ETIMEDOUT" | "UND_ERR_CONNECT_TIMEOUT" => "no connection",
        "ECONNRESET" | "EPIPE" | "UND_ERR_SOCKET" => "a closed connection",
        "ERR_SSL_WRONG_VERSION_NUMBER" => "no connection, because the port speaks no TLS",
        _ if ["CERT", "TLS", "SSL", "UNABLE_TO"]
            .iter()
            .any(|part| text::contains(code, part)) =>
        {
            "no connection, because this runtime rejects the TLS certificate"
        }
        // Deno has no codes. Its message is compared, and not quoted.
        _ if get_property(&cause, "message")
            .as_string()
            .is_some_and(|message| text::contains(&message, "client error (Connect)")) =>
        {
            "no connection"
        }
        // All that browsers tell.
        "TypeError" => {
            "none; possible causes are no connection, or a page's CORS or Content-Security-Policy"
        }
        _ => "none; a possible cause is no connection",
    };
    let mut message = format!("fetch: expected a response from {host}, got {got}");
    if !words.is_empty() {
        message = format!("{message} ({})", words.join(", "));
    }
    SmsHistoryError::new(ErrorKind::Network, message).with_source(JsErrorSource(thrown))
}

/// Whether a word is the name of an error or an error code, such as `TypeError` or `ECONNREFUSED`.
fn is_name(word: &str) -> bool {
    (1..=40).contains(&word.len())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}
