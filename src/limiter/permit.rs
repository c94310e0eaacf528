//! A request's turn, from its place in the queue to its end.

use std::{cell::RefCell, rc::Rc};

use super::State;

/// One request under way, or waiting for its start.
pub(crate) struct Permit {
    state: Rc<RefCell<State>>,
    /// The start that is waited for.
    pub(super) booked: Option<f64>,
}

impl Permit {
    pub(super) fn new(state: &Rc<RefCell<State>>) -> Self {
        state.borrow_mut().in_flight += 1;
        Self {
            state: Rc::clone(state),
            booked: None,
        }
    }

    /// Takes the next free start, and keeps it until the wait for it is over.
    pub(super) fn book(&mut self, now: f64) -> f64 {
        let start = self.state.borrow_mut().book(now);
        self.booked = Some(start);
        start
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.state.borrow_mut();
        state.in_flight -= 1;
        // Who gives up, because of a timeout or an abort, leaves the turn to others.
        state.freed.extend(self.booked);
    }
}
