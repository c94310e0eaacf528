//! The pipeline of a call: query, request, token, transport, response; with timeouts, retries and token renewal.

use std::{cell::Cell, time::Duration};

use super::ClientOptions;
use crate::{
    base_url::BaseUrl,
    client::{
        events::Event,
        retry::{self, RetryBudget},
    },
    clock::{Clock, EpochMillis, timeout},
    error::{ErrorKind, SmsHistoryError},
    http::{HttpRequest, HttpResponse, Transport},
    limits::DAY,
    option_names::{ATTEMPT_TIMEOUT, TIMEOUT, TOKEN_SOURCE},
    page::SmsHistoryPage,
    query::SmsHistoryQuery,
    response,
    token::{BearerToken, TokenSource},
};

/// A larger clock skew does not correct tokens and waits: one day.
const MAX_CLOCK_SKEW: EpochMillis = DAY.as_millis() as EpochMillis;
/// A smaller clock skew is ignored: the `Date` header counts whole seconds, and a response takes time to arrive.
const CLOCK_SKEW_TOLERANCE: EpochMillis = 2_000;

/// What all calls of a client share.
pub(crate) struct Pipeline<T, S, C> {
    /// The address of the API, or of a relay.
    pub(super) base_url: BaseUrl,
    pub(super) transport: T,
    /// None behind a relay, which adds the token.
    pub(super) tokens: Option<S>,
    pub(crate) clock: C,
    pub(super) options: ClientOptions,
    pub(super) budget: RetryBudget,
    /// Server time minus local time in milliseconds, from the last response with a `Date` header. At least minus
    /// [`MAX_CLOCK_SKEW`]: a machine's clock may be years behind, but a `Date` of long ago comes from a cache.
    pub(crate) skew: Cell<Option<EpochMillis>>,
    /// How many calls have begun.
    pub(super) calls: Cell<u64>,
}

/// Builds the request of an attempt. Only the token differs between attempts.
type BuildRequest<'a> = dyn Fn(Option<BearerToken>) -> HttpRequest + 'a;

/// Reads a response and stores its content. A trait object, so that pages and files share one compiled pipeline.
type HandleResponse<'a> = dyn FnMut(HttpResponse) -> Result<(), SmsHistoryError> + 'a;

/// The name of the part that a call waits for, if it is not the server. The error of a timeout names it.
type Awaited = Cell<Option<&'static str>>;

impl<T: Transport, S: TokenSource, C: Clock> Pipeline<T, S, C> {
    /// Returns the number of a new call.
    pub(crate) fn begin_call(&self) -> u64 {
        self.calls.set(self.calls.get() + 1);
        self.calls.get()
    }

    /// Reads one page of a call. `first_row` is the index of its first row in the history, for errors.
    pub(crate) async fn fetch_page(
        &self,
        call: u64,
        query: &SmsHistoryQuery,
        first_row: u64,
    ) -> Result<SmsHistoryPage, SmsHistoryError> {
        let mut page = SmsHistoryPage::default();
        let mut handle = |response| {
            page = response::read_page_at(&response, first_row)?;
            Ok(())
        };
        self.execute(call, query, &|request| request, &mut handle)
            .await?;
        Ok(page)
    }

    /// Sends a query of a call, with retries, until `handle` has accepted a response or the client's timeout has passed. `prepare`
    /// may change each request before it is sent.
    pub(crate) async fn execute(
        &self,
        call: u64,
        query: &SmsHistoryQuery,
        prepare: &dyn Fn(HttpRequest) -> HttpRequest,
        handle: &mut HandleResponse<'_>,
    ) -> Result<(), SmsHistoryError> {
        let pairs = query.to_pairs()?;
        let build = |bearer| {
            prepare(match bearer {
                Some(bearer) => HttpRequest::new(&self.base_url, &pairs, bearer),
                None => HttpRequest::to_relay(&self.base_url, &pairs),
            })
        };
        let limit = self.options.timeout;
        let awaited = Cell::new(None);
        let work = self.execute_with_retries(call, &build, handle, &awaited);
        match timeout(&self.clock, limit, work).await {
            Some(result) => result,
            None => {
                let what = match awaited.get() {
                    Some(awaited) => format!("all attempts, with the wait for {awaited},"),
                    None => "all attempts".into(),
                };
                Err(timed_out(TIMEOUT, &what, limit))
            }
        }
    }

