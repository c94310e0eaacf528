//! The pages that were asked for, in order.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::stream::{FuturesOrdered, Stream, StreamExt};

use super::{Arrived, Boxed};
use crate::error::SmsHistoryError;

/// Pages under way, and pages that came while nobody waited for them.
#[derive(Default)]
pub(super) struct Pages {
    under_way: FuturesOrdered<Boxed<Arrived>>,
    arrived: VecDeque<Result<Arrived, SmsHistoryError>>,
}

impl Pages {
    pub(super) fn len(&self) -> usize {
        self.under_way.len() + self.arrived.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn push(&mut self, page: Boxed<Arrived>) {
        self.under_way.push_back(page);
    }

    /// Ready when nothing is under way any more.
    pub(super) fn poll_ahead(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            match self.under_way.poll_next_unpin(context) {
                Poll::Ready(Some(page)) => self.arrived.push_back(page),
                Poll::Ready(None) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl Stream for Pages {
    type Item = Result<Arrived, SmsHistoryError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.arrived.pop_front() {
            Some(page) => Poll::Ready(Some(page)),
            None => self.under_way.poll_next_unpin(context),
        }
    }
}
