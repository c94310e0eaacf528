//! The straight line: query -> request -> token -> transport -> response, and the loop that goes along it again.

use std::{cell::Cell, time::Duration};

use super::ClientOptions;
use crate::{
    base_url::BaseUrl,
    client::events::Event,
    client::retry::{self, RetryBudget},
    clock::{Clock, EpochMillis, within},
    error::{ErrorKind, SmsHistoryError},
    http::HttpRequest,
    http::{HttpResponse, Transport},
    page::SmsHistoryPage,
    query::SmsHistoryQuery,
    response,
    token::{BearerToken, TokenSource},
};

/// By how much the server's clock may be believed to be ahead or behind: a day.
const FURTHEST: EpochMillis = 86_400_000;

/// What all calls of a client share.
pub(crate) struct Pipeline<T, S, C> {
    pub(super) base_url: BaseUrl,
    pub(super) transport: T,
    pub(super) tokens: S,
    pub(crate) clock: C,
    pub(super) options: ClientOptions,
    pub(super) budget: RetryBudget,
    /// By how many milliseconds the server's clock is ahead of this machine's, as the last reply told.
    pub(crate) skew: Cell<Option<EpochMillis>>,
}

/// Makes what is sent: the same at each attempt but for the token.
type Make<'a> = dyn Fn(BearerToken) -> HttpRequest + 'a;

/// Reads a reply, and keeps what is in it. Not a type parameter: pages and files go through one code.
type Read<'a> = dyn FnMut(HttpResponse) -> Result<(), SmsHistoryError> + 'a;

impl<T: Transport, S: TokenSource, C: Clock> Pipeline<T, S, C> {
    /// Reads one page.
    pub(crate) async fn fetch_page(
        &self,
        query: &SmsHistoryQuery,
    ) -> Result<SmsHistoryPage, SmsHistoryError> {
        let mut page = SmsHistoryPage::default();
        self.send(query, &|request| request, &mut |response| {
            page = response::read_page(&response)?;
            Ok(())
        })
        .await?;
        Ok(page)
    }

    /// Sends a query, again where that may help, until `read` has taken a reply, for as long as a call may take. `prepare`
    /// has the last word on each request.
    pub(super) async fn send(
        &self,
        query: &SmsHistoryQuery,
        prepare: &dyn Fn(HttpRequest) -> HttpRequest,
        read: &mut Read<'_>,
    ) -> Result<(), SmsHistoryError> {
        let pairs = query.to_pairs()?;
        let make = |bearer| prepare(HttpRequest::new(&self.base_url, &pairs, bearer));
        let limit = self.options.timeout;
        let queues = Cell::new(false);
        match within(&self.clock, limit, self.attempts(&make, read, &queues)).await {
            Some(outcome) => outcome,
            None => {
                let what = if queues.get() {
                    "all attempts and the wait for the limiter's turn together took"
                } else {
                    "all attempts together took"
                };
                Err(timed_out("timeoutMs", what, limit))
            }
        }
    }

    /// `queues` tells whether a request waits for its turn.
    async fn attempts(
        &self,
        make: &Make<'_>,
        read: &mut Read<'_>,
        queues: &Cell<bool>,
    ) -> Result<(), SmsHistoryError> {
        let options = &self.options;
        let began = self.clock.elapsed();
        let (mut attempt, mut renewed, mut has_renewed) = (1, None, false);
        loop {
            queues.set(true);
            let permit = options
                .limiter
                .acquire(&self.clock, options.attempt_timeout)
                .await;
            queues.set(false);
            let mut used = None;
            let work = self.attempt(attempt, make, renewed.clone(), &mut used, read);
            let error = match within(&self.clock, options.attempt_timeout, work).await {
                Some(Ok(())) => {
                    options.limiter.succeeded();
                    self.budget.earn();
                    return Ok(());
                }
                Some(Err(error)) => error,
                None => timed_out(
                    "attemptTimeoutMs",
                    "one attempt took",
                    options.attempt_timeout,
                ),
            };
            drop(permit);
            if error.kind() == ErrorKind::RateLimited {
                options
                    .limiter
                    .slow_down(self.clock.elapsed(), error.retry_after());
            }
            if refuses_token(&error) && !has_renewed {
                let limit = options.attempt_timeout;
                let renewal = self.renew(&error, used);
                renewed = match within(&self.clock, limit, renewal).await {
                    Some(fresh) => fresh?,
                    None => return Err(timed_out("attemptTimeoutMs", "another token took", limit)),
                };
                if renewed.is_some() {
                    has_renewed = true;
                    // One that is kept is asked for at each attempt: it may end before the last of them.
                    renewed =
                        renewed.filter(|fresh| self.tokens.cached_token().as_ref() != Some(fresh));
                    continue;
                }
            }
            if !error.is_retryable() || attempt >= options.retry.max_attempts() {
                return Err(error);
            }
            let asked = error.retry_after();
            let delay = options.retry.delay(attempt, asked, retry::random());
            if asked.is_some_and(|asked| self.outlasts_the_call(began, asked.max(delay)))
                || !self.budget.spend()
            {
                return Err(error);
            }
            self.tell(&Event::Retry {
                attempt,
                delay,
                kind: error.kind(),
                code: error.code(),
                status: error.http_status(),
            });
            self.clock.sleep(delay).await;
            attempt += 1;
        }
    }

