//! Whole histories: page by page, and exported as the bytes of a file.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    rc::Rc,
    task::Poll,
};

use futures_util::future::{AbortHandle, Abortable, Aborted};
use js_sys::{Array, Promise, Uint8Array};
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

use super::{
    abort::Cancellation,
    convert::{JsResult, into_promise, progress_observer, to_js_error},
    options::{Callback, Integer, Options},
    page,
    token::JsTokenSource,
};
use crate::{
    abort_listener::AbortListener,
    error::SmsHistoryError,
    export::{Column, Delimiter, ExportOptions, Exporter, Format},
    history::{History, HistoryOptions, MAX_CONCURRENCY},
    http::FetchTransport,
    js_error::{describe, is_array},
    limits::MAX_SAFE_INTEGER,
    page::SmsHistoryPage,
    suggest,
    task::{self, ScopedTask},
};

/// A history over `fetch`.
pub(super) type FetchHistory = History<FetchTransport, JsTokenSource>;

/// The option `concurrency`, of a client and of a call.
pub(super) type Concurrency = Integer<1, { MAX_CONCURRENCY as u64 }>;

/// The options of every call that reads a whole history.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HistoryFields {
    signal: Option<Cancellation>,
    concurrency: Option<Concurrency>,
    limit: Option<Integer<0, MAX_SAFE_INTEGER>>,
    cursor: Option<String>,
    on_progress: Option<Callback>,
}

impl HistoryFields {
    /// Splits the options into those of the history and its signal.
    pub(super) fn into_parts(self, default_concurrency: usize) -> (HistoryOptions, Cancellation) {
        let options = HistoryOptions {
            concurrency: self
                .concurrency
                .map_or(default_concurrency, |Integer(most)| most as usize),
            limit: self.limit.map(|Integer(limit)| limit),
            cursor: self.cursor,
            on_progress: self
                .on_progress
                .map(|Callback(call)| progress_observer(call)),
        };
        (options, self.signal.unwrap_or_default())
    }
}

/// A history that a call has started, and the signal that ends it.
pub(super) struct HistoryCall {
    pub(super) history: FetchHistory,
    pub(super) cancellation: Cancellation,
}

/// The history behind the iterators of `pkg/lib`.
#[wasm_bindgen(js_name = SmsHistory)]
pub struct JsHistory {
    state: Rc<HistoryState>,
    /// Ends the history when the signal fires, even while no page is requested.
    listener: Cell<Option<AbortListener>>,
}

struct HistoryState {
    /// Empty while a page is being read, and after the end.
    history: RefCell<Option<FetchHistory>>,
    is_over: Cell<bool>,
    pending: Cell<Option<AbortHandle>>,
    /// Drives the prefetch between two pages. The next page ends it, because nothing would wake it any more.
    prefetch: Cell<Option<ScopedTask>>,
    cancellation: Cancellation,
}

impl HistoryState {
    /// Drops the history, and with it all requests in flight.
    fn stop(&self) {
        self.is_over.set(true);
        self.history.take();
        self.prefetch.take();
        if let Some(pending) = self.pending.take() {
            pending.abort();
        }
    }

    /// Keeps the history for the next page, unless [`Self::stop`] was called meanwhile.
    fn restore(&self, history: FetchHistory) {
        if !self.is_over.get() {
            self.history.replace(Some(history));
        }
    }

    /// Drives the prefetch between two pages. The future keeps nothing alive.
    fn drive_prefetch(self: &Rc<Self>) -> impl Future<Output = ()> + use<> {
        let state = Rc::downgrade(self);
        poll_fn(move |context| {
            let taken = state.upgrade().and_then(|state| {
                // The history is taken out because an event handler that it calls may end it.
                let history = state.history.take()?;
                Some((state, history))
            });
            let Some((state, mut history)) = taken else {
                return Poll::Ready(());
            };
            let prefetch = history.poll_prefetch(context);
            state.restore(history);
            prefetch
        })
    }
}

impl JsHistory {
    /// # Errors
    /// What the signal throws.
    pub(super) fn new(call: HistoryCall) -> Result<Self, JsValue> {
        let state = Rc::new(HistoryState {
            history: RefCell::new(Some(call.history)),
            is_over: Cell::new(false),
            pending: Cell::new(None),
            prefetch: Cell::new(None),
            cancellation: call.cancellation,
        });
        let weak = Rc::downgrade(&state);
        let listener = state.cancellation.listen(move || {
            if let Some(state) = weak.upgrade() {
                state.stop();
            }
        })?;
        Ok(Self {
            state,
            listener: Cell::new(listener),
        })
    }

    /// Reads and converts the next page, or `None` after the last one. After that, and after [`Self::end`], the promise resolves
    /// to `undefined`. Only one call may be pending.
    fn next_with(
        &self,
        convert: impl FnOnce(Option<&SmsHistoryPage>, &FetchHistory) -> JsResult + 'static,
    ) -> Promise {
        let state = Rc::clone(&self.state);
        let (handle, registration) = AbortHandle::new_pair();
        state.pending.set(Some(handle));
        into_promise(async move {
            state.cancellation.check()?;
            let Some(mut history) = state.history.take() else {
                return Ok(JsValue::UNDEFINED);
            };
            state.prefetch.take();
            let next = async move {
                let page = history.next().await;
                (page, history)
            };
            match Abortable::new(next, registration).await {
                Ok((page, history)) => {
                    let page = page.transpose().map_err(to_js_error)?;
                    let value = convert(page.as_ref(), &history)?;
                    if page.is_some() {
                        state.restore(history);
                        let prefetch = task::spawn_scoped(state.drive_prefetch());
                        state.prefetch.set(Some(prefetch));
                    }
                    Ok(value)
                }
                Err(Aborted) => state.cancellation.check().map(|()| JsValue::UNDEFINED),
            }
        })
    }
}

