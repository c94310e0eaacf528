//! Cuts a long history into segments of time, each small enough that the ids of its messages can be remembered.
//!
//! How messages are spread over time is not known. So the edge of a segment is guessed from how dense the last rows
//! were, the API is asked how many messages that makes, and the guess is bettered until it fits.

use super::window::{Reader, Window};
use crate::{
    clock::Clock, error::SmsHistoryError, http::Transport, page::SmsHistoryPage, token::TokenSource,
};

/// The most messages of a segment; a history with no more is not cut at all. Their ids take some 150 to 300 KB.
pub(super) const MOST: u64 = 131_072;
/// How many messages a segment should have, and how few it may.
const WANTED: u64 = 98_304;
const FEWEST: u64 = 32_768;

/// What is still to be read, and what is known of it.
#[derive(Clone, Copy)]
pub(super) struct Rest {
    pub(super) window: Window,
    /// How many messages it has.
    pub(super) total: u64,
    /// From which end it is read.
    pub(super) newest_first: bool,
    /// For how many seconds from that end there are no messages, as far as is known.
    pub(super) gap: i64,
    /// How many seconds a wanted segment may take after that, as far as is known.
    pub(super) seconds: i64,
}

/// The next segment, and what comes after it.
pub(super) struct Cut {
    pub(super) window: Window,
    pub(super) total: u64,
    pub(super) rest: Option<Rest>,
}

impl Rest {
    /// What the first page tells: in which order rows come, and how dense they are.
    pub(super) fn new(window: Window, total: u64, first: &SmsHistoryPage) -> Self {
        let dates: Vec<i64> = first
            .iter()
            .filter_map(|message| message.processed_date)
            .map(|at| at / 1000)
            .collect();
        let pairs = dates.len().saturating_sub(1);
        let rising = dates.windows(2).filter(|pair| pair[0] < pair[1]).count();
        let falling = dates.windows(2).filter(|pair| pair[0] > pair[1]).count();
        let is_ordered = rising.max(falling) * 4 > pairs * 2 && rising.min(falling) * 4 < pairs;
        let newest_first = !(is_ordered && rising > falling);
        let oldest = dates.iter().copied().min().unwrap_or(window.start());
        let newest = dates.iter().copied().max().unwrap_or(window.to);
        // Rows in order are one end of the history, rows in no order a sample of all of it.
        let rows = if is_ordered {
            dates.len() as u64
        } else {
            total
        };
        Self {
            window,
            total,
            newest_first,
            gap: if newest_first {
                window.to - newest
            } else {
                oldest - window.start()
            }
            .max(0),
            seconds: scaled(newest - oldest + 1, WANTED, rows),
        }
    }

    fn part(&self, seconds: i64) -> (Window, Option<Window>) {
        let Window { from, to } = self.window;
        let (older, newer) = if self.newest_first {
            self.window.split_after(to - seconds)
        } else {
            self.window.split_after(self.window.start() + seconds - 1)
        };
        let (part, rest) = if self.newest_first {
            (newer, older)
        } else {
            (older, newer)
        };
        if seconds >= self.window.seconds() {
            (Window { from, to }, None)
        } else {
            (part, Some(rest))
        }
    }

    /// All of it as one segment.
    pub(super) fn whole(&self) -> Cut {
        Cut {
            window: self.window,
            total: self.total,
            rest: None,
        }
    }

    /// Cuts off the next segment.
    pub(super) async fn cut<T: Transport, S: TokenSource, C: Clock>(
        self,
        reader: Reader<T, S, C>,
    ) -> Result<Cut, SmsHistoryError> {
        if self.total <= MOST {
            return Ok(self.whole());
        }
        let has_beginning = self.newest_first || self.window.from.is_some();
        let narrowed = if has_beginning {
            self
        } else {
            self.starting_at_its_oldest(&reader).await?
        };
        if narrowed.window != self.window {
            let total = reader.total(narrowed.window).await?;
            if reader.differs(self.window, self.total, total).await? {
                return Ok(self.whole());
            }
        }
        let Some((seconds, total)) = narrowed.search(&reader).await? else {
            return Ok(self.whole());
        };
        let (window, Some(rest)) = narrowed.part(seconds) else {
            return Ok(self.whole());
        };
        Ok(Cut {
            window,
            total,
            rest: Some(Rest {
                window: rest,
                total: self.total.saturating_sub(total),
                gap: 0,
                seconds: narrowed.scaled_after_gap(seconds, total),
                ..narrowed
            }),
        })
    }

