//! How a history is asked for.

use std::{collections::VecDeque, rc::Rc};

use super::{Cursor, History, Pages, Reader, State, Window};
use crate::{
    client::pipeline::Pipeline,
    clock::Clock,
    error::{ErrorKind, SmsHistoryError},
    http::Transport,
    query::{MAX_COUNT, Output, SmsHistoryQuery},
    token::TokenSource,
};

/// The most requests under way at the same time: a Worker has six connections.
pub const MAX_CONCURRENCY: usize = 6;

/// How a whole history is read.
#[derive(Clone, Debug)]
pub struct HistoryOptions {
    /// Requests under way, and pages that wait for their reader, together: 1 to [`MAX_CONCURRENCY`]. Default: 4.
    pub concurrency: usize,
    /// The most messages to read. Default: all.
    pub limit: Option<u64>,
    /// Where to go on: the [`SmsHistoryPage::cursor`](crate::SmsHistoryPage::cursor) of the last page that was read, with the same query.
    pub cursor: Option<String>,
}

impl Default for HistoryOptions {
    fn default() -> Self {
        Self {
            concurrency: 4,
            limit: None,
            cursor: None,
        }
    }
}

impl<T, S, C> History<T, S, C>
where
    T: Transport + 'static,
    S: TokenSource + 'static,
    C: Clock + 'static,
{
    pub(crate) fn new(
        pipeline: Rc<Pipeline<T, S, C>>,
        query: &SmsHistoryQuery,
        options: HistoryOptions,
    ) -> Result<Self, SmsHistoryError> {
        let refuse = |kind, message| Err(SmsHistoryError::new(kind, message));
        query.to_pairs()?;
        if query.output() != Output::Json {
            return refuse(
                ErrorKind::InvalidQuery,
                "output: a history is read as JSON; for a CSV or XLS file of one page call download(), for a CSV file of \
                 the whole history exportHistory()",
            );
        }
        if query.offset().is_some() {
            return refuse(
                ErrorKind::InvalidQuery,
                "offset: a history starts at its first message; to go on where another call ended give its `cursor`",
            );
        }
        if !(1..=MAX_CONCURRENCY).contains(&options.concurrency) {
            return refuse(
                ErrorKind::InvalidOptions,
                "concurrency: expected a whole number from 1 to 6",
            );
        }
        let cursor = options.cursor.as_deref().map(Cursor::read).transpose()?;
        let left = options.limit.unwrap_or(u64::MAX);
        let count = query.count().unwrap_or(MAX_COUNT);
        let reader = Reader {
            pipeline,
            query: query.clone(),
            count: u32::try_from(left).map_or(count, |left| count.min(left.max(1))),
            concurrency: options.concurrency,
        };
        Ok(History {
            reader,
            left,
            state: if left == 0 {
                State::Over
            } else {
                State::Start(cursor)
            },
            window: Window { from: None, to: 0 },
            newest_first: true,
            total: 0,
            read: 0,
            segments: VecDeque::new(),
            pages: Pages::default(),
            rest: None,
            planning: None,
            ready: VecDeque::new(),
            before: 0,
            done: Vec::new(),
            newest: None,
        })
    }
}
