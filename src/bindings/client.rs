//! The client's class.

use std::{pin::pin, rc::Rc, time::Duration};

use js_sys::{Function, Promise};
use serde::Deserialize;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use web_sys::AbortSignal;

use super::{
    abort::Cancellation,
    convert::{
        BoxedCall, JsResult, body_reader, event_observer, file_to_js, into_promise, spans_to_js,
        to_js_error,
    },
    history::{
        Concurrency, FetchHistory, HistoryCall, HistoryFields, JsExport, JsHistory, exporter,
    },
    options::{self, ArgumentSpec, Callback, Integer, OPTIONS, Options, Raw, TimeLimit},
    page, query, summary,
    time_zone::IntlTimeZone,
    token::JsTokenSource,
};
use crate::{
    ClientOptions, SmsHistoryClient,
    base_url::BaseUrl,
    client::{rate_limiter::RateLimiter, retry::RetryPolicy},
    clock::SystemClock,
    error::{ErrorKind, SmsHistoryError},
    history::{DEFAULT_MAX_MESSAGES, HistoryOptions, MAX_NEWEST},
    http::{FetchTransport, HttpRequest},
    js_error::describe,
    limits::{DAY, MAX_ATTEMPTS, MAX_SAFE_INTEGER},
    summary::{Bucket, MAX_TOP, Summarizer, SummaryOptions, TimeZone, Utc},
};

/// The client behind the class `SmsHistoryClient` of `pkg/lib`.
#[wasm_bindgen(js_name = SmsHistoryClient)]
pub struct JsClient {
    client: SmsHistoryClient<FetchTransport, JsTokenSource>,
    /// The default of each history.
    concurrency: usize,
}

/// The options of a client, except `limiter`, which `pkg/lib` handles.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientFields {
    token: Option<Raw>,
    base_url: Option<String>,
    allow_http: Option<bool>,
    /// An absolute address. `pkg/lib` resolves a relative one.
    relay: Option<String>,
    fetch: Option<Callback>,
    timeout_ms: Option<TimeLimit>,
    attempt_timeout_ms: Option<TimeLimit>,
    retry: Option<Raw>,
    concurrency: Option<Concurrency>,
    on_event: Option<Callback>,
}

impl JsClient {
    /// # Errors
    /// [`ErrorKind::InvalidOptions`], and [`ErrorKind::Token`] for a string that is no token.
    pub(super) fn with_limiter(
        options: &JsValue,
        limiter: RateLimiter,
    ) -> Result<Self, SmsHistoryError> {
        let mut options = Options::read(options, &OPTIONS)?;
        let fields: ClientFields = options.take()?;
        // Not read here, but listed among the known options.
        options.field("limiter");
        options.finish()?;
        let default = ClientOptions::default();
        let (base_url, tokens) = match &fields.relay {
            Some(relay) => {
                let others = [
                    ("token", fields.token.is_some()),
                    ("baseUrl", fields.base_url.is_some()),
                    ("allowHttp", fields.allow_http.is_some()),
                ];
                if let Some((name, _)) = others.iter().find(|(_, is_set)| *is_set) {
                    let message = format!(
                        "relay: expected no {name} beside it, got one; the relay has its own"
                    );
                    return Err(SmsHistoryError::new(ErrorKind::InvalidOptions, message));
                }
                (BaseUrl::relay(relay)?, None)
            }
            None => {
                let token = fields.token.map_or(JsValue::UNDEFINED, |Raw(token)| token);
                let tokens = JsTokenSource::from_js(token)?;
                let base_url = match fields.base_url {
                    Some(url) => BaseUrl::new(&url, fields.allow_http.unwrap_or_default())?,
                    None => BaseUrl::default(),
                };
                (base_url, Some(tokens))
            }
        };
        let transport = match fields.fetch {
            Some(Callback(fetch)) => FetchTransport::with_fetch(fetch),
            None => FetchTransport::new(),
        };
        let options = ClientOptions {
            retry: fields.retry.map_or(Ok(default.retry), retry_policy)?,
            attempt_timeout: fields
                .attempt_timeout_ms
                .map_or(default.attempt_timeout, |limit| limit.0),
            timeout: fields.timeout_ms.map_or(default.timeout, |limit| limit.0),
            limiter,
            observer: fields.on_event.map(|Callback(call)| event_observer(call)),
        };
        Ok(Self {
            client: SmsHistoryClient::with_address(
                base_url,
                transport,
                tokens,
                SystemClock,
                options,
            ),
            concurrency: fields
                .concurrency
                .map_or(HistoryOptions::default().concurrency, |Integer(most)| {
                    most as usize
                }),
        })
    }

    #[cfg(feature = "sign")]
    pub(super) fn inner(&self) -> SmsHistoryClient<FetchTransport, JsTokenSource> {
        self.client.clone()
    }

