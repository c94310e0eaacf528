//! Reads a whole history page by page: complete and exact, or an error that names what is missing.
//!
//! The end of the history is fixed at the start, so messages that arrive later do not belong to it. Up to 131,072 messages
//! are read by offset, a few requests at a time, in the API's own order. A longer history is partitioned into segments of
//! time, because the ids of a segment's messages are remembered until the segment is complete. The segments come in the
//! API's order, newest or oldest first. `completeness.rs` checks that nothing is missing.

mod completeness;
mod count;
mod cursor;
mod end_time;
mod foreign_row;
mod highest_counts;
mod newest;
mod partition;
mod progress;
mod scheduler;
mod segment;
mod span;
mod spans;
mod summarize;

use std::{
    cell::Cell,
    collections::VecDeque,
    future::poll_fn,
    rc::Rc,
    task::{Context, Poll},
};

use futures_util::stream::{Stream, unfold};

use crate::{
    client::{
        events::{Event, Observer},
        pipeline::Pipeline,
    },
    clock::{Clock, EpochMillis, SystemClock},
    error::{ErrorKind, SmsHistoryError},
    http::Transport,
    option_names::EXPORT_HISTORY,
    page::SmsHistoryPage,
    query::{MAX_COUNT, Output, SmsHistoryQuery},
    token::TokenSource,
};
pub use newest::{MAX_NEWEST, NewestMessages};
pub use progress::Progress;
pub use spans::{DEFAULT_MAX_MESSAGES, HistorySpan, SpansOptions};

use cursor::{Cursor, Selection, row_checksum};
use end_time::EndTime;
use partition::{MAX_SEGMENT_ROWS, RemainingSpan};
use progress::ProgressMeter;
use scheduler::{Arrival, FetchedPage, Scheduler};
use segment::Segment;
use span::{MAX_COUNT_READS, SpanFetcher, TimeSpan, incomplete, is_implausible_fall};

/// The maximum number of requests in flight. A Worker has six connections.
pub const MAX_CONCURRENCY: usize = 6;

/// Options of a whole history.
#[derive(Clone, Debug)]
pub struct HistoryOptions {
    /// The maximum number of requests in flight and of buffered pages together, from 1 to [`MAX_CONCURRENCY`]. Default: 4.
    pub concurrency: usize,
    /// The maximum number of messages to read. A history that ends at its limit needs no `total_count`. Default: all.
    pub limit: Option<u64>,
    /// The [`SmsHistoryPage::cursor`] of the last page that was read with the same query, to resume after it. Default: the
    /// history is read from its beginning.
    pub cursor: Option<String>,
    /// Receives the progress with each page. Default: none.
    pub on_progress: Option<Observer<Progress>>,
}

impl Default for HistoryOptions {
    fn default() -> Self {
        Self {
            concurrency: 4,
            limit: None,
            cursor: None,
            on_progress: None,
        }
    }
}

/// A history that is being read. Dropping it aborts its requests.
pub struct History<T, S, C = SystemClock> {
    fetcher: SpanFetcher<T, S, C>,
    scheduler: Scheduler,
    /// The query's selection, which cursors are checked against.
    selection: Selection,
    state: State,
    span: TimeSpan,
    end: EndTime,
    newest_first: bool,
    /// How many messages may still be delivered.
    remaining_limit: u64,
    total_rows: u64,
    /// The highest count of the whole history.
    expected_total: u64,
    /// Whether a response had a `total_count`. Without it, `total_rows` is the limit.
    total_is_known: bool,
    rows_read: u64,
    /// Rows before the cursor.
    rows_before_call: u64,
    progress: ProgressMeter,
    /// Pages to deliver, each with the cursor behind it.
    output_queue: VecDeque<(SmsHistoryPage, Option<Cursor>)>,
    /// Rows of the segments before the one that the history was resumed in.
    rows_before_cursor: u64,
    /// The spans of the complete segments, each with its number of rows.
    completed_segments: Vec<(TimeSpan, u64)>,
    /// The complete segment with the newest messages. Late messages are the likeliest there.
    newest_segment: Option<Segment>,
}

