//! What a client reports while it works: events and progress. They hold numbers and names, nothing secret and nothing
//! personal.

use std::{fmt, rc::Rc, time::Duration};

use crate::error::ErrorKind;

/// Something that happened inside a call. `call` is the number of the call, unique in its client and counted from 1.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A request is about to be sent.
    Request {
        /// The number of the call.
        call: u64,
        /// The number of the attempt, from 1.
        attempt: u32,
    },
    /// A response of any status has arrived: with its whole body, or with the beginning of one that passes on as a stream.
    Response {
        /// The number of the call.
        call: u64,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The HTTP status.
        status: u16,
        /// The length of the body in bytes. `None` for a page that a relay passes on as a stream.
        bytes: Option<usize>,
        /// The time from before the request was sent until this event.
        duration: Duration,
    },
    /// A request failed and will be sent again.
    Retry {
        /// The number of the call.
        call: u64,
        /// The number of the failed attempt, from 1.
        attempt: u32,
        /// The wait before the next attempt, including the pause of the rate limiter.
        delay: Duration,
        /// The kind of the error.
        kind: ErrorKind,
        /// The vendor's error code, if the API returned an error.
        code: Option<i64>,
        /// The HTTP status, if there was a response.
        status: Option<u16>,
    },
    /// The API rejected a token, and the token source returned another one.
    TokenRenewed {
        /// The number of the call.
        call: u64,
        /// The vendor's error code.
        code: Option<i64>,
        /// The HTTP status.
        status: Option<u16>,
        /// Estimated clock skew in milliseconds: server time minus local time. Set only when the rejected response had a
        /// `Date` header.
        clock_skew_ms: Option<i64>,
    },
    /// A history returned a page.
    Page {
        /// The number of the call.
        call: u64,
        /// The rows of this page.
        rows: usize,
        /// The rows of the history so far, including this page.
        read: u64,
        /// The rows of the whole history.
        total: u64,
    },
}

/// A function that receives every [`Event`], or every [`Progress`](crate::history::Progress) of a history. It is called in
/// the middle of the work and should return soon.
pub struct Observer<E = Event>(Rc<dyn Fn(&E)>);

impl<E> Observer<E> {
    /// Creates an observer from a function.
    pub fn new(observe: impl Fn(&E) + 'static) -> Self {
        Self(Rc::new(observe))
    }

    pub(crate) fn emit(&self, event: &E) {
        (self.0)(event);
    }
}

impl<E> Clone for Observer<E> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<E> fmt::Debug for Observer<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer(..)")
    }
}
