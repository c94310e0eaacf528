//! Plans a long history as spans of time with a bounded number of messages.

use super::{
    History, Progress,
    span::{MAX_COUNT_READS, TimeSpan},
};
use crate::{
    client::events::Observer,
    clock::{Clock, EpochMillis},
    error::{ErrorKind, SmsHistoryError},
    http::Transport,
    token::TokenSource,
};

/// A span of time and the number of its messages when they were counted. Both ends are whole seconds and belong to the span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistorySpan {
    /// The first second.
    pub from: EpochMillis,
    /// The last second.
    pub to: EpochMillis,
    /// The number of messages.
    pub count: u64,
}

/// Options of [`SmsHistoryClient::spans`](crate::SmsHistoryClient::spans).
#[derive(Clone, Debug)]
pub struct SpansOptions {
    /// The maximum number of messages of a span, at least 1. A second with more messages is a span of its own. Default:
    /// 10,000.
    pub max_messages: u64,
    /// Receives the progress. `read` is the number of messages in the spans that are planned. Default: none.
    pub on_progress: Option<Observer<Progress>>,
}

/// The default of [`SpansOptions::max_messages`].
pub const DEFAULT_MAX_MESSAGES: u64 = 10_000;

impl Default for SpansOptions {
    fn default() -> Self {
        Self {
            max_messages: DEFAULT_MAX_MESSAGES,
            on_progress: None,
        }
    }
}

impl<T, S, C> History<T, S, C>
where
    T: Transport + 'static,
    S: TokenSource + 'static,
    C: Clock + 'static,
{
    /// Halves the history until each part has few enough messages, and merges neighbours that fit into one span. The counts
    /// of two halves must add up to the count of the whole, or some messages would be in no span or in several.
    pub(crate) async fn spans(
        mut self,
        max_messages: u64,
    ) -> Result<Vec<HistorySpan>, SmsHistoryError> {
        self.refuse_part("spans")?;
        self.progress.began = self.fetcher.pipeline.clock.elapsed();
        let Some(mut total) = self.confirmed_total().await? else {
            return Err(contradicted(self.span));
        };
        let whole = TimeSpan {
            from: Some(self.span.start()),
            ..self.span
        };
        if self.span.from.is_none() {
            // A filter with a beginning may exclude messages without a date. Otherwise both spans have the same count.
            self.fetcher.highest_counts.set(whole, total);
            let dated = self.fetcher.fetch_total(whole).await?;
            if self
                .fetcher
                .counts_disagree(self.span, total, dated)
                .await?
            {
                return Err(contradicted(self.span));
            }
            total = dated;
        }
        let mut spans: Vec<HistorySpan> = Vec::new();
        // The parts that are not planned yet, the oldest at the end.
        let mut rest = vec![(whole, total)];
        let mut planned = 0;
        while let Some((span, count)) = rest.pop() {
            if count > max_messages
                && let Some(halves) = span.halves()
            {
                let [older, newer] = halves;
                let [in_older, in_newer] = self.count_halves(span, count, halves).await?;
                rest.extend([(newer, in_newer), (older, in_older)]);
                continue;
            }
            let to = span.to * 1000;
            match spans.last_mut() {
                Some(last) if last.count + count <= max_messages => {
                    last.to = to;
                    last.count += count;
                }
                _ => spans.push(HistorySpan {
                    from: span.start() * 1000,
                    to,
                    count,
                }),
            }
            planned += count;
            let clock = &self.fetcher.pipeline.clock;
            self.progress.report(clock, planned, total.max(planned));
        }
        Ok(spans)
    }

    /// Counts the halves of a span, again while they do not add up to its count.
    async fn count_halves(
        &self,
        span: TimeSpan,
        total: u64,
        [older, newer]: [TimeSpan; 2],
    ) -> Result<[u64; 2], SmsHistoryError> {
        for read in 0..MAX_COUNT_READS {
            let (in_older, in_newer) = self.fetcher.fetch_totals(older, newer).await?;
            let sum = in_older.saturating_add(in_newer);
            if !self.fetcher.counts_disagree(span, total, sum).await? {
                return Ok([in_older, in_newer]);
            }
            if sum < total {
                // The missing messages are in one of the halves, unless they were removed.
                let counts = &self.fetcher.highest_counts;
                counts.set(older, total - in_newer);
                counts.set(newer, total - in_older);
            }
            self.fetcher.back_off(read).await;
        }
        Err(contradicted(span))
    }
}

fn contradicted(span: TimeSpan) -> SmsHistoryError {
    SmsHistoryError::new(
        ErrorKind::Incomplete,
        format!(
            "spans: expected the counts of all parts of the time {} to add up to its total_count, got other counts; read the \
             history without spans",
            span.describe()
        ),
    )
    .with_retryable(true)
}