    /// Starts a history. `read` reads the options that only this call has.
    fn history<T>(
        &self,
        query: &JsValue,
        options: &JsValue,
        read: impl FnOnce(&mut Options) -> Result<T, SmsHistoryError>,
    ) -> Result<(HistoryCall, T), SmsHistoryError> {
        let mut options = Options::read(options, &OPTIONS)?;
        let others = read(&mut options)?;
        Ok((self.history_with(query, options)?, others))
    }

    /// Starts a history with the options that are left.
    fn history_with(
        &self,
        query: &JsValue,
        mut options: Options,
    ) -> Result<HistoryCall, SmsHistoryError> {
        let fields: HistoryFields = options.take()?;
        options.finish()?;
        let (options, cancellation) = fields.into_parts(self.concurrency);
        let history = self.client.history(&query::from_js(query)?, options)?;
        Ok(HistoryCall {
            history,
            cancellation,
        })
    }
}

#[wasm_bindgen(js_class = SmsHistoryClient)]
impl JsClient {
    /// Creates a client from the options of the package's types, except `limiter`.
    ///
    /// # Errors
    /// The fields of an `invalid_options` or `token` error.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<JsClient, JsValue> {
        Self::with_limiter(&options, RateLimiter::default()).map_err(to_js_error)
    }

    /// Reads one page. The promise resolves to its parts.
    #[wasm_bindgen(js_name = getSmsHistory)]
    pub fn get_sms_history(&self, query: JsValue, options: JsValue) -> Promise {
        let client = self.client.clone();
        run(options, async move {
            let query = query::from_js(&query).map_err(to_js_error)?;
            page::to_js(&client.get_sms_history(&query).await.map_err(to_js_error)?)
        })
    }

    /// Reads one page as a CSV or XLS file. The promise resolves to the complete file.
    ///
    /// Each attempt calls `read` with the response and the fields of an empty file. It reads the body, and returns a
    /// promise of its `ArrayBuffer`. The signal `stopped` ends the call.
    pub fn download(
        &self,
        query: JsValue,
        options: JsValue,
        read: Function,
        stopped: AbortSignal,
    ) -> Promise {
        let client = self.client.clone();
        run(options, async move {
            let query = query::from_js(&query).map_err(to_js_error)?;
            let reader = body_reader(read);
            let prepare = |request: HttpRequest| request.with_body_reader(Rc::clone(&reader));
            let call = async {
                let file = client.file(&query, &prepare).await.map_err(to_js_error)?;
                file_to_js(&file)
            };
            Cancellation::from_signal(stopped).race(pin!(call)).await
        })
    }

    /// Reads a whole history.
    ///
    /// # Errors
    /// The fields of an `invalid_query` or `invalid_options` error.
    pub fn pages(&self, query: JsValue, options: JsValue) -> Result<JsHistory, JsValue> {
        let (call, ()) = self
            .history(&query, &options, |_| Ok(()))
            .map_err(to_js_error)?;
        JsHistory::new(call)
    }

    /// Counts a history. The promise resolves to the number of messages.
    pub fn count(&self, query: JsValue, options: JsValue) -> Promise {
        let unused = ["concurrency", "onProgress"];
        let call = self.history(&query, &options, |options| options.refuse(&unused));
        run_history(call, |history, ()| {
            Box::pin(async {
                let count = history.count().await.map_err(to_js_error)?;
                Ok((count as f64).into())
            })
        })
    }

    /// Reads the newest messages. The promise resolves to the parts of pages, and the indexes of the messages among all rows.
    pub fn newest(&self, count: JsValue, query: JsValue, options: JsValue) -> Promise {
        let call = self.history(&query, &options, |_| newest_count(count));
        run_history(call, |history, count| {
            Box::pin(async move {
                let newest = history.newest(count).await;
                page::newest_to_js(&newest.map_err(to_js_error)?)
            })
        })
    }

    /// Plans a history. The promise resolves to the spans, with their times in milliseconds.
    pub fn spans(&self, query: JsValue, options: JsValue) -> Promise {
        let call = self.history(&query, &options, |options| {
            options.refuse(&["concurrency"])?;
            max_messages(options)
        });
        run_history(call, |history, max_messages| {
            Box::pin(async move {
                let spans = history.spans(max_messages).await;
                Ok(spans_to_js(&spans.map_err(to_js_error)?))
            })
        })
    }

    /// Exports a whole history.
    ///
    /// # Errors
    /// The fields of an `invalid_query` or `invalid_options` error.
    #[wasm_bindgen(js_name = exportHistory)]
    pub fn export_history(&self, query: JsValue, options: JsValue) -> Result<JsExport, JsValue> {
        let (call, exporter) = self
            .history(&query, &options, exporter)
            .map_err(to_js_error)?;
        JsExport::new(call, exporter)
    }

    /// Summarizes a whole history. The promise resolves to the summary.
    pub fn summarize(&self, query: JsValue, options: JsValue) -> Promise {
        let call = self.history(&query, &options, summarizer);
        run_history(call, |mut history, summarizer| {
            Box::pin(async move {
                let summary = history.summarize(summarizer).await;
                Ok(summary::to_js(&summary.map_err(to_js_error)?))
            })
        })
    }
}