    /// Whether a wait that the server asks for ends when the call, which began then, is over: that it was asked tells more
    /// than that the time was up, and tells it sooner.
    fn outlasts_the_call(&self, began: f64, delay: Duration) -> bool {
        let limit = self.options.timeout;
        limit.is_some_and(|limit| self.since(began) + delay >= limit)
    }

    fn since(&self, began: f64) -> Duration {
        Duration::from_millis((self.clock.elapsed() - began) as u64)
    }

    async fn attempt(
        &self,
        attempt: u32,
        make: &Make<'_>,
        renewed: Option<BearerToken>,
        used: &mut Option<BearerToken>,
        read: &mut Read<'_>,
    ) -> Result<(), SmsHistoryError> {
        let bearer = match renewed {
            Some(bearer) => bearer,
            None => self.tokens.bearer(false).await?,
        };
        *used = Some(bearer.clone());
        let request = make(bearer);
        self.tell(&Event::Request { attempt });
        let began = self.clock.elapsed();
        let reply = self.transport.send(&request).await?;
        self.tell(&Event::Response {
            attempt,
            status: reply.status,
            bytes: reply.body.len(),
            duration: self.since(began),
        });
        let skew = reply.server_time().map(|server| server - self.clock.now());
        // One that is further off tells nothing of this machine's clock, and no token is to be made for then.
        if let Some(skew) = skew.filter(|skew| skew.abs() <= FURTHEST) {
            self.skew.set(Some(skew));
        }
        read(reply)
    }

    /// Another token in place of one that was refused, if there is one.
    async fn renew(
        &self,
        refusal: &SmsHistoryError,
        refused: Option<BearerToken>,
    ) -> Result<Option<BearerToken>, SmsHistoryError> {
        // The header counts whole seconds, and a reply takes its time: less than this is no skew.
        const NOISE: EpochMillis = 2_000;
        if !self.tokens.can_renew() {
            return Ok(None);
        }
        let told = self.skew.get();
        let skew = told.filter(|skew| skew.abs() > NOISE);
        // Another call may have renewed the token meanwhile.
        let current = self
            .tokens
            .cached_token()
            .filter(|kept| Some(kept) != refused.as_ref());
        let fresh = match current {
            Some(current) => current,
            None => {
                // Also that there is none any more: this machine's clock may have been set right.
                if told.is_some() {
                    self.tokens.set_clock_skew(skew.unwrap_or(0));
                }
                self.tokens.bearer(true).await?
            }
        };
        if Some(&fresh) == refused.as_ref() {
            return Ok(None);
        }
        self.tell(&Event::TokenRenewed {
            code: refusal.code(),
            status: refusal.http_status(),
            clock_skew_ms: skew,
        });
        Ok(Some(fresh))
    }

    pub(crate) fn tell(&self, event: &Event) {
        if let Some(observer) = &self.options.observer {
            observer.tell(event);
        }
    }
}

/// Whether a new token may help: the API's codes 100 (authorization failed), 455 (issued in the future) and 456
/// (expired), or HTTP 401.
fn refuses_token(error: &SmsHistoryError) -> bool {
    matches!(error.code(), Some(100 | 455 | 456))
        || (error.code().is_none() && error.http_status() == Some(401))
}

fn timed_out(option: &str, what: &str, limit: Option<Duration>) -> SmsHistoryError {
    let millis = limit.unwrap_or_default().as_millis() as u64;
    SmsHistoryError::new(
        ErrorKind::Timeout,
        format!("{what} longer than {millis} ms (option {option})"),
    )
}
