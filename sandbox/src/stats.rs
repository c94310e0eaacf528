//! What requests of the API there were: how many, how many at once, and what came of them.

use crate::app::App;
use crate::faults::NoReply;
use crate::guarded;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

/// Requests of the API, preflights left out, since the sandbox started or its counters were reset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// How many came.
    pub requests: u64,
    /// How many are under way: their reply is not all sent.
    pub in_flight: u64,
    /// The most that were under way at once.
    pub peak_in_flight: u64,
    /// How many replies there were of each HTTP status; under `none`, requests that got no reply: the connection was
    /// reset, or the client went away.
    pub replies: BTreeMap<String, u64>,
    /// How many different tokens came with the requests.
    pub tokens: u64,
}

/// Counts requests.
#[derive(Default)]
pub(crate) struct Counter(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    stats: Stats,
    /// Hashes: nothing here knows a token.
    tokens: HashSet<u64>,
}

impl Counter {
    pub(crate) fn stats(&self) -> Stats {
        self.with(|counted| {
            let tokens = counted.tokens.len() as u64;
            let stats = counted.stats.clone();
            Stats { tokens, ..stats }
        })
    }

    /// All to zero, but for what is under way.
    pub(crate) fn reset(&self) {
        self.with(|counted| {
            let in_flight = counted.stats.in_flight;
            *counted = Counted::default();
            counted.stats.in_flight = in_flight;
            counted.stats.peak_in_flight = in_flight;
        });
    }

    fn begin(&self, token: Option<u64>) {
        self.with(|counted| {
            let stats = &mut counted.stats;
            stats.requests += 1;
            stats.in_flight += 1;
            stats.peak_in_flight = stats.peak_in_flight.max(stats.in_flight);
            counted.tokens.extend(token);
        });
    }

    fn reply(&self, status: String) {
        self.with(|counted| *counted.stats.replies.entry(status).or_default() += 1);
    }

    fn with<T>(&self, change: impl FnOnce(&mut Counted) -> T) -> T {
        // Counters are good even if a thread died while it had them.
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One request under way, from its arrival until its reply is sent or nobody waits for it.
struct UnderWay {
    app: Arc<App>,
    replied: bool,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if !self.replied {
            self.app.counter.reply("none".to_owned());
        }
        self.app
            .counter
            .with(|counted| counted.stats.in_flight -= 1);
    }
}

/// The layer. It is the outermost, so that all that is done to a request counts as its time.
pub(crate) async fn count(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let token = request.headers().get(header::AUTHORIZATION).map(|value| {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        hasher.finish()
    });
    app.counter.begin(token);
    let mut under_way = UnderWay {
        app,
        replied: false,
    };
    let reply = next.run(request).await;
    if reply.extensions().get::<NoReply>().is_none() {
        let status = reply.status().as_str().to_owned();
        under_way.app.counter.reply(status);
        under_way.replied = true;
    }
    guarded::hold(reply, under_way)
}