#[wasm_bindgen(js_class = SmsHistory)]
impl JsHistory {
    /// Reads the next page. The promise resolves to the parts of the page, or to `undefined` after the last one.
    pub fn next(&self) -> Promise {
        self.next_with(|page, _| page.map_or(Ok(JsValue::UNDEFINED), page::to_js))
    }

    /// Ends the history and all its requests.
    pub fn end(&self) {
        self.state.stop();
        self.listener.take();
    }
}

/// The export behind the streams of `pkg/lib`.
#[wasm_bindgen(js_name = SmsHistoryExport)]
pub struct JsExport {
    history: JsHistory,
    exporter: Rc<RefCell<Exporter>>,
    total: Rc<Cell<Option<u64>>>,
}

impl JsExport {
    /// # Errors
    /// What the signal throws.
    pub(super) fn new(call: HistoryCall, exporter: Exporter) -> Result<Self, JsValue> {
        Ok(Self {
            history: JsHistory::new(call)?,
            exporter: Rc::new(RefCell::new(exporter)),
            total: Rc::default(),
        })
    }
}

#[wasm_bindgen(js_class = SmsHistoryExport)]
impl JsExport {
    /// Reads the next page. The promise resolves to the next bytes of the file, which may be none, or to `undefined` after
    /// the end of the file.
    pub fn next(&self) -> Promise {
        let (exporter, total) = (Rc::clone(&self.exporter), Rc::clone(&self.total));
        self.history.next_with(move |page, history| {
            let mut exporter = exporter.borrow_mut();
            let bytes = exporter.chunk(page);
            total.set(history.rows_to_come().map(|rows| exporter.rows() + rows));
            Ok(Uint8Array::from(bytes.as_slice()).into())
        })
    }

    /// The number of messages in the bytes so far.
    #[wasm_bindgen(getter)]
    pub fn rows(&self) -> f64 {
        self.exporter.borrow().rows() as f64
    }

    /// The number of messages that the file will have, as far as it is known.
    #[wasm_bindgen(getter)]
    pub fn total(&self) -> Option<f64> {
        self.total.get().map(|total| total as f64)
    }

    /// The media type.
    #[wasm_bindgen(getter, js_name = type)]
    pub fn content_type(&self) -> String {
        self.exporter.borrow().format().content_type().to_owned()
    }

    /// Ends the history and all its requests.
    pub fn end(&self) {
        self.history.end();
    }
}

/// Reads the options of an export beside those of its history.
///
/// # Errors
/// [`ErrorKind::InvalidOptions`](crate::ErrorKind::InvalidOptions).
pub(super) fn exporter(options: &mut Options) -> Result<Exporter, SmsHistoryError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Fields {
        neutralize_formulas: Option<bool>,
        byte_order_mark: Option<bool>,
        trailer: Option<bool>,
    }
    let columns = columns(options)?;
    let fields: Fields = options.take()?;
    let format = options.take_name("format", Format::from_name, "\"csv\" or \"ndjson\"")?;
    let delimiter =
        options.take_name("delimiter", Delimiter::from_name, "\",\", \";\" or \"\\t\"")?;
    let default = ExportOptions::default();
    Exporter::new(ExportOptions {
        format: format.unwrap_or(default.format),
        delimiter: delimiter.unwrap_or(default.delimiter),
        columns: columns.unwrap_or(default.columns),
        neutralize_formulas: fields
            .neutralize_formulas
            .unwrap_or(default.neutralize_formulas),
        byte_order_mark: fields.byte_order_mark.unwrap_or(default.byte_order_mark),
        trailer: fields.trailer.unwrap_or(default.trailer),
    })
}

/// Reads the option `columns`.
///
/// # Errors
/// [`ErrorKind::InvalidOptions`](crate::ErrorKind::InvalidOptions), with the position of the wrong column.
fn columns(options: &mut Options) -> Result<Option<Vec<Column>>, SmsHistoryError> {
    let value = options.field("columns");
    if value.is_undefined() {
        return Ok(None);
    }
    if !is_array(&value) {
        let got = describe(&value);
        return Err(options.invalid(format!(
            "columns: expected an array of field names, got {got}"
        )));
    }
    let mut columns = Vec::new();
    for (index, item) in value.unchecked_ref::<Array>().iter().enumerate() {
        let what = format!("columns[{index}]");
        let Some(name) = item.as_string() else {
            let got = describe(&item);
            return Err(options.invalid(format!("{what}: expected a field name, got {got}")));
        };
        let Some(column) = Column::from_name(&name) else {
            let known = Column::ALL.map(Column::as_str);
            return Err(options.invalid(suggest::unknown(&what, "column", &name, &known)));
        };
        columns.push(column);
    }
    Ok(Some(columns))
}
