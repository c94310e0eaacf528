//! The values that describe a fault.

use crate::limits::RetryAfter;
use crate::random::{Delay, Random};
use std::time::Duration;

/// An injected fault, with text and JSON forms.
///
/// ```text
#[doc = include_str!("syntax.txt")]
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What happens.
    pub kind: FaultKind,
    /// To which requests.
    pub trigger: Trigger,
}

/// What a fault does to a response. [`Fault`] documents how each kind is written.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FaultKind {
    /// Delays the response.
    Latency(Delay),
    /// Replaces it by a bare HTTP status, 400 to 599.
    Status {
        /// The status.
        status: u16,
        /// The `Retry-After` header.
        retry_after: RetryAfter,
        /// Whether the body is an HTML page instead of empty.
        html: bool,
    },
    /// Replaces it by an API error.
    ApiError {
        /// The body.
        body: ErrorBody,
        /// The HTTP status: 200, or 400 to 599.
        status: u16,
        /// The `Retry-After` header.
        retry_after: RetryAfter,
    },
    /// Replaces it by an HTML page with status 200.
    Html,
    /// Ends the body early.
    Truncate {
        /// The position of the end.
        at: Position,
        /// Whether `Content-Length` is that of the whole body, so that clients see the connection end early. Otherwise
        /// it is that of the sent part.
        full_length: bool,
    },
    /// Resets the TCP connection instead of responding, or within the body.
    Reset(Option<Position>),
    /// Stops sending, before the response or within its body.
    Hang(Option<Position>),
    /// Sends the body slowly.
    Drip {
        /// Bytes per write, at least 1.
        bytes: usize,
        /// Time between writes.
        interval: Duration,
    },
    /// Changes `total_count`.
    TotalCount(CountError),
    /// Limits pages to this number of rows, whatever `count` is.
    PageCap(u32),
    /// Writes `null` instead of the array of rows.
    ResultNull,
    /// Moves, removes or repeats the ids of the rows.
    RowId(RowId),
    /// Writes `processed_date` in another form.
    Date(DateForm),
    /// Writes a field in another form.
    Value {
        /// The field of the rows or the page.
        field: ValueField,
        /// The form.
        form: ValueForm,
    },
    /// Ends the text of this number of rows within a UTF-8 sequence.
    CutUtf8(u32),
    /// Repeats this number of rows.
    Duplicate(u32),
    /// Removes this number of rows.
    DropRow(u32),
    /// Writes the file name in another form.
    FileName(FileNameForm),
    /// Sets the server's clock ahead by this number of seconds.
    Clock(i64),
    /// Removes the `Date` header.
    NoDate,
    /// Rejects the token as expired.
    TokenExpired {
        /// Whether the token stays expired for later requests.
        stays: bool,
    },
}

impl FaultKind {
    /// Whether it combines with another fault of the same request.
    pub(super) fn is_additive(&self) -> bool {
        matches!(self, Self::Latency(_) | Self::Clock(_) | Self::NoDate)
    }
}

/// The body of an API error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorBody {
    /// `error` and `errors` with this code.
    Standard(u16),
    /// The same with a decimal code, like `104.0`.
    Decimal(u16),
    /// The same with a message that quotes the API's parameter `from_date`.
    Parameter(u16),
    /// The same with a message that quotes the bearer token.
    Token(u16),
    /// `error` is a text.
    Text,
    /// The code is `ACCESS_DENIED`.
    Letters,
    /// A page without rows, with `success: false` and a message.
    EmptyPage,
}

/// What is wrong with `total_count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountError {
    /// It is larger by this number, or smaller.
    By(i64),
    /// It is at most this number.
    Cap(u64),
    /// It is absent.
    Absent,
}

/// Where the ids of the rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowId {
    /// In `sms_id` only.
    SmsId,
    /// In `message_id`, with another number in `sms_id`.
    Both,
    /// Nowhere, but every row has a `transaction_id`.
    TransactionId,
    /// Nowhere, and there is no `transaction_id`.
    None,
    /// In `message_id`, the same in all rows of a page.
    Shared,
}

/// A form of `processed_date`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateForm {
    /// `0000-00-00 00:00:00`, which databases write for no date.
    Zero,
    /// `2026-01-02T03:04:05`.
    T,
    /// `2026-01-02 03:04:05Z`.
    Z,
    /// `2026-01-02T03:04:05Z`.
    Iso,
    /// `2026-01-02 03:04:05.678`.
    Fraction,
    /// `2026-01-02T03:04:05.678Z`.
    IsoFraction,
}

/// A field whose value [`FaultKind::Value`] writes in another form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueField {
    /// `message_id` of the rows.
    MessageId,
    /// `fragments` of the rows.
    Fragments,
    /// `cost` of the rows.
    Cost,
    /// `status_id` of the rows.
    StatusId,
    /// `transaction_id` of the rows.
    TransactionId,
    /// `direction` of the rows. Its only form is [`ValueForm::Empty`].
    Direction,
    /// `total_count` of the page.
    TotalCount,
}

/// A form of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueForm {
    /// `3.0`.
    Decimal,
    /// `"3.0"`.
    DecimalString,
    /// `"3"`.
    String,
    /// `""`.
    Empty,
    /// 34 digits of the double, as PHP writes them with `serialize_precision=34`.
    Php,
}

/// A form of the file name in `Content-Disposition`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileNameForm {
    /// `filename*=UTF-8''sms.csv`.
    Extended,
    /// `filename*=UTF-8''%E2%82%AC%20sms.csv`.
    Encoded,
    /// `filename="fallback.csv"; filename*=UTF-8''sms.csv`.
    Both,
    /// `filename="a;b.csv"`.
    Semicolon,
    /// No name.
    Absent,
}

/// A position within a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// After this number of bytes.
    Byte(u64),
    /// A random position before the end.
    Random,
}

impl Position {
    /// The position in a body of this length. `None` if it is not before the end.
    pub(super) fn within(self, length: usize, random: &mut Random) -> Option<usize> {
        let position = match self {
            Self::Byte(position) => usize::try_from(position).ok()?,
            Self::Random => random.below(length as u64) as usize,
        };
        Some(position).filter(|&position| position < length)
    }
}

/// To which requests a fault applies. The default is all requests.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Trigger {
    /// Which of the requests that match `offset` and `count`.
    pub occurrence: Occurrence,
    /// Maximum number of injections. Default: no limit.
    pub times: Option<u64>,
    /// Only requests with this offset.
    pub offset: Option<u64>,
    /// Only requests with this count.
    pub count: Option<u64>,
}

/// A selection of requests by their number, starting at 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Occurrence {
    /// All.
    #[default]
    All,
    /// Random requests.
    Probability {
        /// The probability of a request, 0 to 1.
        probability: f64,
        /// Seed of the draws. Default: the sandbox's seed.
        seed: Option<u64>,
    },
    /// Every n-th.
    Every(u64),
    /// A range.
    Requests {
        /// The first.
        from: u64,
        /// The last.
        to: u64,
    },
}

impl Occurrence {
    /// Whether the selection has the request with this number. `random` creates the generator for a seed.
    pub(super) fn contains(self, number: u64, random: impl FnOnce(Option<u64>) -> Random) -> bool {
        match self {
            Self::All => true,
            Self::Probability { probability, seed } => random(seed).unit() < probability,
            Self::Every(every) => number.is_multiple_of(every),
            Self::Requests { from, to } => (from..=to).contains(&number),
        }
    }
}
