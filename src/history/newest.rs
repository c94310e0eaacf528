//! Reads the newest messages of a history. The order of the API does not matter.

use voximplant_sms_history_rows::message_set::MessageSet;

use super::{
    History, HistoryOptions,
    partition::{RemainingSpan, scaled},
    span::TimeSpan,
};
use crate::{
    clock::Clock,
    error::SmsHistoryError,
    http::Transport,
    page::{SmsHistoryPage, SmsMessage},
    token::TokenSource,
};

/// The maximum number of messages that [`SmsHistoryClient::newest`](crate::SmsHistoryClient::newest) returns.
pub const MAX_NEWEST: u64 = 10_000;

/// The newest messages of a history, the newest first.
///
/// Messages of the same second are sorted by `message_id`, the highest first. Messages without a date are the oldest.
#[derive(Debug, Default)]
pub struct NewestMessages {
    /// The pages in which the messages were received. They may have more messages.
    pub(crate) pages: Vec<SmsHistoryPage>,
    /// The index of each message among the rows of all pages.
    pub(crate) rows: Vec<usize>,
}

impl NewestMessages {
    /// The number of messages.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no messages.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The messages, the newest first.
    pub fn iter(&self) -> impl Iterator<Item = SmsMessage<'_>> {
        self.rows.iter().filter_map(|&row| {
            let mut row = row;
            let page = self.pages.iter().find(|page| {
                let is_here = row < page.len();
                row -= if is_here { 0 } else { page.len() };
                is_here
            });
            page?.get(row)
        })
    }

    /// Sorts the messages of pages, and drops all but the newest. `None` if fewer of them than wanted have a date.
    fn of_pages(pages: Vec<SmsHistoryPage>, wanted: usize, is_whole: bool) -> Option<Self> {
        /// The key of a message without a date. The keys of dates fall as the dates rise.
        const UNDATED: u64 = u64::MAX;
        let (mut by_id, mut dates) = (Vec::new(), Vec::new());
        for message in pages.iter().flat_map(SmsHistoryPage::iter) {
            by_id.push((!message.message_id.unwrap_or(0), dates.len()));
            let date = message.processed_date;
            dates.push(date.map_or(UNDATED, |at| i64::MAX.abs_diff(at)));
        }
        by_id.sort_unstable();
        // Pairs of the same type are sorted again, so that this code is compiled once. The order by id breaks ties.
        let mut newest = Vec::new();
        for (rank, &(_, row)) in by_id.iter().enumerate() {
            newest.push((dates[row], rank));
        }
        newest.sort_unstable();
        newest.truncate(wanted);
        let is_dated = newest.last().is_none_or(|&(date, _)| date != UNDATED);
        if !is_whole && (newest.len() < wanted || !is_dated) {
            return None;
        }
        let mut rows = Vec::new();
        for (_, rank) in newest {
            rows.push(by_id[rank].1);
        }
        Some(Self { pages, rows })
    }
}