    /// With an open beginning, seconds are counted from 1970: decades of nothing. Finds a beginning near the first row,
    /// which mostly is the oldest of the rows that are known.
    async fn starting_at_its_oldest<T: Transport, S: TokenSource, C: Clock>(
        self,
        reader: &Reader<T, S, C>,
    ) -> Result<Self, SmsHistoryError> {
        let oldest = self.gap;
        let (mut empty, mut some) = (-1, oldest);
        let mut last_before = oldest - 1;
        while some - empty > self.seconds.max(86_400) {
            let older = self.window.split_after(last_before).0;
            if reader.total(older).await? == 0 {
                empty = last_before;
            } else {
                some = last_before;
            }
            last_before = empty + (some - empty) / 2;
        }
        Ok(Self {
            window: Window {
                from: Some(empty + 1),
                ..self.window
            },
            gap: oldest - (empty + 1),
            ..self
        })
    }

    /// For how many seconds the next segment has a fitting number of messages, and that number.
    ///
    /// Whether both ends of a span belong to it is not documented, nor to which span a message without a date belongs. Two
    /// parts that are less than the whole lack what lies between them, and two that are more have messages in common: then
    /// there is `None`. Nothing is to be cut, and the ids of all messages are to be remembered.
    async fn search<T: Transport, S: TokenSource, C: Clock>(
        &self,
        reader: &Reader<T, S, C>,
    ) -> Result<Option<(i64, u64)>, SmsHistoryError> {
        let longest = self.window.seconds();
        if longest < 2 {
            return Ok(None);
        }
        // Seconds that have too few messages, and seconds that have too many (all of them do).
        let (mut few, mut many) = ((0, 0), (longest, self.total));
        let mut seconds = (self.gap + self.seconds).clamp(1, longest - 1);
        loop {
            let total = match self.part(seconds) {
                (part, Some(rest)) => {
                    let (total, left) = reader.totals(part, rest).await?;
                    let sum = total.saturating_add(left);
                    if reader.differs(self.window, self.total, sum).await? {
                        return Ok(None);
                    }
                    total
                }
                (part, None) => reader.total(part).await?,
            };
            match total {
                FEWEST..=MOST => return Ok(Some((seconds, total))),
                0..FEWEST => few = (seconds, total),
                _ => many = (seconds, total),
            }
            if many.0 - few.0 <= 1 {
                // A second with more messages than a segment should have.
                return Ok(Some(if few.1 > 0 { few } else { many }));
            }
            let guess = match total {
                0 => seconds.saturating_mul(16),
                _ => self.gap + self.scaled_after_gap(seconds, total),
            };
            // Off the edges, so that what is left shrinks each time.
            let margin = ((many.0 - few.0) / 16).max(1);
            seconds = guess.clamp(few.0 + margin, many.0 - margin);
        }
    }

    /// How many seconds a wanted segment takes, when so many seconds have so many messages, all of them after the gap.
    fn scaled_after_gap(&self, seconds: i64, total: u64) -> i64 {
        scaled((seconds - self.gap).max(1), WANTED, total)
    }
}

/// `seconds * wanted / rows`, at least 1.
fn scaled(seconds: i64, wanted: u64, rows: u64) -> i64 {
    let scaled = i128::from(seconds) * i128::from(wanted) / i128::from(rows.max(1));
    i64::try_from(scaled).unwrap_or(i64::MAX).max(1)
}