    async fn execute_with_retries(
        &self,
        call: u64,
        build: &BuildRequest<'_>,
        handle: &mut HandleResponse<'_>,
        awaited: &Awaited,
    ) -> Result<(), SmsHistoryError> {
        let options = &self.options;
        let started = self.clock.elapsed();
        let (mut attempt, mut renewed, mut has_renewed) = (1, None, false);
        // A rejected token that is not replaced yet, with the API's error.
        let mut rejection: Option<(SmsHistoryError, Option<BearerToken>)> = None;
        loop {
            let limit = options.attempt_timeout;
            let error = if let Some((rejection_error, rejected)) = &rejection {
                let renewal = self.renew(call, rejection_error, rejected.as_ref());
                match timeout(&self.clock, limit, renewal).await {
                    Some(Ok(Some(fresh))) => {
                        (rejection, has_renewed) = (None, true);
                        // A cached token is requested at each attempt, because it may expire before the last one.
                        let cached = self.tokens.as_ref().and_then(S::cached_token);
                        renewed = Some(fresh).filter(|fresh| cached.as_ref() != Some(fresh));
                        continue;
                    }
                    Some(Ok(None)) => match rejection.take() {
                        Some((error, _)) => error,
                        None => continue,
                    },
                    Some(Err(error)) => error,
                    None => timed_out(ATTEMPT_TIMEOUT, "the renewal of the token", limit),
                }
            } else {
                awaited.set(Some("the rate limiter"));
                let permit = options.limiter.acquire(&self.clock, limit).await;
                awaited.set(None);
                let mut used = renewed.clone();
                let work = self.send_once(call, attempt, build, &mut used, handle, awaited);
                let error = match timeout(&self.clock, limit, work).await {
                    Some(Ok(())) => {
                        options.limiter.succeeded();
                        self.budget.earn();
                        return Ok(());
                    }
                    Some(Err(error)) => error,
                    None => {
                        let what = awaited.get().unwrap_or("the attempt");
                        timed_out(ATTEMPT_TIMEOUT, what, limit)
                    }
                };
                drop(permit);
                if error.kind() == ErrorKind::RateLimited {
                    options
                        .limiter
                        .slow_down(self.clock.elapsed(), error.retry_after());
                }
                if rejects_token(&error)
                    && !has_renewed
                    && self.tokens.as_ref().is_some_and(S::can_renew)
                {
                    rejection = Some((error, used));
                    continue;
                }
                error
            };
            if !error.is_retryable() || attempt >= options.retry.max_attempts() {
                return Err(error);
            }
            let retry_after = error.retry_after();
            let delay = options.retry.delay(attempt, retry_after, retry::random());
            // The server's request to wait tells the caller more, and sooner, than a timeout would.
            if retry_after.is_some_and(|wait| self.exceeds_timeout(started, wait.max(delay)))
                || !self.budget.spend()
            {
                return Err(error);
            }
            let pause = options.limiter.time_to_next_slot(self.clock.elapsed());
            self.emit(&Event::Retry {
                call,
                attempt,
                delay: delay.max(pause),
                kind: error.kind(),
                code: error.code(),
                status: error.http_status(),
            });
            self.clock.sleep(delay).await;
            attempt += 1;
        }
    }

    /// Whether a wait ends after the timeout of a call.
    fn exceeds_timeout(&self, started: f64, wait: Duration) -> bool {
        let limit = self.options.timeout;
        limit.is_some_and(|limit| self.since(started) + wait >= limit)
    }