enum State {
    Start(Option<Cursor>),
    Reading,
    /// Everything was read and verified. The rest of the output queue is still to be delivered.
    Complete,
    /// Nothing follows, except an error.
    Ended(Option<SmsHistoryError>),
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
        let call = pipeline.begin_call();
        Self::of_call(call, pipeline, query, options)
    }

    fn of_call(
        call: u64,
        pipeline: Rc<Pipeline<T, S, C>>,
        query: &SmsHistoryQuery,
        options: HistoryOptions,
    ) -> Result<Self, SmsHistoryError> {
        let invalid = |kind, message: String| Err(SmsHistoryError::new(kind, message));
        let selection = Selection::of(query)?;
        if query.output() != Output::Json {
            return invalid(
                ErrorKind::InvalidQuery,
                format!(
                    "output: expected \"json\" for a history, got a file format; call download() for a file of one page, \
                     or {EXPORT_HISTORY} for a CSV file of the whole history"
                ),
            );
        }
        if query.offset().is_some() {
            return invalid(
                ErrorKind::InvalidQuery,
                "offset: expected none for a history, got a number; to resume a history pass its `cursor`".into(),
            );
        }
        if query.has_other_time_zone() {
            return invalid(
                ErrorKind::InvalidQuery,
                "timezone: expected UTC for a history, which divides its time span, got another zone; leave it out".into(),
            );
        }
        if !(1..=MAX_CONCURRENCY).contains(&options.concurrency) {
            return invalid(
                ErrorKind::InvalidOptions,
                format!("concurrency: expected an integer from 1 to {MAX_CONCURRENCY}"),
            );
        }
        let cursor = options
            .cursor
            .as_deref()
            .map(|text| Cursor::parse(text, selection))
            .transpose()?;
        let limit = options.limit.unwrap_or(u64::MAX);
        let count = query.count().unwrap_or(MAX_COUNT);
        let page_size = u32::try_from(limit).map_or(count, |limit| count.min(limit.max(1)));
        Ok(Self {
            fetcher: SpanFetcher {
                pipeline,
                call,
                query: query.clone(),
                page_size: Rc::new(Cell::new(page_size)),
                concurrency: options.concurrency,
                limit: options.limit,
                is_contradicted: Rc::default(),
                highest_counts: Rc::default(),
            },
            scheduler: Scheduler::default(),
            selection,
            state: if limit == 0 {
                State::Ended(None)
            } else {
                State::Start(cursor)
            },
            span: TimeSpan { from: None, to: 0 },
            end: EndTime::default(),
            newest_first: true,
            remaining_limit: limit,
            total_rows: 0,
            expected_total: 0,
            total_is_known: false,
            rows_read: 0,
            rows_before_call: 0,
            progress: ProgressMeter {
                observer: options.on_progress,
                call,
                began: 0.0,
            },
            output_queue: VecDeque::new(),
            rows_before_cursor: 0,
            completed_segments: Vec::new(),
            newest_segment: None,
        })
    }

    /// Reads the next page: the rows of one response that are new. `None` after the last page.
    ///
    /// A complete history has at least one page, and its last page has [`SmsHistoryPage::is_last`]. That page waits for the
    /// checks at the end. It is empty if the history is empty, or if messages were removed meanwhile. A history that ends at its
    /// limit has no last page: its end is not checked, and the cursor of its final page leads on.
    ///
    /// Drop the history if you drop this future before it is complete.
    ///
    /// # Errors
    /// Those of [`get_sms_history`](crate::SmsHistoryClient::get_sms_history). [`ErrorKind::Incomplete`] when messages are
    /// missing and could not be found. [`ErrorKind::Format`] when responses have no `total_count`. The history ends with the
    /// first error.
    pub async fn next(&mut self) -> Option<Result<SmsHistoryPage, SmsHistoryError>> {
        loop {
            if !self.may_be_last()
                && let Some((page, cursor)) = self.output_queue.pop_front()
            {
                return Some(Ok(self.deliver(page, cursor)));
            }
            match &mut self.state {
                State::Complete => return Some(Ok(self.deliver(SmsHistoryPage::default(), None))),
                State::Ended(error) => return error.take().map(Err),
                State::Start(_) | State::Reading => {}
            }
            let waiting = self.output_queue.len();
            if let Err(error) = self.advance().await {
                self.output_queue.truncate(waiting);
                self.scheduler = Scheduler::default();
                self.state = State::Ended(Some(error));
            }
        }
    }

    /// Turns the history into a stream of pages.
    pub fn into_stream(self) -> impl Stream<Item = Result<SmsHistoryPage, SmsHistoryError>> {
        unfold(self, |mut history| async {
            let page = history.next().await?;
            Some((page, history))
        })
    }

    /// The number of messages of the history, as far as it is known. It is 0 before the first page. It is the limit if responses
    /// have no `total_count`.
    pub fn total_rows(&self) -> u64 {
        self.total_rows
    }

    /// The number of messages that were delivered, including those before the cursor.
    pub fn rows_read(&self) -> u64 {
        match &self.state {
            State::Start(Some(cursor)) => cursor.rows_before_segment + cursor.offset,
            _ => self.rows_read,
        }
    }

    /// The number of messages that are still to be delivered, as far as it is known.
    pub(crate) fn rows_to_come(&self) -> Option<u64> {
        if self.total_is_known {
            let rows = self.total_rows.saturating_sub(self.rows_read());
            return Some(rows.min(self.remaining_limit));
        }
        matches!(self.state, State::Ended(_)).then_some(0)
    }

    /// Ends the history and aborts its requests. [`Self::next`] then returns `None`.
    pub fn end(&mut self) {
        self.state = State::Ended(None);
        self.scheduler = Scheduler::default();
        self.output_queue.clear();
    }

    /// Drives the requests in flight while nobody waits for a page, so that their timeouts do not depend on the reader's
    /// pace. Ready when all have ended.
    #[cfg_attr(
        not(target_family = "wasm"),
        expect(dead_code, reason = "only the JavaScript bindings prefetch")
    )]
    pub(crate) fn poll_prefetch(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.scheduler.poll_prefetch(context)
    }

    /// Whether the only page to deliver has the last rows of the history, as far as is known.
    fn may_be_last(&self) -> bool {
        let (Some((page, _)), 1) = (self.output_queue.front(), self.output_queue.len()) else {
            return false;
        };
        let rows = page.len() as u64;
        matches!(self.state, State::Reading)
            && rows < self.remaining_limit
            && self.rows_read + rows >= self.total_rows
    }

    fn deliver(&mut self, mut page: SmsHistoryPage, cursor: Option<Cursor>) -> SmsHistoryPage {
        let is_last = matches!(self.state, State::Complete)
            && self.output_queue.is_empty()
            && (page.len() as u64) < self.remaining_limit;
        if is_last {
            self.end();
        }
        let dropped = (page.len() as u64).saturating_sub(self.remaining_limit);
        if page.len() as u64 >= self.remaining_limit {
            page.truncate(self.remaining_limit as usize);
            self.end();
        }
        let rows = page.len();
        self.remaining_limit -= rows as u64;
        self.rows_read += rows as u64;
        let cursor = cursor.filter(|_| !is_last).map(|cursor| {
            let offset = cursor.offset - dropped;
            let last_row = row_checksum(page.get(rows.saturating_sub(1)));
            Cursor {
                offset,
                last_row,
                ..cursor
            }
            .to_text(self.selection)
        });
        page.set_place(
            self.total_is_known.then_some(self.total_rows),
            cursor,
            is_last,
        );
        let pipeline = &self.fetcher.pipeline;
        pipeline.emit(&Event::Page {
            call: self.fetcher.call,
            rows,
            read: self.rows_read,
            total: self.total_rows,
        });
        let limit = self.fetcher.limit.unwrap_or(u64::MAX);
        self.progress.report(
            &pipeline.clock,
            self.rows_read - self.rows_before_call,
            self.total_rows
                .saturating_sub(self.rows_before_call)
                .min(limit),
        );
        page
    }

    /// Advances by one arrival, or to the end.
    async fn advance(&mut self) -> Result<(), SmsHistoryError> {
        if let State::Start(cursor) = std::mem::replace(&mut self.state, State::Reading) {
            self.progress.began = self.fetcher.pipeline.clock.elapsed();
            return match cursor {
                Some(cursor) => {
                    self.resume(&cursor)?;
                    self.verify_last_row(&cursor).await?;
                    // The cursor may be at the end of its segment.
                    self.complete_segments().await
                }
                None => self.start().await,
            };
        }
        let rows_before = self.rows_found();
        self.scheduler
            .schedule_requests(&self.fetcher, self.remaining_limit, rows_before);
        match poll_fn(|context| self.scheduler.poll_next(context)).await {
            None => {
                self.verify_history().await?;
                self.state = State::Complete;
                Ok(())
            }
            Some(Err(error)) => Err(error),
            Some(Ok(Arrival::Page(page))) => self.ingest_page(page).await,
            Some(Ok(Arrival::Partition(partition))) => {
                self.scheduler.start_segment(partition);
                self.complete_segments().await
            }
        }
    }

    /// Fixes the end of the history, reads the first page, and partitions a long history.
    async fn start(&mut self) -> Result<(), SmsHistoryError> {
        const PAGE_UNIT: u64 = 50;
        let (page, total) = self.first_page().await?;
        // A round number of rows, and fewer than requested. Not if an earlier response has counted as many.
        let may_be_capped_page = total > 0
            && total == page.len() as u64
            && total < self.fetcher.page_size.get().into()
            && total.is_multiple_of(PAGE_UNIT)
            && total != self.expected_total;
        self.total_rows = total;
        self.expected_total = self.expected_total.max(page.total_count().unwrap_or(0));
        let remaining = RemainingSpan::from_first_page(self.span, total, &page);
        self.newest_first = remaining.newest_first;
        let partition = if total.min(self.remaining_limit) <= MAX_SEGMENT_ROWS {
            remaining.as_single_segment()
        } else {
            remaining.partition(self.fetcher.clone()).await?
        };
        let span = partition.span;
        // The page was read before the partition. It is the segment's first page only if the API orders rows by time.
        let is_in_span = |at| span.contains(at);
        let is_first_of_segment = span == self.span
            || page
                .iter()
                .all(|message| message.processed_date.is_some_and(is_in_span));
        let segment = self.scheduler.start_segment(partition);
        segment.may_be_capped_page = may_be_capped_page;
        if !is_first_of_segment {
            return self.complete_segments().await;
        }
        let requested = u64::from(self.fetcher.page_size.get());
        segment.next_offset = requested;
        segment.in_flight = 1;
        let first = FetchedPage {
            span,
            offset: 0,
            requested,
            page,
            total: segment.total,
        };
        self.ingest_page(first).await
    }

    /// # Errors
    /// [`ErrorKind::InvalidOptions`] for a history with a limit or a cursor.
    fn refuse_part(&self, what: &str) -> Result<(), SmsHistoryError> {
        if self.fetcher.limit.is_none() && matches!(self.state, State::Start(None)) {
            return Ok(());
        }
        Err(SmsHistoryError::new(
            ErrorKind::InvalidOptions,
            format!("options: expected neither limit nor cursor for {what}, got one"),
        ))
    }

    /// Fixes the end of the history, and reads the first page and its count.
    async fn first_page(&mut self) -> Result<(SmsHistoryPage, u64), SmsHistoryError> {
        self.fix_end();
        // How many rows of an earlier response belong to the moved span.
        let (mut known, mut read) = (0, 0);
        loop {
            let (page, total) = self.fetcher.consistent_first_page(self.span, true).await?;
            if self.move_end() {
                let dates = page.iter().filter_map(|message| message.processed_date);
                known = dates.filter(|&at| self.span.contains(at)).count() as u64;
            } else if !is_implausible_fall(known, total) {
                return Ok((page, total));
            } else if read == MAX_COUNT_READS {
                let reason = " when they were read again";
                return Err(incomplete(self.span, total, known, reason));
            } else {
                self.fetcher.back_off(read).await;
                read += 1;
            }
        }
    }

    /// Continues at a cursor.
    fn resume(&mut self, cursor: &Cursor) -> Result<(), SmsHistoryError> {
        let span = cursor.segment;
        self.span = TimeSpan {
            from: self.fetcher.query.from_date().map(to_second),
            to: cursor.to,
        };
        let first = self.span.start();
        let last = self.fetcher.query.to_date().map(to_second);
        if span.start() < first || last.is_some_and(|last| cursor.to > last.max(first)) {
            return Err(cursor_of_another_query());
        }
        self.newest_first = cursor.newest_first;
        self.total_rows = cursor.total;
        self.expected_total = cursor.total;
        self.total_is_known = true;
        self.rows_before_cursor = cursor.rows_before_segment;
        self.rows_read = cursor.rows_before_segment + cursor.offset;
        self.rows_before_call = self.rows_read;
        let mut segment = Segment::new(span, cursor.segment_total);
        segment.resume_at(cursor.offset);
        self.scheduler.segments.push_back(segment);
        let total = cursor
            .total
            .saturating_sub(cursor.rows_before_segment + cursor.segment_total);
        if total > 0 {
            let remaining = if cursor.newest_first {
                self.span.split_after(span.start() - 1).0
            } else {
                self.span.split_after(span.to).1
            };
            if remaining.to < remaining.start() {
                return Err(cursor_of_another_query());
            }
            self.scheduler.remaining = Some(RemainingSpan {
                span: remaining,
                total,
                newest_first: cursor.newest_first,
                gap: 0,
                segment_seconds: span.seconds(),
            });
        }
        Ok(())
    }

    /// Verifies that the row before the cursor is still there. Rows may move although their number stays the same.
    ///
    /// # Errors
    /// [`ErrorKind::Incomplete`] if the API has another row there.
    async fn verify_last_row(&self, cursor: &Cursor) -> Result<(), SmsHistoryError> {
        let Some(offset) = cursor.offset.checked_sub(1).filter(|_| cursor.last_row > 0) else {
            return Ok(());
        };
        for read in 0..MAX_COUNT_READS {
            let (page, _) = self.fetcher.fetch_rows(cursor.segment, offset, 1).await?;
            if row_checksum(page.get(0)) == cursor.last_row {
                return Ok(());
            }
            self.fetcher.back_off(read).await;
        }
        Err(SmsHistoryError::new(
            ErrorKind::Incomplete,
            format!(
                "cursor: expected the order of messages {} as when it was made, got another row before it; read the history from \
                 its beginning",
                cursor.segment.describe(),
            ),
        )
        .with_stale_cursor(true))
    }

    /// Ingests a page into its segment, and queues its new rows for delivery.
    async fn ingest_page(&mut self, fetched: FetchedPage) -> Result<(), SmsHistoryError> {
        let FetchedPage {
            span,
            offset,
            requested,
            mut page,
            total,
        } = fetched;
        let mut segments = self.scheduler.segments.iter_mut().enumerate();
        let Some((index, segment)) = segments.find(|(_, segment)| segment.span == span) else {
            return Ok(());
        };
        let (rows, previous_total) = (page.len() as u64, segment.total);
        self.total_is_known |= page.total_count().is_some();
        if let Some(skew) = self.fetcher.skew() {
            self.end.observe(skew);
        }
        segment.in_flight -= 1;
        segment.ingest_page(&mut page, total)?;
        if rows == 0 && offset < segment.total {
            // Later pages would be empty too. `Segment::verify_complete` finds what is missing.
            segment.next_offset = segment.next_offset.max(segment.total);
        }
        self.total_rows += segment.total - previous_total;
        // A history can only be resumed where exactly the rows before the cursor were read. That holds if each page was full and
        // all of its rows were new.
        let end = offset + rows;
        let is_full = rows == requested || end == segment.total;
        let is_resumable = self.total_is_known
            && segment.total_is_stable
            && is_full
            && segment.rows_read() == end
            && index == 0;
        let segment_total = segment.total;
        let is_capped = segment.record_page(offset, rows, requested);
        if is_capped {
            self.fetcher.page_size.set(rows as u32);
        }
        if segment.is_short() && index == 0 {
            self.scheduler.rewind(end);
        }
        let cursor = is_resumable.then(|| Cursor {
            to: self.span.to,
            newest_first: self.newest_first,
            segment: span,
            offset: end,
            segment_total,
            rows_before_segment: self.rows_found(),
            total: self.total_rows,
            last_row: 0,
        });
        if !page.is_empty() {
            self.output_queue.push_back((page, cursor));
        }
        self.complete_segments().await
    }

    /// Verifies and closes the segments of which everything has arrived, unless the limit is reached.
    async fn complete_segments(&mut self) -> Result<(), SmsHistoryError> {
        let buffered = self.output_queue.iter().map(|(page, _)| page.len() as u64);
        if buffered.sum::<u64>() >= self.remaining_limit {
            return Ok(());
        }
        let segments = &mut self.scheduler.segments;
        while let Some(mut segment) = segments.pop_front_if(|segment| segment.is_fully_fetched()) {
            let queue = &mut self.output_queue;
            let previous_total = segment.total;
            segment
                .verify_complete(&self.fetcher, &mut |page| queue.push_back((page, None)))
                .await?;
            let rows = segment.rows_read();
            self.total_rows = self.total_rows.saturating_sub(previous_total) + rows;
            self.completed_segments.push((segment.span, rows));
            if !self.newest_first || self.completed_segments.len() == 1 {
                self.newest_segment = Some(segment);
            }
        }
        Ok(())
    }

    /// Rows of the complete segments, including those before the cursor.
    fn rows_found(&self) -> u64 {
        let rows = self.completed_segments.iter().map(|(_, rows)| rows);
        self.rows_before_cursor + rows.sum::<u64>()
    }
}

fn to_second(at: EpochMillis) -> i64 {
    at.div_euclid(1000)
}

fn cursor_of_another_query() -> SmsHistoryError {
    SmsHistoryError::new(
        ErrorKind::InvalidOptions,
        "cursor: expected one that was made with this query, got one of another query; pass the query of its page",
    )
}
