//! A request's turn, from its place in the queue to its end.

use std::{cell::RefCell, rc::Rc, time::Duration};

use super::{FROZEN, State};

/// One request under way, or waiting for its start.
pub(crate) struct Permit {
    state: Rc<RefCell<State>>,
    number: u64,
    /// How long after its start it counts as under way, in milliseconds.
    longest: f64,
    /// The start that is waited for.
    booked: Option<f64>,
    /// How often the limiter had been slowed down when it was booked.
    slowed: u64,
}

impl Permit {
    pub(super) fn new(shared: &Rc<RefCell<State>>, longest: Option<Duration>) -> Self {
        let mut state = shared.borrow_mut();
        state.permits += 1;
        let number = state.permits;
        state.in_flight.push((number, f64::INFINITY));
        let longest = longest.map_or(f64::INFINITY, |longest| longest.as_secs_f64() * 1000.0);
        Self {
            state: Rc::clone(shared),
            number,
            longest: longest + FROZEN,
            booked: None,
            slowed: 0,
        }
    }

    /// Takes the next free start, and keeps it until the wait for it is over.
    pub(super) fn book(&mut self, now: f64) -> f64 {
        let mut state = self.state.borrow_mut();
        let start = state.book(now);
        let mut in_flight = state.in_flight.iter_mut();
        if let Some((_, until)) = in_flight.find(|(number, _)| *number == self.number) {
            *until = start + self.longest;
        }
        self.booked = Some(start);
        self.slowed = state.slowed;
        start
    }

    /// Whether the limiter was not slowed down since the start was booked.
    pub(super) fn is_valid(&self) -> bool {
        self.slowed == self.state.borrow().slowed
    }

    /// The wait is over.
    pub(super) fn begin(&mut self) {
        self.booked = None;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.state.borrow_mut();
        state.in_flight.retain(|(number, _)| *number != self.number);
        // Who gives up, because of a timeout or an abort, leaves the turn to others.
        if self.slowed == state.slowed {
            state.freed.extend(self.booked);
        }
    }
}