    fn since(&self, started: f64) -> Duration {
        Duration::from_millis((self.clock.elapsed() - started) as u64)
    }

    /// Sends a request with the token `bearer`. Without one, stores a token of the source in it first.
    async fn send_once(
        &self,
        call: u64,
        attempt: u32,
        build: &BuildRequest<'_>,
        bearer: &mut Option<BearerToken>,
        handle: &mut HandleResponse<'_>,
        awaited: &Awaited,
    ) -> Result<(), SmsHistoryError> {
        if let (None, Some(tokens)) = (&bearer, &self.tokens) {
            awaited.set(Some(TOKEN_SOURCE));
            let token = tokens.bearer(false).await;
            awaited.set(None);
            *bearer = Some(token?);
        }
        let request = build(bearer.clone());
        self.emit(&Event::Request { call, attempt });
        let started = self.clock.elapsed();
        let mut response = self.transport.send(&request).await?;
        self.emit(&Event::Response {
            call,
            attempt,
            status: response.status,
            bytes: (!response.is_streamed).then_some(response.body.len()),
            duration: self.since(started),
        });
        let now = self.clock.now();
        let skew = response.server_time().map(|server| server - now);
        if let Some(skew) = skew.filter(|skew| *skew >= -MAX_CLOCK_SKEW) {
            self.skew.set(Some(skew));
        }
        response.received_at = Some(now + self.believed_skew().unwrap_or(0));
        let is_markup = response::is_markup(&response);
        handle(response).map_err(|error| match request.bearer() {
            // The server knows the token, and may repeat it in its error.
            Some(bearer) => error.without_token(bearer),
            None => response::explain_relay_error(error, is_markup),
        })
    }

    /// Returns a token in place of a rejected one, or `None` if the source has no other.
    async fn renew(
        &self,
        call: u64,
        rejection: &SmsHistoryError,
        rejected: Option<&BearerToken>,
    ) -> Result<Option<BearerToken>, SmsHistoryError> {
        let Some(tokens) = self.tokens.as_ref().filter(|tokens| tokens.can_renew()) else {
            return Ok(None);
        };
        let measured = self.believed_skew();
        let skew = measured.filter(|skew| skew.abs() > CLOCK_SKEW_TOLERANCE);
        // Another call may have renewed the token meanwhile.
        let current = tokens
            .cached_token()
            .filter(|cached| Some(cached) != rejected);
        let fresh = match current {
            Some(current) => current,
            None => {
                // Zero is reported too: this machine's clock may have been corrected.
                if measured.is_some() {
                    tokens.set_clock_skew(skew.unwrap_or(0));
                }
                tokens.bearer(true).await?
            }
        };
        if Some(&fresh) == rejected {
            return Ok(None);
        }
        self.emit(&Event::TokenRenewed {
            call,
            code: rejection.code(),
            status: rejection.http_status(),
            clock_skew_ms: skew,
        });
        Ok(Some(fresh))
    }

    /// The last clock skew, unless it is too large to sign tokens and to compute waits by it.
    fn believed_skew(&self) -> Option<EpochMillis> {
        self.skew.get().filter(|skew| *skew <= MAX_CLOCK_SKEW)
    }

    pub(crate) fn emit(&self, event: &Event) {
        if let Some(observer) = &self.options.observer {
            observer.emit(event);
        }
    }
}

/// Whether a new token may help: the API's codes 100 (authorization failed), 455 (issued in the future) and 456
/// (expired), or HTTP 401.
pub(crate) fn rejects_token(error: &SmsHistoryError) -> bool {
    matches!(error.code(), Some(100 | 455 | 456))
        || (error.code().is_none() && error.http_status() == Some(401))
}

fn timed_out(option: &str, what: &str, limit: Option<Duration>) -> SmsHistoryError {
    let millis = limit.unwrap_or_default().as_millis() as u64;
    SmsHistoryError::new(
        ErrorKind::Timeout,
        format!("{option}: expected a response within {millis} ms, but {what} took longer"),
    )
}
