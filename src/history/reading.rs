//! The steps of reading a history: what is asked for next, and what is done with what comes.

use super::{Arrived, Cursor, Cut, History, Rest, Segment, Window, plan::MOST};
use crate::{
    clock::{Clock, EpochMillis},
    error::{ErrorKind, SmsHistoryError},
    http::Transport,
    page::SmsHistoryPage,
    token::TokenSource,
};

impl<T, S, C> History<T, S, C>
where
    T: Transport + 'static,
    S: TokenSource + 'static,
    C: Clock + 'static,
{
    /// Pins the end, reads the first page, and sees whether the history has to be cut.
    pub(super) async fn start(&mut self) -> Result<(), SmsHistoryError> {
        self.window = self.present_window();
        let (page, total) = loop {
            let first = self.reader.sound_page(self.window).await?;
            // The reply told the server's time: what is still the future there may yet get messages.
            let window = self.present_window();
            if window.to >= self.window.to {
                break first;
            }
            self.window = window;
        };
        self.total = total;
        let rest = Rest::new(self.window, total, &page);
        self.newest_first = rest.newest_first;
        let cut = if total.min(self.left) <= MOST {
            rest.whole()
        } else {
            rest.cut(self.reader.clone()).await?
        };
        // Nothing more is asked for before somebody wants it.
        match self.begin(cut, Some(page)) {
            Some(first) => self.take(Some(Ok(first))).await,
            None => self.settle().await,
        }
    }

    /// The span that was asked for, as far as it is past. The present second is not: it may still get messages.
    fn present_window(&self) -> Window {
        let query = &self.reader.query;
        let last = second(self.reader.present()) - 1;
        let from = query.from_date().map(second);
        let to = query
            .to_date()
            .map_or(last, |asked| last.min(second(asked)));
        Window {
            from,
            to: to.max(from.unwrap_or(0)),
        }
    }

    /// Goes on at a cursor.
    pub(super) fn go_on(&mut self, cursor: &Cursor) -> Result<(), SmsHistoryError> {
        let span = cursor.segment;
        let from = self.present_window().from;
        self.window = Window {
            from,
            to: cursor.to,
        };
        let first = self.window.start();
        let last = self.reader.query.to_date().map(second);
        if span.start() < first || last.is_some_and(|last| cursor.to > last.max(first)) {
            return Err(of_another_query());
        }
        self.newest_first = cursor.newest_first;
        self.total = cursor.total;
        self.before = cursor.before;
        self.read = cursor.before + cursor.offset;
        let mut segment = Segment::new(span, cursor.segment_total);
        segment.next_offset = cursor.offset;
        segment.read_before = cursor.offset;
        self.segments.push_back(segment);
        let total = cursor
            .total
            .saturating_sub(cursor.before + cursor.segment_total);
        if total > 0 {
            let (older, newer) = (
                self.window.split_after(span.start() - 1).0,
                self.window.split_after(span.to).1,
            );
            let window = if cursor.newest_first { older } else { newer };
            if window.to < window.start() {
                return Err(of_another_query());
            }
            self.rest = Some(Rest {
                window,
                total,
                newest_first: cursor.newest_first,
                gap: 0,
                seconds: span.seconds(),
            });
        }
        Ok(())
    }

    /// Begins with the segment that was cut off. `first` is its first page, if that is at hand, which is given back to be
    /// taken in.
    pub(super) fn begin(&mut self, cut: Cut, first: Option<SmsHistoryPage>) -> Option<Arrived> {
        let mut segment = Segment::new(cut.window, cut.total);
        let is_within =
            |at: i64| (cut.window.start()..=cut.window.to).contains(&at.div_euclid(1000));
        // Read before the cut was made, it is the segment's first page only if the API orders messages by time.
        let is_its_own = |page: &SmsHistoryPage| {
            cut.window == self.window
                || page
                    .iter()
                    .all(|message| message.processed_date.is_some_and(is_within))
        };
        let first = first.filter(is_its_own).map(|page| Arrived {
            window: cut.window,
            offset: 0,
            page,
            total: cut.total,
        });
        if first.is_some() {
            segment.next_offset = u64::from(self.reader.count);
            segment.requested = 1;
        }
        self.segments.push_back(segment);
        self.rest = cut.rest;
        first
    }

    /// Plans the segment after the one that is read, and asks for pages, up to the number that may be under way.
    pub(super) fn refill(&mut self) {
        let count = u64::from(self.reader.count);
        if self.segments.len() < 2
            && self.planning.is_none()
            && self.asked_for() < self.left
            && let Some(rest) = self.rest.take()
        {
            self.planning = Some(Box::pin(rest.cut(self.reader.clone())));
        }
        // Whoever plans asks the API one thing at a time.
        let planning = usize::from(self.planning.is_some());
        while self.pages.len() + self.ready.len() + planning < self.reader.concurrency
            && self.pages.len() as u64 * count < self.left
        {
            let mut segments = self.segments.iter_mut();
            let Some(segment) = segments.find(|segment| segment.next_offset < segment.total) else {
                break;
            };
            let (offset, window, reader) =
                (segment.next_offset, segment.window, self.reader.clone());
            segment.next_offset += count;
            segment.requested += 1;
            self.pages.push(Box::pin(async move {
                let (page, total) = reader.page(window, offset).await?;
                Ok(Arrived {
                    window,
                    offset,
                    page,
                    total,
                })
            }));
        }
    }

    /// How many messages come from the segments that are there.
    fn asked_for(&self) -> u64 {
        let waiting = (self.pages.len() + self.ready.len()) as u64 * u64::from(self.reader.count);
        let segments = self.segments.iter();
        let to_come = segments.map(|segment| segment.total.saturating_sub(segment.next_offset));
        waiting + to_come.sum::<u64>()
    }

    /// Takes a page in.
    pub(super) async fn take(
        &mut self,
        arrived: Option<Result<Arrived, SmsHistoryError>>,
    ) -> Result<(), SmsHistoryError> {
        let Some(arrived) = arrived else {
            return Ok(());
        };
        let Arrived {
            window,
            offset,
            mut page,
            total,
        } = arrived?;
        let mut segments = self.segments.iter_mut().enumerate();
        let Some((place, segment)) = segments.find(|(_, segment)| segment.window == window) else {
            return Ok(());
        };
        let (rows, before) = (page.len(), segment.total);
        segment.requested -= 1;
        segment.take(&mut page, total)?;
        if rows == 0 && offset < segment.total {
            // Nor will there be any further on: `settle` sees what is missing.
            segment.next_offset = segment.next_offset.max(segment.total);
        }
        self.total += segment.total - before;
        let done: u64 = self.done.iter().map(|(_, total)| total).sum();
        // A place to go on from has all rows before it, and no others: each page was full, and brought what no other had.
        let end = offset + rows as u64;
        let is_full = rows as u64 == u64::from(self.reader.count) || end == segment.total;
        let is_in_place = segment.is_steady && is_full && segment.read() == end && place == 0;
        let cursor = is_in_place.then(|| Cursor {
            to: self.window.to,
            newest_first: self.newest_first,
            segment: window,
            offset: end,
            segment_total: segment.total,
            before: self.before + done,
            total: self.total,
        });
        if !page.is_empty() {
            self.ready.push_back((page, cursor));
        }
        self.settle().await
    }
}

/// Of a time in milliseconds.
fn second(at: EpochMillis) -> i64 {
    at.div_euclid(1000)
}

fn of_another_query() -> SmsHistoryError {
    SmsHistoryError::new(
        ErrorKind::InvalidOptions,
        "cursor: it was made for another query; give it with the query by which its page was read",
    )
}
