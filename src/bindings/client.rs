//! The client as JavaScript has it.

use std::{pin::pin, rc::Rc};

use js_sys::{Function, Promise};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::{
    abort::Signal,
    client_options::{self, Tokens, concurrency_of},
    error,
    export::{self, JsExport},
    file,
    history::JsHistory,
    options::{self, MAX_SAFE},
    page,
    promise::{Work, promise},
    query, summary,
};
use crate::{
    SmsHistoryClient,
    client::rate_limiter::RateLimiter,
    error::SmsHistoryError,
    history::{History, HistoryOptions},
    http::FetchTransport,
    http::HttpRequest,
};

type Inner = SmsHistoryClient<FetchTransport, Tokens>;

/// A history over `fetch`.
pub(super) type FetchHistory = History<FetchTransport, Tokens>;

/// A history, the signal that ends it, and the options that are not about reading.
pub(super) type Opened = (FetchHistory, Signal, Vec<(String, JsValue)>);

/// The client behind the facade's class of the same name.
#[wasm_bindgen(js_name = SmsHistoryClient)]
pub struct JsClient {
    client: Inner,
    concurrency: usize,
}

impl JsClient {
    pub(super) fn new_with(client: Inner, concurrency: usize) -> Self {
        Self {
            client,
            concurrency,
        }
    }

    /// Begins a history. `known` are the options beside those of every history.
    pub(super) fn open(
        &self,
        query: &JsValue,
        given: &JsValue,
        known: &[&str],
    ) -> Result<Opened, SmsHistoryError> {
        let mut history = HistoryOptions {
            concurrency: self.concurrency,
            ..HistoryOptions::default()
        };
        let (mut signal, mut others) = (JsValue::UNDEFINED, Vec::new());
        for (name, value) in options::entries(given, "options")? {
            match name.as_str() {
                "signal" => signal = value,
                "concurrency" => history.concurrency = concurrency_of(&value)?,
                "limit" => history.limit = Some(options::whole_number(&name, &value, 0, MAX_SAFE)?),
                "cursor" => history.cursor = Some(options::string(&name, &value)?),
                other if known.contains(&other) => others.push((name, value)),
                other => {
                    let known = [&["signal", "concurrency", "limit", "cursor"], known].concat();
                    return Err(options::unknown("options", other, &known));
                }
            }
        }
        let signal = Signal::new(signal)?;
        let history = self.client.history(&query::from_js(query)?, history)?;
        Ok((history, signal, others))
    }
}

#[wasm_bindgen(js_class = SmsHistoryClient)]
impl JsClient {
    /// A client with the options that the package's types describe, but for `limiter`.
    ///
    /// # Errors
    /// The parts of an `invalid_options` or `token` error.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<JsClient, JsValue> {
        client_options::client(&options, RateLimiter::default()).map_err(thrown)
    }

    /// Reads one page; resolves to its parts.
    #[wasm_bindgen(js_name = getSmsHistory)]
    pub fn get_sms_history(&self, query: JsValue, options: JsValue) -> Promise {
        let client = self.client.clone();
        let work = async move {
            let query = query::from_js(&query).map_err(thrown)?;
            page::to_js(&client.get_sms_history(&query).await.map_err(thrown)?)
        };
        call(options, Box::pin(work))
    }

    /// Reads one page as a CSV or XLS file; resolves to its parts when it is whole. At each attempt, `read` is called with
    /// the response and the parts of a file without bytes, to read the body and resolve to its `ArrayBuffer`. `stopped`
    /// ends it all.
    pub fn download(
        &self,
        query: JsValue,
        options: JsValue,
        read: Function,
        stopped: JsValue,
    ) -> Promise {
        let client = self.client.clone();
        let work = async move {
            let query = query::from_js(&query).map_err(thrown)?;
            let reader = file::reader(read);
            let prepare = |request: HttpRequest| request.with_body_reader(Rc::clone(&reader));
            let stopped = Signal::new(stopped).map_err(thrown)?;
            let file = async {
                Ok(file::to_js(
                    &client.file(&query, &prepare).await.map_err(thrown)?,
                ))
            };
            stopped.guard(pin!(file)).await
        };
        call(options, Box::pin(work))
    }

    /// Reads a whole history.
    ///
    /// # Errors
    /// The parts of an `invalid_query` or `invalid_options` error.
    pub fn pages(&self, query: JsValue, options: JsValue) -> Result<JsHistory, JsValue> {
        let (history, signal, _) = self.open(&query, &options, &[]).map_err(thrown)?;
        JsHistory::new(history, signal)
    }

    /// Writes a whole history as a file.
    ///
    /// # Errors
    /// The parts of an `invalid_query` or `invalid_options` error.
    #[wasm_bindgen(js_name = exportHistory)]
    pub fn export_history(&self, query: JsValue, options: JsValue) -> Result<JsExport, JsValue> {
        let (history, signal, others) = self
            .open(&query, &options, &export::OPTIONS)
            .map_err(thrown)?;
        let exporter = export::from_options(&others).map_err(thrown)?;
        Ok(JsExport::new(JsHistory::new(history, signal)?, exporter))
    }

    /// Adds up a whole history; resolves to the parts of a summary.
    pub fn summarize(&self, query: JsValue, options: JsValue) -> Promise {
        let opened = self.open(&query, &options, &summary::OPTIONS);
        promise(async move {
            let (mut history, signal, others) = opened.map_err(thrown)?;
            let (summarizer, progress) = summary::from_options(&others).map_err(thrown)?;
            let work = async {
                let tell = |state| {
                    progress
                        .iter()
                        .for_each(|progress| summary::tell(progress, state))
                };
                let summary = history.summarize(summarizer, tell).await;
                summary.map(summary::to_js).map_err(thrown)
            };
            signal.guard(pin!(work)).await
        })
    }
}

/// Runs a call under its options, of which there is one: `signal`.
fn call(given: JsValue, mut work: Work) -> Promise {
    promise(async move {
        let mut signal = JsValue::UNDEFINED;
        for (name, value) in options::entries(&given, "options").map_err(thrown)? {
            match name.as_str() {
                "signal" => signal = value,
                other => return Err(thrown(options::unknown("options", other, &["signal"]))),
            }
        }
        Signal::new(signal)
            .map_err(thrown)?
            .guard(work.as_mut())
            .await
    })
}

pub(super) fn thrown(error: SmsHistoryError) -> JsValue {
    error::to_js(&error)
}
