//! A whole history as JavaScript has it: one call a page.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    rc::Rc,
    task::Poll,
};

use futures_util::future::{AbortHandle, Abortable, Aborted};
use js_sys::Promise;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::spawn_local;

use super::{
    abort::{Listener, Signal},
    client::{FetchHistory, thrown},
    page,
    promise::promise,
};
use crate::{error::SmsHistoryError, page::SmsHistoryPage};

/// The history behind the facade's iterators.
#[wasm_bindgen(js_name = SmsHistory)]
pub struct JsHistory {
    reading: Rc<Reading>,
    /// Ends the history when the signal fires, also while nobody asks for a page.
    watch: Cell<Option<Listener>>,
}

struct Reading {
    /// Empty while a page is being read, and when the history is over.
    history: RefCell<Option<FetchHistory>>,
    is_over: Cell<bool>,
    under_way: Cell<Option<AbortHandle>>,
    signal: Signal,
}

impl Reading {
    /// Drops the history, and with it all requests under way.
    fn stop(&self) {
        self.is_over.set(true);
        self.history.take();
        if let Some(under_way) = self.under_way.take() {
            under_way.abort();
        }
    }
}

impl Reading {
    /// Until a page is asked for again, or it is over.
    fn put_back(&self, history: FetchHistory) {
        if !self.is_over.get() {
            self.history.replace(Some(history));
        }
    }

    /// What goes on while the caller does something else. It keeps nothing alive.
    fn ahead(self: &Rc<Self>) -> impl Future<Output = ()> + use<> {
        let reading = Rc::downgrade(self);
        poll_fn(move |context| {
            // Taken out meanwhile: whom it tells something on the way may end it.
            let going_on = reading.upgrade().and_then(|reading| {
                let history = reading.history.take()?;
                Some((reading, history))
            });
            let Some((reading, mut history)) = going_on else {
                return Poll::Ready(());
            };
            let state = history.poll_prefetch(context);
            reading.put_back(history);
            state
        })
    }
}

impl JsHistory {
    /// # Errors
    /// What the signal throws when it is listened to.
    pub(super) fn new(history: FetchHistory, signal: Signal) -> Result<Self, JsValue> {
        let reading = Rc::new(Reading {
            history: RefCell::new(Some(history)),
            is_over: Cell::new(false),
            under_way: Cell::new(None),
            signal,
        });
        let watched = Rc::downgrade(&reading);
        let watch = reading.signal.listen(move || {
            if let Some(reading) = watched.upgrade() {
                reading.stop();
            }
        })?;
        Ok(Self {
            reading,
            watch: Cell::new(watch),
        })
    }

    /// The next page made into a value; `undefined` at the end, and after [`Self::end`]. One call at a time.
    pub(super) fn next_with(
        &self,
        make: impl FnOnce(&SmsHistoryPage) -> Result<JsValue, JsValue> + 'static,
    ) -> Promise {
        let reading = Rc::clone(&self.reading);
        let (handle, registration) = AbortHandle::new_pair();
        reading.under_way.set(Some(handle));
        promise(async move {
            reading.signal.check()?;
            let Some(mut history) = reading.history.take() else {
                return Ok(JsValue::UNDEFINED);
            };
            let work = async move {
                let page = history.next().await;
                (page, history)
            };
            match Abortable::new(work, registration).await {
                Ok((Some(page), history)) => {
                    let page: Result<_, SmsHistoryError> = page;
                    let value = make(&page.map_err(thrown)?)?;
                    reading.put_back(history);
                    spawn_local(reading.ahead());
                    Ok(value)
                }
                Ok((None, _)) => Ok(JsValue::UNDEFINED),
                Err(Aborted) => reading.signal.check().map(|()| JsValue::UNDEFINED),
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
        self.reading.stop();
        self.watch.take();
    }
}
