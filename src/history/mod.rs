//! A whole history, page after page: complete and exact, or an error that says what is missing.
//!
//! The end of the history is pinned when the reading starts, so that messages that arrive meanwhile do not belong to it.
//! Up to 131,072 messages are read by offset, a few requests at a time, in the API's own order. A longer history is cut
//! into segments of time first, because the ids of a segment's messages are remembered until it is through; its segments
//! come in the order that the API has, newest or oldest first. What makes a segment complete is in `segment.rs`.

mod beginning;
mod closing;
mod cursor;
mod ids;
mod pages;
mod plan;
mod progress;
mod reading;
mod segment;
mod window;

use std::{
    collections::VecDeque,
    future::{Future, ready},
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::{
    future::{Either, select},
    stream::{Stream, StreamExt, unfold},
};

use crate::{
    client::events::Event,
    clock::{Clock, SystemClock},
    error::SmsHistoryError,
    http::Transport,
    page::SmsHistoryPage,
    token::TokenSource,
};
pub use beginning::{HistoryOptions, MAX_CONCURRENCY};
pub use progress::Progress;

use cursor::Cursor;
use pages::Pages;
use plan::{Cut, Rest};
use segment::Segment;
use window::{Reader, Window};

type Boxed<R> = Pin<Box<dyn Future<Output = Result<R, SmsHistoryError>>>>;

/// A history that is being read. Dropped, it ends its requests.
pub struct History<T, S, C = SystemClock> {
    reader: Reader<T, S, C>,
    /// Messages that may still be handed over.
    left: u64,
    state: State,
    window: Window,
    newest_first: bool,
    total: u64,
    /// Messages that were handed over, or read before this history was gone on with.
    read: u64,
    /// The segments that are being read, two at most. Nothing is asked for of one before all of those before it is.
    segments: VecDeque<Segment>,
    pages: Pages,
    rest: Option<Rest>,
    planning: Option<Boxed<Cut>>,
    ready: VecDeque<(SmsHistoryPage, Option<Cursor>)>,
    /// Messages of the segments before the cursor.
    before: u64,
    /// Spans that are through, and how many messages they had.
    done: Vec<(Window, u64)>,
    /// The segment with the newest messages, in which late ones are the likeliest.
    newest: Option<Segment>,
}

/// A page that came.
struct Arrived {
    /// Of the segment that it belongs to.
    window: Window,
    /// Where it begins there.
    offset: u64,
    page: SmsHistoryPage,
    /// How many rows the segment has.
    total: u64,
}

#[derive(PartialEq)]
enum State {
    Start(Option<Cursor>),
    Reading,
    Over,
}

impl<T, S, C> History<T, S, C>
where
    T: Transport + 'static,
    S: TokenSource + 'static,
    C: Clock + 'static,
{
    /// The next page, of as many rows as came and were new; `None` after the last.
    ///
    /// # Errors
    /// As [`get_sms_history`](crate::SmsHistoryClient::get_sms_history); [`Incomplete`](crate::ErrorKind::Incomplete) when
    /// messages are missing and could not be found; [`Format`](crate::ErrorKind::Format) when the API does not say how many
    /// messages there are. The history ends with the first error. Drop the history when you drop this future before it is
    /// done.
    pub async fn next(&mut self) -> Option<Result<SmsHistoryPage, SmsHistoryError>> {
        loop {
            if let Some((page, cursor)) = self.ready.pop_front() {
                return Some(Ok(self.hand_over(page, cursor)));
            }
            if self.state == State::Over {
                return None;
            }
            if let Err(error) = self.step().await {
                self.end();
                return Some(Err(error));
            }
        }
    }

    /// The pages as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<SmsHistoryPage, SmsHistoryError>> {
        unfold(self, |mut history| async {
            let page = history.next().await?;
            Some((page, history))
        })
    }

    /// How many messages the history has, as far as is known: 0 before the first page.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many messages were handed over, those before the cursor included.
    pub fn read(&self) -> u64 {
        self.read
    }

    /// How many messages were read before this history was gone on with, or by it so far.
    fn read_before(&self) -> u64 {
        match &self.state {
            State::Start(Some(cursor)) => cursor.before + cursor.offset,
            _ => self.read,
        }
    }

    /// Ends all requests under way; [`Self::next`] then gives `None`.
    pub fn end(&mut self) {
        self.state = State::Over;
        self.pages = Pages::default();
        self.planning = None;
        self.ready.clear();
    }

    /// Lets the requests under way go on while nobody waits for a page: their time limits and waits are not to depend on
    /// the reader's pace. Ready when all have ended.
    #[cfg_attr(
        not(target_family = "wasm"),
        expect(
            dead_code,
            reason = "only in JavaScript a history is read without being polled"
        )
    )]
    pub(crate) fn poll_ahead(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let pages = self.pages.poll_ahead(context);
        if let Some(planning) = &mut self.planning {
            let cut = std::task::ready!(planning.as_mut().poll(context));
            self.planning = Some(Box::pin(ready(cut)));
        }
        pages
    }

    fn hand_over(&mut self, mut page: SmsHistoryPage, cursor: Option<Cursor>) -> SmsHistoryPage {
        let dropped = (page.len() as u64).saturating_sub(self.left);
        if page.len() as u64 >= self.left {
            page.truncate(self.left as usize);
            self.end();
        }
        let rows = page.len();
        self.left -= rows as u64;
        self.read += rows as u64;
        page.set_place(
            self.total,
            cursor.map(|cursor| {
                let offset = cursor.offset - dropped;
                Cursor { offset, ..cursor }.write()
            }),
        );
        self.reader.pipeline.tell(&Event::Page {
            rows,
            read: self.read,
            total: self.total,
        });
        page
    }

    /// One step nearer to the next page.
    async fn step(&mut self) -> Result<(), SmsHistoryError> {
        if let State::Start(cursor) = std::mem::replace(&mut self.state, State::Reading) {
            return match cursor {
                Some(cursor) => {
                    self.go_on(&cursor)?;
                    // Its page may have been the last of a segment.
                    self.settle().await
                }
                None => self.start().await,
            };
        }
        self.refill();
        let planning = self.planning.take();
        match (self.pages.is_empty(), planning) {
            (true, None) => self.finish().await,
            (true, Some(planning)) => {
                let cut = planning.await?;
                self.begin(cut, None);
                self.settle().await
            }
            (false, None) => {
                let page = self.pages.next().await;
                self.take(page).await
            }
            (false, Some(planning)) => match select(planning, self.pages.next()).await {
                Either::Left((cut, _)) => {
                    self.begin(cut?, None);
                    self.settle().await
                }
                Either::Right((page, planning)) => {
                    self.planning = Some(planning);
                    self.take(page).await
                }
            },
        }
    }
}
