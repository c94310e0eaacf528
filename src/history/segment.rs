//! A span of time whose messages are read by offset, and how it is made sure that none is missing.

use super::{
    ids::IdSet,
    window::{READS, Reader, Window, incomplete},
};
use crate::{
    clock::Clock,
    error::{ErrorKind, SmsHistoryError},
    http::Transport,
    page::SmsHistoryPage,
    token::TokenSource,
};

/// A segment and what has been read of it.
pub(super) struct Segment {
    pub(super) window: Window,
    /// How many messages it has, by the highest count that a reply told.
    pub(super) total: u64,
    /// Whether all replies told the same count: then nothing came in between, and offsets mean the same in each.
    pub(super) is_steady: bool,
    /// Whether a reply told fewer messages than one before: then what stood behind a message that is gone moved up, over
    /// the border of two pages.
    has_shrunk: bool,
    /// What the last reply told.
    told: u64,
    pub(super) ids: IdSet,
    /// Where the next request begins.
    pub(super) next_offset: u64,
    /// Requests under way.
    pub(super) requested: usize,
    /// Messages that were read before this history was gone on with.
    pub(super) read_before: u64,
}

impl Segment {
    pub(super) fn new(window: Window, total: u64) -> Self {
        Self {
            window,
            total,
            is_steady: true,
            has_shrunk: false,
            told: total,
            ids: IdSet::default(),
            next_offset: 0,
            requested: 0,
            read_before: 0,
        }
    }

    /// How many different messages were read.
    pub(super) fn read(&self) -> u64 {
        self.read_before + self.ids.count()
    }

    /// Whether everything was asked for, and has arrived.
    pub(super) fn is_through(&self) -> bool {
        self.requested == 0 && self.next_offset >= self.total
    }

    /// Takes a page in, and drops the rows that were there before.
    ///
    /// # Errors
    /// [`ErrorKind::Incomplete`] when the history was gone on with, and is no longer as it was.
    pub(super) fn take(
        &mut self,
        page: &mut SmsHistoryPage,
        total: u64,
    ) -> Result<(), SmsHistoryError> {
        if total != self.total {
            if self.read_before > 0 {
                return Err(self.outdated(total));
            }
            self.is_steady = false;
            self.total = self.total.max(total);
        }
        self.has_shrunk |= total < self.told;
        self.told = total;
        self.keep_new(page);
        Ok(())
    }

    fn keep_new(&mut self, page: &mut SmsHistoryPage) {
        let keep = self.ids.add(page);
        if keep.contains(&false) {
            page.retain(&keep);
        }
    }

    /// Makes sure that all messages were read. What was missing is handed to `found`.
    ///
    /// A reply is of one moment: rows and count in it belong together. When all replies told one count, and as many
    /// messages were read, there is nothing missing. Else the API is asked once more how many there are, and if that is
    /// another number, the span is read anew in parts that fit into one reply.
    ///
    /// # Errors
    /// [`ErrorKind::Incomplete`], naming the span, if it does not come out even in the end.
    pub(super) async fn settle<T: Transport, S: TokenSource, C: Clock>(
        &mut self,
        reader: &Reader<T, S, C>,
        found: &mut dyn FnMut(SmsHistoryPage),
    ) -> Result<(), SmsHistoryError> {
        if self.is_steady && self.read() == self.total {
            return Ok(());
        }
        let total = reader.total(self.window).await?;
        if self.read() == total && !self.has_shrunk {
            return Ok(());
        }
        if self.read_before > 0 {
            return Err(if total == self.total {
                let why = "; read the history from its beginning";
                incomplete(self.window, self.read(), total, why)
            } else {
                self.outdated(total)
            });
        }
        if !self.ids.is_exact() {
            return Err(incomplete(
                self.window,
                self.read(),
                total,
                ", and some have no id to tell them apart",
            ));
        }
        self.read_again(reader, found).await
    }

    /// Reads the whole span anew, in parts each of which fits into one reply: what came meanwhile is found, too. Page after
    /// page, where parts are not the whole.
    pub(super) async fn read_again<T: Transport, S: TokenSource, C: Clock>(
        &mut self,
        reader: &Reader<T, S, C>,
        found: &mut dyn FnMut(SmsHistoryPage),
    ) -> Result<(), SmsHistoryError> {
        let (mut page, whole) = reader.sound_page(self.window).await?;
        if whole <= u64::from(reader.count) {
            self.hand_over(&mut page, found);
            return Ok(());
        }
        let mut parts = Vec::new();
        if let Some([older, newer]) = self.window.halves() {
            let (in_older, in_newer) = reader.totals(older, newer).await?;
            let sum = in_older.saturating_add(in_newer);
            if !reader.differs(self.window, whole, sum).await? {
                parts.extend([older, newer]);
            }
        }
        let mut sum = 0;
        while let Some(part) = parts.pop() {
            let (mut page, total) = reader.sound_page(part).await?;
            if total <= u64::from(reader.count) {
                sum += total;
                self.hand_over(&mut page, found);
            } else if let Some(halves) = part.halves() {
                parts.extend(halves);
            } else {
                sum += self.read_steadily(reader, part, found).await?;
            }
        }
        // Parts that are less than the whole lack the seconds between them: the ends of a span don't belong to it here.
        if sum < whole && sum < reader.total(self.window).await? {
            self.read_steadily(reader, self.window, found).await?;
        }
        Ok(())
    }

    /// Reads a span page after page until its count stays the same from the first to the last, or two readings in a row find
    /// as many messages as there are, and tells it.
    async fn read_steadily<T: Transport, S: TokenSource, C: Clock>(
        &mut self,
        reader: &Reader<T, S, C>,
        part: Window,
        found: &mut dyn FnMut(SmsHistoryPage),
    ) -> Result<u64, SmsHistoryError> {
        let mut seen = (0, 0);
        for read in 0..READS {
            let before = seen;
            let mut ids = IdSet::default();
            let (mut offset, mut first, mut is_steady) = (0, None, true);
            loop {
                let (mut page, total) = reader.page(part, offset).await?;
                is_steady &= *first.get_or_insert(total) == total;
                ids.add(&page);
                offset += u64::from(reader.count);
                seen = (ids.count(), total);
                let is_last = offset >= total || page.is_empty();
                self.hand_over(&mut page, found);
                if is_last {
                    break;
                }
            }
            if seen.0 == seen.1 && (is_steady || seen == before) {
                return Ok(seen.1);
            }
            reader.pause(read).await;
        }
        Err(incomplete(part, seen.0, seen.1, ""))
    }

    fn hand_over(&mut self, page: &mut SmsHistoryPage, found: &mut dyn FnMut(SmsHistoryPage)) {
        self.keep_new(page);
        if !page.is_empty() {
            found(std::mem::take(page));
        }
    }

    fn outdated(&self, total: u64) -> SmsHistoryError {
        SmsHistoryError::new(
            ErrorKind::Incomplete,
            format!(
                "the messages {} are no longer those that the cursor was made for: there were {}, now there are {total}; \
                 read the history from its beginning",
                self.window.name(),
                self.total
            ),
        )
    }
}
