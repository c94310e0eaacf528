//! Counters of API requests.

use crate::body_guard;
use crate::faults::NoResponse;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

/// Counters of API requests, without preflights, since the sandbox started or the counters were reset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// Number of requests.
    pub requests: u64,
    /// Number of requests in flight: the server has not sent all of their response.
    pub in_flight: u64,
    /// Maximum number of concurrent requests.
    pub peak_in_flight: u64,
    /// Number of responses by HTTP status. `none` counts requests without a response, because the connection was reset
    /// or the client disconnected.
    pub responses: BTreeMap<String, u64>,
    /// Number of distinct tokens.
    pub tokens: u64,
}

#[derive(Default)]
pub(crate) struct Counter(Mutex<Counters>);

#[derive(Default)]
struct Counters {
    stats: Stats,
    /// Hashes, so that no token is stored.
    tokens: HashSet<u64>,
}

impl Counter {
    pub(crate) fn stats(&self) -> Stats {
        self.with(|counters| Stats {
            tokens: counters.tokens.len() as u64,
            ..counters.stats.clone()
        })
    }

    /// Sets all counters to zero, except those of requests in flight.
    pub(crate) fn reset(&self) {
        self.with(|counters| {
            let in_flight = counters.stats.in_flight;
            *counters = Counters::default();
            counters.stats.in_flight = in_flight;
            counters.stats.peak_in_flight = in_flight;
        });
    }

    fn begin(&self, token: Option<u64>) {
        self.with(|counters| {
            let stats = &mut counters.stats;
            stats.requests += 1;
            stats.in_flight += 1;
            stats.peak_in_flight = stats.peak_in_flight.max(stats.in_flight);
            counters.tokens.extend(token);
        });
    }

    fn add_response(&self, status: String) {
        self.with(|counters| *counters.stats.responses.entry(status).or_default() += 1);
    }

    fn with<T>(&self, change: impl FnOnce(&mut Counters) -> T) -> T {
        // The counters stay valid if a thread panics while it holds the lock.
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A request in flight, until the server has sent its response or dropped it.
struct InFlight {
    counter: Arc<Counter>,
    has_response: bool,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if !self.has_response {
            self.counter.add_response("none".to_owned());
        }
        self.counter.with(|counters| counters.stats.in_flight -= 1);
    }
}

/// The layer that counts. It is the outermost, so that a request is in flight during all other layers.
pub(crate) async fn count(
    State(counter): State<Arc<Counter>>,
    request: Request,
    next: Next,
) -> Response {
    let token = request.headers().get(header::AUTHORIZATION).map(|value| {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        hasher.finish()
    });
    counter.begin(token);
    let mut in_flight = InFlight {
        counter,
        has_response: false,
    };
    let response = next.run(request).await;
    if response.extensions().get::<NoResponse>().is_none() {
        let status = response.status().as_str().to_owned();
        in_flight.counter.add_response(status);
        in_flight.has_response = true;
    }
    body_guard::hold(response, in_flight)
}