impl<T, S, C> History<T, S, C>
where
    T: Transport + 'static,
    S: TokenSource + 'static,
    C: Clock + 'static,
{
    /// Reads the newest messages: finds a span at the end of the history that has enough of them, and reads all of it.
    pub(crate) async fn newest(mut self, wanted: u64) -> Result<NewestMessages, SmsHistoryError> {
        self.refuse_part("the newest messages")?;
        if wanted == 0 {
            return Ok(NewestMessages::default());
        }
        let (mut span, mut expected, newest_page) = self.span_of_newest(wanted).await?;
        loop {
            let is_whole = span == self.span;
            let mut pages = self.read_span(span, expected).await?;
            if let Some(page) = unread_rows(&newest_page, span, &pages) {
                pages.push(page);
            }
            if let Some(newest) = NewestMessages::of_pages(pages, wanted as usize, is_whole) {
                return Ok(newest);
            }
            // Messages without a date belong to the span, or some were removed.
            span = self.last_seconds(span.seconds().saturating_mul(4));
            // The longer span has at least as many.
            if span == self.span {
                expected = self.expected_total;
            }
        }
    }

    /// The span of so many seconds at the end of the history.
    fn last_seconds(&self, seconds: i64) -> TimeSpan {
        if seconds >= self.span.seconds() {
            return self.span;
        }
        self.span.split_after(self.span.to - seconds).1
    }

    /// Finds a span at the end of the history that has enough messages, and not many more. Also returns its count, and a page that
    /// seems to have the newest messages.
    ///
    /// The first guess is the time of the rows at that end of the API's order which seems to have the newest messages. The
    /// API counts the messages of each guess.
    async fn span_of_newest(
        &mut self,
        wanted: u64,
    ) -> Result<(TimeSpan, u64, SmsHistoryPage), SmsHistoryError> {
        let page_size = u64::from(self.fetcher.page_size.get()).min(wanted);
        self.fetcher.page_size.set(page_size as u32);
        let (mut page, total) = self.first_page().await?;
        self.expected_total = total;
        // A page with as many rows as requested and counted may have more behind it.
        let is_doubtful = page.len() as u64 == page_size && total == page_size;
        self.fetcher.is_contradicted.set(is_doubtful);
        // One request reads a thousand rows more.
        let most = wanted + wanted / 2 + 1000;
        if total <= most {
            return Ok((self.span, total, page));
        }
        if !RemainingSpan::from_first_page(self.span, total, &page).newest_first {
            let offset = total.saturating_sub(page_size);
            page = self
                .fetcher
                .fetch_rows(self.span, offset, page_size as u32)
                .await?
                .0;
        }
        // Seconds without messages at the end of the history, and seconds with the rows of the page, as far as is known.
        let (mut gap, mut seconds) = (self.span.seconds(), 1);
        for at in page.iter().filter_map(|message| message.processed_date) {
            let before_end = (self.span.to - at.div_euclid(1000)).max(0);
            (gap, seconds) = (gap.min(before_end), seconds.max(before_end + 1));
        }
        if gap >= seconds {
            gap = 0;
        }
        // The longest length with too few messages, and the shortest with enough.
        let (mut too_short, mut enough, mut expected) = (0, self.span.seconds(), total);
        let mut shift = 24;
        while enough - too_short > 1 {
            // A growing margin guarantees that the interval shrinks, and trusts the first estimates.
            let margin = ((enough - too_short) >> shift).max(1);
            shift = (shift - 4).max(4);
            seconds = seconds.clamp(too_short + margin, enough - margin);
            let rows = self.fetcher.fetch_total(self.last_seconds(seconds)).await?;
            if rows < wanted {
                too_short = seconds;
            } else {
                (enough, expected) = (seconds, rows);
                if rows <= most {
                    break;
                }
            }
            seconds = match rows {
                0 => seconds.saturating_mul(16),
                _ => gap + scaled((seconds - gap).max(1), wanted + wanted / 4 + 1, rows),
            };
        }
        Ok((self.last_seconds(enough), expected, page))
    }

    /// Reads all pages of a part of the history, with its checks, as a part of this call.
    async fn read_span(
        &self,
        span: TimeSpan,
        expected: u64,
    ) -> Result<Vec<SmsHistoryPage>, SmsHistoryError> {
        let mut query = self.fetcher.query.clone().with_to_date(span.to * 1000);
        if let Some(from) = span.from {
            query = query.with_from_date(from * 1000);
        }
        let options = HistoryOptions {
            concurrency: self.fetcher.concurrency,
            on_progress: self.progress.observer.clone(),
            ..HistoryOptions::default()
        };
        let pipeline = self.fetcher.pipeline.clone();
        let mut history = Self::of_call(self.fetcher.call, pipeline, &query, options)?;
        history.expected_total = expected;
        history.fetcher.is_contradicted = self.fetcher.is_contradicted.clone();
        history.fetcher.highest_counts = self.fetcher.highest_counts.clone();
        let mut pages = Vec::new();
        while let Some(page) = history.next().await {
            pages.push(page?);
        }
        Ok(pages)
    }
}

/// The rows of a page that belong to a span, and that the span's pages lack. A replica that lags behind may have sent the pages.
fn unread_rows(
    page: &SmsHistoryPage,
    span: TimeSpan,
    pages: &[SmsHistoryPage],
) -> Option<SmsHistoryPage> {
    let mut messages = MessageSet::default();
    for page in pages {
        messages.add(page);
    }
    let mut is_unread = messages.add(page);
    for (message, is_unread) in page.iter().zip(&mut is_unread) {
        // A row without an id may be one whose status has changed.
        let has_id = message.message_id.or(message.transaction_id).is_some();
        *is_unread &= has_id && message.processed_date.is_some_and(|at| span.contains(at));
    }
    is_unread.contains(&true).then(|| {
        let mut unread = page.clone();
        unread.retain(&is_unread);
        unread
    })
}
