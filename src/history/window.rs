//! A span of time, and the one who asks the API about it.

use std::{rc::Rc, time::Duration};

use futures_util::future::try_join;

use super::ids::IdSet;
use crate::{
    client::pipeline::Pipeline,
    clock::{Clock, EpochMillis},
    error::{ErrorKind, SmsHistoryError},
    http::Transport,
    page::SmsHistoryPage,
    query::SmsHistoryQuery,
    token::TokenSource,
};

/// How often a span that does not come out even is read.
pub(super) const READS: u32 = 6;
/// How often a page is read that comes without the count of all messages: that costs little, and a history that ends
/// because of it much.
const READS_FOR_COUNT: u32 = 10;
/// The wait before the second reading; it doubles, up to eight times as long.
const PAUSE: Duration = Duration::from_millis(100);

/// A span of whole seconds since 1970, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// `None`: from the very first message on.
    pub(super) from: Option<i64>,
    pub(super) to: i64,
}

impl Window {
    /// Its first second; 1970 where it is open.
    pub(super) fn start(self) -> i64 {
        self.from.unwrap_or(0)
    }

    /// How many seconds it has.
    pub(super) fn seconds(self) -> i64 {
        self.to - self.start() + 1
    }

    /// The part up to a second, and the part after it.
    pub(super) fn split_after(self, second: i64) -> (Self, Self) {
        let older = Self { to: second, ..self };
        let newer = Self {
            from: Some(second + 1),
            ..self
        };
        (older, newer)
    }

    /// Both halves, if it has more than a second.
    pub(super) fn halves(self) -> Option<[Self; 2]> {
        let (older, newer) = self.split_after(self.start() + self.seconds() / 2 - 1);
        (self.seconds() > 1).then_some([older, newer])
    }

    /// For error messages.
    pub(super) fn name(self) -> String {
        let date = |second: i64| crate::date::format(second * 1000).unwrap_or_default();
        match self.from {
            Some(from) => format!("from {} to {}", date(from), date(self.to)),
            None => format!("to {}", date(self.to)),
        }
    }
}

/// A client, and what it is asked beside time and place.
pub(super) struct Reader<T, S, C> {
    pub(super) pipeline: Rc<Pipeline<T, S, C>>,
    pub(super) query: SmsHistoryQuery,
    /// Rows a request.
    pub(super) count: u32,
    /// Requests under way at the same time.
    pub(super) concurrency: usize,
}

impl<T: Transport, S: TokenSource, C: Clock> Reader<T, S, C> {
    /// Reads the rows of a window from an offset on, and how many rows the window has.
    pub(super) async fn page(
        &self,
        window: Window,
        offset: u64,
    ) -> Result<(SmsHistoryPage, u64), SmsHistoryError> {
        self.ask(window, offset, self.count).await
    }

    /// The first rows of a window and their number, when both can be true together: all rows that there are, or as many
    /// as fit into a reply.
    ///
    /// # Errors
    /// [`ErrorKind::Incomplete`] when they contradict each other time after time.
    pub(super) async fn sound_page(
        &self,
        window: Window,
    ) -> Result<(SmsHistoryPage, u64), SmsHistoryError> {
        let count = u64::from(self.count);
        let mut seen = (0, 0);
        for read in 0..READS {
            let (page, total) = self.page(window, 0).await?;
            let mut ids = IdSet::default();
            ids.add(&page);
            if ids.count() == total || (total > count && page.len() as u64 >= count) {
                return Ok((page, total));
            }
            seen = (ids.count(), total);
            self.pause(read).await;
        }
        Err(incomplete(window, seen.0, seen.1, ""))
    }

    /// Waits before something that did not come out even is read once more.
    pub(super) async fn pause(&self, read: u32) {
        self.pipeline.clock.sleep(PAUSE * (1 << read.min(3))).await;
    }

    /// How many rows a window has.
    pub(super) async fn total(&self, window: Window) -> Result<u64, SmsHistoryError> {
        Ok(self.ask(window, 0, 1).await?.1)
    }

    /// How many rows each of two windows has.
    pub(super) async fn totals(
        &self,
        one: Window,
        other: Window,
    ) -> Result<(u64, u64), SmsHistoryError> {
        if self.concurrency > 1 {
            return try_join(self.total(one), self.total(other)).await;
        }
        Ok((self.total(one).await?, self.total(other).await?))
    }

    /// Whether a window of `total` messages has more of them than its parts together, or fewer. Some may have come or gone
    /// since they were counted.
    pub(super) async fn differs(
        &self,
        window: Window,
        total: u64,
        sum: u64,
    ) -> Result<bool, SmsHistoryError> {
        if sum == total {
            return Ok(false);
        }
        let now = self.total(window).await?;
        Ok(if sum < total { sum < now } else { sum > now })
    }

    /// Asks again for what came without a count.
    async fn ask(
        &self,
        window: Window,
        offset: u64,
        count: u32,
    ) -> Result<(SmsHistoryPage, u64), SmsHistoryError> {
        let mut query = self
            .query
            .clone()
            .with_to_date(window.to * 1000)
            .with_count(count);
        if let Some(from) = window.from {
            query = query.with_from_date(from * 1000);
        }
        if offset > 0 {
            query = query.with_offset(offset);
        }
        for read in 0..READS_FOR_COUNT {
            if read > 0 {
                self.pause(read - 1).await;
            }
            let page = self.pipeline.fetch_page(&query).await?;
            if let Some(total) = page.total_count() {
                return Ok((page, total));
            }
        }
        Err(SmsHistoryError::new(
            ErrorKind::Format,
            "the reply has no total_count, without which nobody can tell whether a history is complete",
        ))
    }

    /// The present moment: by this machine's clock, or by the server's where it is known to be behind. The earlier of the
    /// two is past for both, so that what ends there gets no more messages.
    pub(super) fn present(&self) -> EpochMillis {
        self.pipeline.clock.now() + self.pipeline.skew.get().unwrap_or(0).min(0)
    }
}

impl<T, S, C> Clone for Reader<T, S, C> {
    fn clone(&self) -> Self {
        Self {
            pipeline: Rc::clone(&self.pipeline),
            query: self.query.clone(),
            count: self.count,
            concurrency: self.concurrency,
        }
    }
}

/// The error for a span whose messages and count don't agree.
pub(super) fn incomplete(window: Window, read: u64, total: u64, why: &str) -> SmsHistoryError {
    SmsHistoryError::new(
        ErrorKind::Incomplete,
        format!(
            "the history is incomplete: of the messages {} the API says that there are {total}, and {read} were \
             found{why}",
            window.name()
        ),
    )
    .with_retryable(true)
}
