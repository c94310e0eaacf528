//! What a client tells while it works: numbers and names, nothing secret and nothing personal.

use std::{fmt, time::Duration};

use crate::error::ErrorKind;

/// Something that happened inside a call.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A request is about to be sent.
    Request {
        /// 1 for the first time that this request is sent.
        attempt: u32,
    },
    /// A reply has arrived whole, of whatever status.
    Response {
        /// Which attempt it answers.
        attempt: u32,
        /// The HTTP status.
        status: u16,
        /// The length of the body in bytes.
        bytes: usize,
        /// From before the request was sent until the body was read.
        duration: Duration,
    },
    /// A request failed and will be sent again.
    Retry {
        /// The attempt that failed.
        attempt: u32,
        /// How long the client waits before the next one.
        delay: Duration,
        /// Why it failed.
        kind: ErrorKind,
        /// The vendor's code, if the API itself refused.
        code: Option<i64>,
        /// The HTTP status, if there was a reply.
        status: Option<u16>,
    },
    /// The API refused a token, and the token source was asked for another one.
    TokenRenewed {
        /// The vendor's code.
        code: Option<i64>,
        /// The HTTP status.
        status: Option<u16>,
        /// By how many milliseconds the server's clock is ahead of this machine's, as far as the reply told.
        clock_skew_ms: Option<i64>,
    },
    /// A page of a whole history was handed over.
    Page {
        /// Its rows.
        rows: usize,
        /// The rows of the history so far, these included.
        read: u64,
        /// The rows of the whole history.
        total: u64,
    },
}

/// Gets every [`Event`]. It is called in the middle of the work and should return soon.
pub struct Observer(Box<dyn Fn(&Event)>);

impl Observer {
    /// An observer that calls this function.
    pub fn new(observe: impl Fn(&Event) + 'static) -> Self {
        Self(Box::new(observe))
    }

    pub(crate) fn tell(&self, event: &Event) {
        (self.0)(event);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer(..)")
    }
}
