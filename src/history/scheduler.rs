//! Decides what a history requests next: pages of its current segments, and the partition that gives the next segment.

use std::{
    collections::VecDeque,
    future::{Future, ready},
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::stream::{FuturesOrdered, StreamExt};

use super::{
    partition::{Partition, RemainingSpan},
    segment::Segment,
    span::{SpanFetcher, TimeSpan},
};
use crate::{
    clock::Clock, error::SmsHistoryError, http::Transport, page::SmsHistoryPage, token::TokenSource,
};

type BoxFuture<R> = Pin<Box<dyn Future<Output = Result<R, SmsHistoryError>>>>;

/// The segments that are being read, and the requests for them.
#[derive(Default)]
pub(super) struct Scheduler {
    /// At most two. Pages of the second are requested only when all pages of the first are.
    pub(super) segments: VecDeque<Segment>,
    pages: PageQueue,
    /// What comes after the last segment.
    pub(super) remaining: Option<RemainingSpan>,
    partitioning: Option<BoxFuture<Partition>>,
}

/// Something that was requested, and has arrived.
pub(super) enum Arrival {
    Page(FetchedPage),
    Partition(Partition),
}

/// A page as it arrived.
pub(super) struct FetchedPage {
    /// The span of the segment that it belongs to.
    pub(super) span: TimeSpan,
    /// The offset of its first row in the segment.
    pub(super) offset: u64,
    /// How many rows were requested.
    pub(super) requested: u64,
    pub(super) page: SmsHistoryPage,
    /// The segment's `total_count` in this response.
    pub(super) total: u64,
}

impl Scheduler {
    /// Adds the segment of a partition.
    pub(super) fn start_segment(&mut self, partition: Partition) -> &mut Segment {
        self.remaining = partition.remaining;
        let segment = Segment::new(partition.span, partition.total);
        self.segments.push_back(segment);
        let last = self.segments.len() - 1;
        &mut self.segments[last]
    }

    /// Continues the first segment at an offset, and drops all pages that were requested.
    pub(super) fn rewind(&mut self, offset: u64) {
        self.pages = PageQueue::default();
        for (index, segment) in self.segments.iter_mut().enumerate() {
            segment.in_flight = 0;
            // Pages arrive in order, so none of a later segment has arrived.
            segment.next_offset = if index == 0 { offset } else { 0 };
        }
    }

    /// Requests the next segment and pages, up to the concurrency and the limit. `rows_before` rows precede the current
    /// segments.
    pub(super) fn schedule_requests<T, S, C>(
        &mut self,
        fetcher: &SpanFetcher<T, S, C>,
        limit: u64,
        rows_before: u64,
    ) where
        T: Transport + 'static,
        S: TokenSource + 'static,
        C: Clock + 'static,
    {
        let page_size = u64::from(fetcher.page_size.get());
        let needs_partition = self.remaining.is_some()
            && self.segments.len() < 2
            && self.scheduled_rows(page_size) < limit;
        // A partition has up to two requests in flight. Pages leave it room, also before it starts.
        let mut most_pages = fetcher.concurrency;
        if needs_partition || self.partitioning.is_some() {
            most_pages -= most_pages.min(2);
        }
        if needs_partition
            && self.pages.len() <= most_pages
            && let Some(remaining) = self.remaining.take()
        {
            self.partitioning = Some(Box::pin(remaining.partition(fetcher.clone())));
        }
        while self.pages.len() < most_pages && self.pages.len() as u64 * page_size < limit {
            let mut rows_before = rows_before;
            let mut segments = self.segments.iter_mut();
            let Some(segment) = segments.find(|segment| {
                let has_more = segment.next_offset < segment.total;
                rows_before += if has_more { 0 } else { segment.total };
                has_more
            }) else {
                break;
            };
            let (span, offset) = (segment.span, segment.next_offset);
            let (known_total, fetcher) = (segment.total, fetcher.clone());
            segment.next_offset += page_size;
            segment.in_flight += 1;
            self.pages.push(Box::pin(async move {
                let (page, total) = fetcher
                    .fetch_page(span, offset, known_total, Some(rows_before))
                    .await?;
                Ok(FetchedPage {
                    span,
                    offset,
                    requested: page_size,
                    page,
                    total,
                })
            }));
        }
    }

    /// The number of rows that the current segments still deliver.
    fn scheduled_rows(&self, page_size: u64) -> u64 {
        let pending = self.pages.len() as u64 * page_size;
        let segments = self.segments.iter();
        let unrequested = segments.map(|segment| segment.total.saturating_sub(segment.next_offset));
        pending + unrequested.sum::<u64>()
    }

    /// Polls for what arrives next: a partition, or the next page in order. `None` when nothing is in flight.
    pub(super) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Arrival, SmsHistoryError>>> {
        if let Some(partitioning) = &mut self.partitioning
            && let Poll::Ready(partition) = partitioning.as_mut().poll(context)
        {
            self.partitioning = None;
            return Poll::Ready(Some(partition.map(Arrival::Partition)));
        }
        match self.pages.poll_next(context) {
            Poll::Ready(None) if self.partitioning.is_some() => Poll::Pending,
            page => page.map(|page| page.map(|page| page.map(Arrival::Page))),
        }
    }

    /// Drives the requests in flight, and buffers what arrives. Ready when all have ended.
    pub(super) fn poll_prefetch(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let pages = self.pages.poll_prefetch(context);
        if let Some(partitioning) = &mut self.partitioning {
            let partition = std::task::ready!(partitioning.as_mut().poll(context));
            self.partitioning = Some(Box::pin(ready(partition)));
        }
        pages
    }
}

/// Pages in the order of their requests: those in flight, and those that arrived before they were polled for.
#[derive(Default)]
struct PageQueue {
    in_flight: FuturesOrdered<BoxFuture<FetchedPage>>,
    buffered: VecDeque<Result<FetchedPage, SmsHistoryError>>,
}

impl PageQueue {
    fn len(&self) -> usize {
        self.in_flight.len() + self.buffered.len()
    }

    fn push(&mut self, page: BoxFuture<FetchedPage>) {
        self.in_flight.push_back(page);
    }

    fn poll_prefetch(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while let Some(page) = std::task::ready!(self.in_flight.poll_next_unpin(context)) {
            self.buffered.push_back(page);
        }
        Poll::Ready(())
    }

    fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<FetchedPage, SmsHistoryError>>> {
        match self.buffered.pop_front() {
            Some(page) => Poll::Ready(Some(page)),
            None => self.in_flight.poll_next_unpin(context),
        }
    }
}
