//! The straight line: query -> request -> token -> transport -> response -> page, and the loop that sends it again.

use std::{borrow::Cow, cell::Cell, rc::Rc, time::Duration};

use crate::{
    base_url::BaseUrl,
    clock::{Clock, EpochMillis, SystemClock, within},
    error::{ErrorKind, SmsHistoryError},
    event::{Event, Observer},
    limiter::RateLimiter,
    page::SmsHistoryPage,
    query::{Output, SmsHistoryQuery},
    request::Request,
    response::{self, SmsHistoryFile},
    retry::{self, Budget, RetryPolicy},
    token::{Bearer, TokenSource},
    transport::{Reply, Transport},
};

/// How a client behaves beside what it asks for. [`ClientOptions::default`] suits most.
#[derive(Debug)]
pub struct ClientOptions {
    /// How often a request is sent. See [`RetryPolicy::default`].
    pub retry: RetryPolicy,
    /// The longest that one attempt may take, from the wait for a token until the body is read. Default: 30 s.
    pub attempt_timeout: Option<Duration>,
    /// The longest that one page or file may take with all its attempts and waits. Default: 120 s.
    pub timeout: Option<Duration>,
    /// How fast requests start. By default there is no limit until the server asks for one.
    pub limiter: RateLimiter,
    /// Gets every event. Default: none.
    pub observer: Option<Observer>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            retry: RetryPolicy::default(),
            attempt_timeout: Some(Duration::from_secs(30)),
            timeout: Some(Duration::from_secs(120)),
            limiter: RateLimiter::default(),
            observer: None,
        }
    }
}

/// Reads the SMS history over any [`Transport`], with tokens from any [`TokenSource`]. A clone is the same client.
pub struct SmsHistoryClient<T, S, C = SystemClock>(Rc<Line<T, S, C>>);

struct Line<T, S, C> {
    base_url: BaseUrl,
    transport: T,
    tokens: S,
    clock: C,
    options: ClientOptions,
    budget: Budget,
    /// By how many milliseconds the server's clock is ahead of this machine's, as the last reply told.
    skew: Cell<Option<EpochMillis>>,
}

