//! A whole history as JavaScript has it: one call a page.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures_util::future::{AbortHandle, Abortable, Aborted};
use js_sys::Promise;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::future_to_promise;

use super::{
    abort::Signal,
    client::{FetchHistory, thrown},
    page,
};
use crate::{error::SmsHistoryError, page::SmsHistoryPage};

/// The history behind the facade's iterators.
#[wasm_bindgen(js_name = SmsHistory)]
pub struct JsHistory {
    /// Empty while a page is being read, and when the history is over.
    history: Rc<RefCell<Option<FetchHistory>>>,
    signal: Rc<Signal>,
    under_way: Cell<Option<AbortHandle>>,
}

impl JsHistory {
    pub(super) fn new(history: FetchHistory, signal: Signal) -> Self {
        Self {
            history: Rc::new(RefCell::new(Some(history))),
            signal: Rc::new(signal),
            under_way: Cell::new(None),
        }
    }

    /// The next page made into a value; `undefined` at the end, and after [`Self::end`]. One call at a time.
    pub(super) fn next_with(
        &self,
        make: impl FnOnce(&SmsHistoryPage) -> Result<JsValue, JsValue> + 'static,
    ) -> Promise {
        let (slot, signal) = (Rc::clone(&self.history), Rc::clone(&self.signal));
        let (handle, registration) = AbortHandle::new_pair();
        self.under_way.set(Some(handle));
        future_to_promise(async move {
            let Some(mut history) = slot.take() else {
                return Ok(JsValue::UNDEFINED);
            };
            // Whatever ends the wait drops the history, and with it all requests under way.
            let work = signal.guard(async move {
                let page = history.next().await;
                Ok((page, history))
            });
            match Abortable::new(work, registration).await {
                Ok(Ok((Some(page), history))) => {
                    let page: Result<_, SmsHistoryError> = page;
                    let value = make(&page.map_err(thrown)?)?;
                    slot.replace(Some(history));
                    Ok(value)
                }
                Ok(Ok((None, _))) | Err(Aborted) => Ok(JsValue::UNDEFINED),
                Ok(Err(reason)) => Err(reason),
            }
        })
    }
}

#[wasm_bindgen(js_class = SmsHistory)]
impl JsHistory {
    /// The next page; resolves to its parts, or to nothing at the end.
    pub fn next(&self) -> Promise {
        self.next_with(page::to_js)
    }

    /// Ends the history and all its requests.
    pub fn end(&self) {
        self.history.take();
        if let Some(under_way) = self.under_way.take() {
            under_way.abort();
        }
    }
}
