//! The client and its options.

pub mod events;
pub(crate) mod pipeline;
pub mod rate_limiter;
pub mod retry;

use std::{cell::Cell, rc::Rc, time::Duration};

use self::{
    events::Observer,
    pipeline::Pipeline,
    rate_limiter::RateLimiter,
    retry::{RetryBudget, RetryPolicy},
};
use crate::{
    base_url::BaseUrl,
    clock::{Clock, SystemClock},
    error::{ErrorKind, SmsHistoryError},
    export::{ExportOptions, HistoryExport},
    history::{History, HistoryOptions, HistorySpan, MAX_NEWEST, NewestMessages, SpansOptions},
    http::{HttpRequest, Transport},
    page::SmsHistoryPage,
    query::{Output, SmsHistoryQuery},
    response::{self, SmsHistoryFile},
    token::{NoToken, TokenSource},
};

/// The options of a client: retries, timeouts, rate limit and events.
#[derive(Debug)]
pub struct ClientOptions {
    /// When and how often a request is retried. Default: [`RetryPolicy::default`].
    pub retry: RetryPolicy,
    /// The time limit of one attempt, from the wait for a token until the body is read. Default: 30 s.
    pub attempt_timeout: Option<Duration>,
    /// The time limit of one page or file, with all its attempts and waits. Default: 120 s.
    pub timeout: Option<Duration>,
    /// The rate limiter of all requests. Default: no limit until the server asks for one.
    pub limiter: RateLimiter,
    /// The function that receives events. Default: none.
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

/// Reads the SMS history over any [`Transport`], with tokens from any [`TokenSource`]. Clones share one client.
pub struct SmsHistoryClient<T, S, C = SystemClock>(Rc<Pipeline<T, S, C>>);

impl<T: Transport, S: TokenSource> SmsHistoryClient<T, S> {
    /// Creates a client for the API at `base_url`, with the machine's clock and default options.
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

impl<T: Transport, C: Clock> SmsHistoryClient<T, NoToken, C> {
    /// Creates a client behind a relay, which adds the token (see [`BaseUrl::relay`]).
    pub fn through_relay(relay: BaseUrl, transport: T, clock: C, options: ClientOptions) -> Self {
        Self::with_address(relay, transport, None, clock, options)
    }
}

impl<T: Transport, S: TokenSource, C: Clock> SmsHistoryClient<T, S, C> {
    /// Creates a client for the API at `base_url`, with a clock and options.
    pub fn with_options(
        base_url: BaseUrl,
        transport: T,
        tokens: S,
        clock: C,
        options: ClientOptions,
    ) -> Self {
        Self::with_address(base_url, transport, Some(tokens), clock, options)
    }

    /// Creates a client for the API with a source of tokens, or for a relay without.
    pub(crate) fn with_address(
        base_url: BaseUrl,
        transport: T,
        tokens: Option<S>,
        clock: C,
        options: ClientOptions,
    ) -> Self {
        Self(Rc::new(Pipeline {
            base_url,
            transport,
            tokens,
            clock,
            options,
            budget: RetryBudget::default(),
            skew: Cell::new(None),
            calls: Cell::new(0),
        }))
    }

    #[cfg(feature = "sign")]
    pub(crate) fn pipeline(&self) -> &Pipeline<T, S, C> {
        &self.0
    }

    /// Reads one page, of at most 1,000 messages.
    ///
    /// # Errors
    /// - [`ErrorKind::InvalidQuery`] before anything is sent, also when the query asks for a file
    /// - [`ErrorKind::Token`] without a token
    /// - [`ErrorKind::Timeout`]
    /// - those of the [`Transport`] and of [`response::read_page`]
    ///
    /// The client has already retried retryable errors according to [`ClientOptions::retry`].
    pub async fn get_sms_history(
        &self,
        query: &SmsHistoryQuery,
    ) -> Result<SmsHistoryPage, SmsHistoryError> {
        if query.output() != Output::Json {
            return Err(SmsHistoryError::new(
                ErrorKind::InvalidQuery,
                "output: expected JSON for a page, got the format of a file; call download() for a CSV or XLS file",
            ));
        }
        let first_row = query.offset().unwrap_or(0);
        self.0
            .fetch_page(self.0.begin_call(), query, first_row)
            .await
    }

    /// Starts reading a whole history. The query's `count` is the number of rows per request.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidQuery`] for a query with an `offset`, for an `output` other than JSON, and for everything that
    /// [`SmsHistoryQuery::to_pairs`] rejects. [`ErrorKind::InvalidOptions`] for options that are out of range.
    pub fn history(
        &self,
        query: &SmsHistoryQuery,
        options: HistoryOptions,
    ) -> Result<History<T, S, C>, SmsHistoryError>
    where
        T: 'static,
        S: 'static,
        C: 'static,
    {
        History::new(Rc::clone(&self.0), query, options)
    }