/// What is sent: the same at each attempt but for the token.
type Pairs = [(Cow<'static, str>, String)];

/// Reads a reply, and keeps what is in it. Not a type parameter: pages and files go through one code.
type Read<'a> = dyn FnMut(Reply) -> Result<(), SmsHistoryError> + 'a;

impl<T: Transport, S: TokenSource> SmsHistoryClient<T, S> {
    /// A client of the API behind `base_url`, with the machine's clock and default options.
    pub fn new(base_url: BaseUrl, transport: T, tokens: S) -> Self {
        Self::with_options(
            base_url,
            transport,
            tokens,
            SystemClock,
            ClientOptions::default(),
        )
    }
}

impl<T: Transport, S: TokenSource, C: Clock> SmsHistoryClient<T, S, C> {
    /// A client of the API behind `base_url`.
    pub fn with_options(
        base_url: BaseUrl,
        transport: T,
        tokens: S,
        clock: C,
        options: ClientOptions,
    ) -> Self {
        Self(Rc::new(Line {
            base_url,
            transport,
            tokens,
            clock,
            options,
            budget: Budget::default(),
            skew: Cell::new(None),
        }))
    }

    /// Reads one page, of at most 1,000 messages.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidQuery`] before anything is sent, also when the query asks for a file; [`ErrorKind::Token`] when
    /// there is no token; [`ErrorKind::Timeout`]; what the [`Transport`] and [`response::read_page`] say otherwise. What may
    /// succeed later was tried again as [`ClientOptions::retry`] says.
    pub async fn get_sms_history(
        &self,
        query: &SmsHistoryQuery,
    ) -> Result<SmsHistoryPage, SmsHistoryError> {
        if query.output() != Output::Json {
            return Err(SmsHistoryError::new(
                ErrorKind::InvalidQuery,
                "output: a page is read as JSON; for a CSV or XLS file call download()",
            ));
        }
        let mut page = SmsHistoryPage::default();
        self.0
            .send(query, &mut |reply| {
                page = response::read_page(&reply)?;
                Ok(())
            })
            .await?;
        Ok(page)
    }

    /// Reads one page, of at most 1,000 messages, as the CSV or XLS file that the API makes of it.
    ///
    /// # Errors
    /// As [`SmsHistoryClient::get_sms_history`]; [`ErrorKind::InvalidQuery`] when the query asks for no file.
    pub async fn download(
        &self,
        query: &SmsHistoryQuery,
    ) -> Result<SmsHistoryFile, SmsHistoryError> {
        if query.output() == Output::Json {
            return Err(SmsHistoryError::new(
                ErrorKind::InvalidQuery,
                "output: expected \"csv\" or \"xls\" to download a file",
            ));
        }
        let mut file = SmsHistoryFile::default();
        self.0
            .send(query, &mut |reply| {
                file = response::read_file(reply)?;
                Ok(())
            })
            .await?;
        Ok(file)
    }

    pub(crate) fn clock(&self) -> &C {
        &self.0.clock
    }

    /// By how many milliseconds the server's clock is ahead, if a reply has told.
    pub(crate) fn clock_skew(&self) -> Option<EpochMillis> {
        self.0.skew.get()
    }

    pub(crate) fn tell(&self, event: &Event) {
        self.0.tell(event);
    }
}

impl<T: Transport, S: TokenSource, C: Clock> Line<T, S, C> {
    async fn send(
        &self,
        query: &SmsHistoryQuery,
        read: &mut Read<'_>,
    ) -> Result<(), SmsHistoryError> {
        let pairs = query.pairs()?;
        let limit = self.options.timeout;
        match within(&self.clock, limit, self.attempts(&pairs, read)).await {
            Some(outcome) => outcome,
            None => Err(timed_out("timeoutMs", "all attempts together took", limit)),
        }
    }

    async fn attempts(&self, pairs: &Pairs, read: &mut Read<'_>) -> Result<(), SmsHistoryError> {
        let options = &self.options;
        let (mut attempt, mut renewed) = (1, None);
        loop {
            let permit = options.limiter.acquire(&self.clock).await;
            let mut used = None;
            let work = self.attempt(attempt, pairs, renewed.clone(), &mut used, read);
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
                    .slow_down(self.clock.now(), error.retry_after());
            }
            if refuses_token(&error) && renewed.is_none() {
                renewed = self.renew(&error, used).await;
                if renewed.is_some() {
                    continue;
                }
            }
            if !error.is_retryable()
                || attempt >= options.retry.max_attempts()
                || !self.budget.spend()
            {
                return Err(error);
            }
            let delay = options
                .retry
                .delay(attempt, error.retry_after(), retry::random());
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

    async fn attempt(
        &self,
        attempt: u32,
        pairs: &Pairs,
        renewed: Option<Bearer>,
        used: &mut Option<Bearer>,
        read: &mut Read<'_>,
    ) -> Result<(), SmsHistoryError> {
        let bearer = match renewed {
            Some(bearer) => bearer,
            None => self.tokens.bearer(false).await?,
        };
        *used = Some(bearer.clone());
        let request = Request::new(&self.base_url, pairs, bearer);
        self.tell(&Event::Request { attempt });
        let began = self.clock.now();
        let reply = self.transport.send(&request).await?;
        let now = self.clock.now();
        self.tell(&Event::Response {
            attempt,
            status: reply.status,
            bytes: reply.body.len(),
            duration: Duration::from_millis(u64::try_from(now - began).unwrap_or(0)),
        });
        if let Some(server) = reply.server_time() {
            self.skew.set(Some(server - now));
        }
        read(reply)
    }

    /// Another token in place of one that was refused, if there is one.
    async fn renew(&self, refusal: &SmsHistoryError, refused: Option<Bearer>) -> Option<Bearer> {
        // The header counts whole seconds, and a reply takes its time: less than this is no skew.
        const NOISE: EpochMillis = 2_000;
        let skew = self.skew.get().filter(|skew| skew.abs() > NOISE);
        // A source that has no other token says so by an error, and the API's own words tell more. Another call may
        // have renewed the token meanwhile.
        let current = self.tokens.bearer(false).await.ok();
        let fresh = match current {
            Some(current) if Some(&current) != refused.as_ref() => current,
            _ => {
                if let Some(skew) = skew {
                    self.tokens.set_clock_skew(skew);
                }
                self.tokens.bearer(true).await.ok()?
            }
        };
        if Some(&fresh) == refused.as_ref() {
            return None;
        }
        self.tell(&Event::TokenRenewed {
            code: refusal.code(),
            status: refusal.http_status(),
            clock_skew_ms: skew,
        });
        Some(fresh)
    }

    fn tell(&self, event: &Event) {
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

impl<T, S, C> Clone for SmsHistoryClient<T, S, C> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T: std::fmt::Debug, S: std::fmt::Debug, C> std::fmt::Debug for SmsHistoryClient<T, S, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmsHistoryClient")
            .field("base_url", &self.0.base_url)
            .field("transport", &self.0.transport)
            .field("tokens", &self.0.tokens)
            .finish_non_exhaustive()
    }
}