/// Runs the work of a call with its history.
fn run_history<T>(
    call: Result<(HistoryCall, T), SmsHistoryError>,
    work: impl FnOnce(FetchHistory, T) -> BoxedCall,
) -> Promise {
    let call = call.map(|(call, others)| (call.cancellation, work(call.history, others)));
    run_cancellable(call)
}

fn run_cancellable(call: Result<(Cancellation, BoxedCall), SmsHistoryError>) -> Promise {
    into_promise(async move {
        let (cancellation, mut work) = call.map_err(to_js_error)?;
        cancellation.race(work.as_mut()).await
    })
}

/// Reads the option `maxMessages`.
fn max_messages(options: &mut Options) -> Result<u64, SmsHistoryError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Fields {
        max_messages: Option<Integer<1, MAX_SAFE_INTEGER>>,
    }
    let fields: Fields = options.take()?;
    Ok(fields
        .max_messages
        .map_or(DEFAULT_MAX_MESSAGES, |Integer(most)| most))
}

/// Reads the first argument of `newest()`.
fn newest_count(count: JsValue) -> Result<u64, SmsHistoryError> {
    let got = describe(&count);
    let count = Integer::<0, MAX_NEWEST>::try_from(Raw(count));
    count.map(|Integer(count)| count).map_err(|expected| {
        let message = format!("n: expected {expected}, got {got}; read more by pages()");
        SmsHistoryError::new(ErrorKind::InvalidOptions, message)
    })
}

/// Runs a call whose only option is `signal`.
fn run(options: JsValue, call: impl Future<Output = JsResult> + 'static) -> Promise {
    #[derive(Deserialize)]
    struct Fields {
        signal: Option<Cancellation>,
    }
    let mut call: BoxedCall = Box::pin(call);
    into_promise(async move {
        let fields: Fields = options::from_js(&options, &OPTIONS).map_err(to_js_error)?;
        fields.signal.unwrap_or_default().race(call.as_mut()).await
    })
}

fn retry_policy(Raw(retry): Raw) -> Result<RetryPolicy, SmsHistoryError> {
    const RETRY: ArgumentSpec = ArgumentSpec {
        name: "retry",
        expected: "false or an object such as { maxAttempts: 3 }",
        noun: "option",
        prefix: "retry.",
        kind: ErrorKind::InvalidOptions,
    };
    type Delay = Integer<0, { DAY.as_millis() as u64 }>;
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Fields {
        max_attempts: Option<Integer<1, { MAX_ATTEMPTS as u64 }>>,
        base_delay_ms: Option<Delay>,
        max_delay_ms: Option<Delay>,
    }
    if retry == JsValue::FALSE {
        return Ok(RetryPolicy::NONE);
    }
    let fields: Fields = options::from_js(&retry, &RETRY)?;
    let default = RetryPolicy::default();
    let millis = |Integer(millis)| Duration::from_millis(millis);
    let [base, max] = [fields.base_delay_ms, fields.max_delay_ms].map(|delay| delay.map(millis));
    // The default of one delay follows the other, so that no error names an option that is not set.
    let base_delay = base.unwrap_or_else(|| default.base_delay().min(max.unwrap_or(DAY)));
    RetryPolicy::new(
        fields
            .max_attempts
            .map_or(default.max_attempts(), |Integer(most)| most as u32),
        base_delay,
        max.unwrap_or_else(|| default.max_delay().max(base_delay)),
    )
}

/// Reads the options of a summary beside those of its history.
fn summarizer(options: &mut Options) -> Result<Summarizer, SmsHistoryError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Fields {
        time_zone: Option<String>,
        top: Option<Integer<0, { MAX_TOP as u64 }>>,
        empty_buckets: Option<bool>,
    }
    let fields: Fields = options.take()?;
    let bucket = options.take_name(
        "bucket",
        Bucket::from_name,
        "\"hour\", \"day\" or \"month\"",
    )?;
    let by_source_number = options.take_name(
        "by",
        |name| (name == "sourceNumber").then_some(true),
        "\"sourceNumber\"",
    )?;
    let default = SummaryOptions::default();
    let summary = SummaryOptions {
        bucket: bucket.unwrap_or(default.bucket),
        top: fields.top.map_or(default.top, |Integer(top)| top as u32),
        empty_buckets: fields.empty_buckets.unwrap_or(default.empty_buckets),
        by_source_number: by_source_number.unwrap_or(default.by_source_number),
    };
    let zone: Box<dyn TimeZone> = match fields.time_zone.as_deref() {
        None | Some("UTC") => Box::new(Utc),
        Some(name) => Box::new(IntlTimeZone::new(name)?),
    };
    Ok(Summarizer::new(summary, zone)?)
}