    /// Starts exporting a whole history, and waits for its first page. The query's `count` is the number of rows per request.
    ///
    /// # Errors
    /// Those of [`SmsHistoryClient::history`], [`ExportOptions::check`] and [`History::next`].
    pub async fn open_export(
        &self,
        query: &SmsHistoryQuery,
        options: HistoryOptions,
        export: ExportOptions,
    ) -> Result<HistoryExport<T, S, C>, SmsHistoryError>
    where
        T: 'static,
        S: 'static,
        C: 'static,
    {
        HistoryExport::open(self.history(query, options)?, export).await
    }

    /// Counts the messages of a history. The end is fixed as in a history.
    ///
    /// The count is the API's `total_count`. It is requested twice, and four times if it is a multiple of 1,000, as the maximum
    /// of a server would be. If the responses contradict each other, the history is read instead.
    ///
    /// # Errors
    /// Those of [`Self::history`] and [`History::next`].
    pub async fn count(&self, query: &SmsHistoryQuery) -> Result<u64, SmsHistoryError>
    where
        T: 'static,
        S: 'static,
        C: 'static,
    {
        self.history(query, HistoryOptions::default())?
            .count()
            .await
    }

    /// Reads the newest messages, at most [`MAX_NEWEST`]. The order of the API does not matter.
    ///
    /// A few requests find a span of time at the end of the history that has enough messages. That span is read as a history,
    /// with its checks and its errors. The options must have neither a limit nor a cursor.
    ///
    /// # Errors
    /// Those of [`Self::history`] and [`History::next`].
    pub async fn newest(
        &self,
        count: u64,
        query: &SmsHistoryQuery,
        options: HistoryOptions,
    ) -> Result<NewestMessages, SmsHistoryError>
    where
        T: 'static,
        S: 'static,
        C: 'static,
    {
        if count > MAX_NEWEST {
            return Err(SmsHistoryError::new(
                ErrorKind::InvalidOptions,
                format!("count: expected at most {MAX_NEWEST} messages, got more"),
            ));
        }
        self.history(query, options)?.newest(count).await
    }

    /// Plans a long history as spans of time with a bounded number of messages, the oldest first. Together they are the time
    /// span of the query, without gaps and overlaps. A query without a beginning begins in 1970. The end is that of a history.
    ///
    /// Only counts are requested, about three for each span.
    ///
    /// # Errors
    /// Those of [`Self::history`]. [`ErrorKind::Incomplete`] if the counts of parts do not add up to the count of the whole. The
    /// API may, for example, count messages without a date in every span, or in none.
    pub async fn spans(
        &self,
        query: &SmsHistoryQuery,
        options: SpansOptions,
    ) -> Result<Vec<HistorySpan>, SmsHistoryError>
    where
        T: 'static,
        S: 'static,
        C: 'static,
    {
        if options.max_messages == 0 {
            return Err(SmsHistoryError::new(
                ErrorKind::InvalidOptions,
                "max_messages: expected at least 1, got 0",
            ));
        }
        let history = HistoryOptions {
            on_progress: options.on_progress,
            ..HistoryOptions::default()
        };
        let history = self.history(query, history)?;
        history.spans(options.max_messages).await
    }

    /// Reads one page, of at most 1,000 messages, as the API's CSV or XLS file.
    ///
    /// # Errors
    /// As [`SmsHistoryClient::get_sms_history`]; [`ErrorKind::InvalidQuery`] when the query does not ask for a file.
    pub async fn download(
        &self,
        query: &SmsHistoryQuery,
    ) -> Result<SmsHistoryFile, SmsHistoryError> {
        self.file(query, &|request| request).await
    }

    /// As [`Self::download`]; `prepare` may change each request before it is sent.
    pub(crate) async fn file(
        &self,
        query: &SmsHistoryQuery,
        prepare: &dyn Fn(HttpRequest) -> HttpRequest,
    ) -> Result<SmsHistoryFile, SmsHistoryError> {
        if query.output() == Output::Json {
            return Err(SmsHistoryError::new(
                ErrorKind::InvalidQuery,
                "output: expected \"csv\" or \"xls\" for a file, got JSON; set it, or read a page",
            ));
        }
        let mut file = SmsHistoryFile::default();
        let mut handle = |response| {
            file = response::read_file(response)?;
            Ok(())
        };
        self.0
            .execute(self.0.begin_call(), query, prepare, &mut handle)
            .await?;
        Ok(file)
    }
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
