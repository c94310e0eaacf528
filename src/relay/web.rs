//! The relay over the web's `Request` and `Response`, whose bodies it streams.

use std::{
    cell::Cell,
    pin::{Pin, pin},
    rc::Rc,
};

use futures_util::future::{Either, select};
use js_sys::{ArrayBuffer, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{
    Headers, ReadableStream, ReadableStreamDefaultReader, Request, Response, ResponseInit,
    StreamPipeOptions, TransformStream, TransformStreamDefaultController, Transformer,
};

use super::{Relay, RelayAllow, RelayRequest, RelayResponse, guard::TokenGuard, reply, request};
use crate::{
    abort_listener::AbortListener,
    clock::Clock,
    http::{BodyReader, FetchTransport, HttpRequest},
    js_error::get_property,
    query::Output,
    token::{BearerToken, TokenSource},
};

/// A longer response is a page or a file. The API's errors are shorter. They are read whole, because a rejected token is
/// renewed, and because a page must not see what they quote.
const MAX_ERROR_BYTES: u32 = 16 << 10;

/// What the function `authorize` decides about a request.
#[derive(Debug)]
pub enum Decision {
    /// The user may ask for what the relay allows.
    Allow,
    /// The user may ask for what both the relay and this allow.
    AllowOnly(RelayAllow),
    /// The user may ask for nothing: HTTP 403.
    Refuse,
    /// The user gets this response, for example one that asks to sign in.
    Respond(Response),
    /// The decision failed, for the reason that the text states in plain words: HTTP 500.
    Fail(&'static str),
}

impl<S: TokenSource + 'static, C: Clock + 'static> Relay<FetchTransport, S, C> {
    /// Responds to a request of a page. `authorize` decides about requests that passed [`Self::check`]. It must not read the
    /// body.
    ///
    /// The body streams while it arrives. The page's abort, and its end of reading, abort the request to the API.
    ///
    /// # Errors
    /// The exception of a runtime that cannot create the response.
    pub async fn respond(
        &self,
        request: &Request,
        authorize: impl AsyncFnOnce(&Request) -> Decision,
    ) -> Result<Response, JsValue> {
        let head = Head::read(request);
        let parts = head.parts();
        let refuse = |status, message| {
            let refusal = RelayResponse::refusal(status, message);
            to_web(self.finish(&parts, refusal), None)
        };
        if let Err(refusal) = self.check(&parts) {
            return to_web(refusal, None);
        }
        let allow = match authorize(request).await {
            Decision::Allow => None,
            Decision::AllowOnly(allow) => Some(allow),
            Decision::Refuse => return refuse(403, "sign in again"),
            Decision::Fail(problem) => return refuse(500, problem),
            Decision::Respond(response) => {
                let headers = self
                    .finish(&parts, RelayResponse::with_body(403, Vec::new()))
                    .headers;
                // `Response.error()`, for example, cannot be sent.
                return copy(&response, &headers).or_else(|_| refuse(403, "sign in again"));
            }
        };
        let query = match read_form(request).await {
            Ok(form) => self.query(&form, allow.as_ref()),
            Err((status, message)) => return refuse(status, message),
        };
        let query = match query {
            Ok(query) => query,
            Err(refusal) => return to_web(self.finish(&parts, refusal), None),
        };
        let mut resolve = None;
        let replied = Promise::new(&mut |function, _| resolve = Some(function));
        let reply: Reply = {
            let relay = self.clone();
            let head = Head::read(request);
            Rc::new(move |response, body| {
                let response = to_web(relay.finish(&head.parts(), response), body)?;
                let resolve: Option<&Function> =
                    resolve.as_ref().map(|resolve| resolve.unchecked_ref());
                resolve.map_or(Ok(JsValue::UNDEFINED), |resolve| {
                    resolve.call1(&JsValue::UNDEFINED, &response)
                })
            })
        };
        let signal = get_property(request, "signal");
        let relay = self.clone();
        // The request outlives this call: it ends when the page has read the body.
        spawn_local(async move {
            let prepare = |request: HttpRequest| {
                let reader = body_reader(request.bearer(), query.output(), &reply);
                request.with_body_reader(reader)
            };
            let work = pin!(relay.send(&query, &prepare));
            let listener = match get_property(&signal, "aborted").as_bool() {
                Some(false) => AbortListener::new(signal.unchecked_ref()).ok(),
                _ => None,
            };
            let response = match listener {
                None => work.await,
                Some(listener) => match select(work, pin!(listener.fired())).await {
                    Either::Left((response, _)) => response,
                    // The page reads no response.
                    Either::Right(_) => RelayResponse::refusal(502, reply::NO_RESPONSE),
                },
            };
            // Without effect if a stream was sent.
            let _ = reply(response, None);
        });
        Ok(JsFuture::from(replied).await?.unchecked_into())
    }
}

/// Sends a response to the page: its head and the stream of its body, or the whole response. Only the first one counts.
type Reply = Rc<dyn Fn(RelayResponse, Option<ReadableStream>) -> Result<JsValue, JsValue>>;

/// The parts of a request that are checked. A request may be of another realm or a polyfill, whose members return anything.
struct Head {
    method: String,
    url: String,
    content_type: Option<String>,
    origin: Option<String>,
    fetch_site: Option<String>,
}

impl Head {
    fn read(request: &JsValue) -> Self {
        let text = |name| get_property(request, name).as_string().unwrap_or_default();
        Self {
            method: text("method"),
            url: text("url"),
            content_type: header(request, "content-type"),
            origin: header(request, "origin"),
            fetch_site: header(request, "sec-fetch-site"),
        }
    }

    fn parts(&self) -> RelayRequest<'_> {
        RelayRequest {
            method: &self.method,
            url: &self.url,
            content_type: self.content_type.as_deref(),
            origin: self.origin.as_deref(),
            fetch_site: self.fetch_site.as_deref(),
        }
    }
}

fn header(request: &JsValue, name: &str) -> Option<String> {
    let headers = get_property(request, "headers");
    let get: Function = get_property(&headers, "get").dyn_into().ok()?;
    get.call1(&headers, &name.into()).ok()?.as_string()
}

/// Reads the form, or returns the status and message of a body that is none.
async fn read_form(request: &Request) -> Result<String, (u16, &'static str)> {
    const BROKEN: (u16, &str) = (400, "body: expected a form, got none that can be read");
    const TOO_LONG: (u16, &str) = (413, request::FORM_TOO_LONG);
    if get_property(request, "bodyUsed").is_truthy() {
        return Err((
            500,
            "authorize: expected an unread body, got a used one; read that of a clone",
        ));
    }
    let body = get_property(request, "body");
    let mut form = Vec::new();
    if get_property(&body, "getReader").is_function() {
        let reader = get_reader(&body).map_err(|_| BROKEN)?;
        while let Some(chunk) = read(&reader).await.map_err(|_| BROKEN)? {
            form.extend(chunk.to_vec());
            if form.len() > request::MAX_FORM_BYTES {
                drop(reader.cancel());
                return Err(TOO_LONG);
            }
        }
    } else {
        let text: Function = get_property(request, "text")
            .dyn_into()
            .map_err(|_| BROKEN)?;
        let text = text.call0(request).map_err(|_| BROKEN)?;
        let text = JsFuture::from(Promise::resolve(&text))
            .await
            .map_err(|_| BROKEN)?;
        form = text.as_string().ok_or(BROKEN)?.into_bytes();
    }
    String::from_utf8(form).map_err(|_| BROKEN)
}

fn get_reader(body: &JsValue) -> Result<ReadableStreamDefaultReader, JsValue> {
    let get: Function = get_property(body, "getReader").dyn_into()?;
    Ok(get.call0(body)?.unchecked_into())
}

/// Reads a chunk. Returns `None` at the end.
async fn read(reader: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, JsValue> {
    let result = JsFuture::from(reader.read()).await?;
    if get_property(&result, "done").is_truthy() {
        return Ok(None);
    }
    let chunk = get_property(&result, "value");
    match ArrayBuffer::is_view(&chunk) {
        true => Ok(Some(chunk.unchecked_into())),
        false => Err(JsValue::UNDEFINED),
    }
}

/// Creates the reader of a response: it collects a short body, and streams a long one to the page.
fn body_reader(bearer: Option<&BearerToken>, output: Output, reply: &Reply) -> BodyReader {
    let bearer = bearer.cloned();
    let reply = Rc::clone(reply);
    Rc::new(move |head, response| {
        let kind = head
            .content_type
            .as_deref()
            .unwrap_or_default()
            .trim_start();
        let is_html = kind
            .get(..9)
            .is_some_and(|kind| kind.eq_ignore_ascii_case("text/html"));
        if !(200..300).contains(&head.status) || is_html {
            return None;
        }
        let body = get_property(response, "body");
        let reader = get_reader(&body).ok()?;
        let guard = bearer.as_ref().map(TokenGuard::new);
        let head = RelayResponse::head(head, output);
        let body = body.unchecked_into();
        let passing: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>> =
            Box::pin(pass_on(body, reader, guard, head, Rc::clone(&reply)));
        Some(future_to_promise(passing))
    })
}

/// Returns a short body as an `ArrayBuffer`. Streams a long one to the page, and returns its length when the page has read it.
async fn pass_on(
    body: ReadableStream,
    reader: ReadableStreamDefaultReader,
    mut guard: Option<TokenGuard>,
    head: RelayResponse,
    reply: Reply,
) -> Result<JsValue, JsValue> {
    let mut buffer = Vec::new();
    let mut passes = move |chunk: &Uint8Array| {
        let Some(guard) = &mut guard else {
            return true;
        };
        buffer.resize(chunk.length() as usize, 0);
        chunk.copy_to(&mut buffer);
        guard.passes(&buffer)
    };
    let (mut chunks, mut length, mut has_token) = (Vec::new(), 0, false);
    while length <= MAX_ERROR_BYTES {
        let Some(chunk) = read(&reader).await? else {
            return Ok(concatenate(&chunks, length).into());
        };
        has_token |= !passes(&chunk);
        length += chunk.length();
        chunks.push(chunk);
    }
    if has_token {
        drop(reader.cancel());
        return Err(broken_off());
    }
    reader.release_lock();
    let bytes = Rc::new(Cell::new(f64::from(length)));
    let count = Rc::clone(&bytes);
    // Not written through a writer: workerd drops what is written before `pipeTo` begins.
    let start = Closure::once(move |controller: TransformStreamDefaultController| {
        chunks
            .iter()
            .try_for_each(|chunk| controller.enqueue_with_chunk(chunk))
    });
    let transform = Closure::new(
        move |chunk: Uint8Array, controller: TransformStreamDefaultController| {
            if !passes(&chunk) {
                return Err(broken_off());
            }
            count.set(count.get() + f64::from(chunk.length()));
            controller.enqueue_with_chunk(&chunk)
        },
    );
    let transformer = Transformer::new();
    let start: &Closure<dyn FnMut(TransformStreamDefaultController) -> Result<(), JsValue>> =
        &start;
    let transform: &Closure<
        dyn FnMut(Uint8Array, TransformStreamDefaultController) -> Result<(), JsValue>,
    > = &transform;
    transformer.set_start(start.as_ref().unchecked_ref());
    transformer.set_transform(transform.as_ref().unchecked_ref());
    let passage = TransformStream::new_with_transformer(&transformer)?;
    let (writable, readable) = (passage.writable(), passage.readable());
    reply(head, Some(readable))?;
    // The cause of a failure may name the API's address, so it does not pass.
    let options = StreamPipeOptions::new();
    options.set_prevent_abort(true);
    let piped = JsFuture::from(body.pipe_to_with_options(&writable, &options)).await;
    if let Err(error) = piped {
        drop(JsFuture::from(writable.abort_with_reason(&broken_off())).await);
        return Err(error);
    }
    Ok(bytes.get().into())
}

fn broken_off() -> JsValue {
    js_sys::Error::new("the response of the API broke off").into()
}

fn concatenate(chunks: &[Uint8Array], length: u32) -> ArrayBuffer {
    let whole = Uint8Array::new_with_length(length);
    let mut at = 0;
    for chunk in chunks {
        whole.set(chunk, at);
        at += chunk.length();
    }
    whole.buffer()
}

fn to_web(response: RelayResponse, stream: Option<ReadableStream>) -> Result<Response, JsValue> {
    let headers = Object::new();
    for (name, value) in &response.headers {
        // Setting a property of a new plain object cannot fail.
        let _ = Reflect::set(&headers, &(*name).into(), &value.into());
    }
    let init = ResponseInit::new();
    init.set_status(response.status);
    init.set_headers(&headers);
    match stream {
        Some(stream) => Response::new_with_opt_readable_stream_and_init(Some(&stream), &init),
        None => {
            let body = Uint8Array::from(response.body.as_slice());
            Response::new_with_opt_js_u8_array_and_init(Some(&body), &init)
        }
    }
}

/// Copies a response, whose headers may be immutable, with further headers.
fn copy(response: &Response, headers: &[(&'static str, String)]) -> Result<Response, JsValue> {
    let all = Headers::new_with_headers(&response.headers())?;
    for (name, value) in headers {
        all.set(name, value)?;
    }
    let init = ResponseInit::new();
    init.set_status(response.status());
    init.set_status_text(&response.status_text());
    init.set_headers(&all);
    Response::new_with_opt_readable_stream_and_init(response.body().as_ref(), &init)
}
