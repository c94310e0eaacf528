//! A relay: a server of its own origin that sends a page's queries to the API with a token, so that the page has none.
//!
//! The page's client sends `POST <relay>/GetSmsHistory` with the query as a form (see
//! [`SmsHistoryClient::through_relay`](crate::SmsHistoryClient::through_relay)). A [`Relay`] checks where the request comes
//! from, validates the query as the client does, and restricts it by [`RelayAllow`]. It then sends the query through the
//! pipeline of a client of its own, with that client's token, limiter, events and retries. The pipeline renews a rejected
//! token once. The page's client retries, so the relay's client should not.
//!
//! Errors are the API's envelope, written by the relay. They contain the API's code and plain words, nothing else.

mod allow;
mod reply;
mod request;

use std::{cell::Cell, rc::Rc};

use crate::{
    client::SmsHistoryClient,
    clock::Clock,
    error::SmsHistoryError,
    http::{HttpRequest, HttpResponse, Transport},
    query::SmsHistoryQuery,
    redact, response,
    token::TokenSource,
};

pub use allow::RelayAllow;
pub use reply::RelayResponse;
pub use request::RelayRequest;

/// The options of a relay.
#[derive(Clone, Debug, Default)]
pub struct RelayOptions {
    /// What every query may ask for. Default: everything.
    pub allow: RelayAllow,
    /// The origins of pages that may use the relay, besides its own: `https://dashboard.example`. Default: none.
    pub origins: Vec<String>,
}

/// A relay for the one API method. Clones share one relay.
///
/// It takes three steps: [`Self::check`], then your own check of the user, then [`Self::forward`].
pub struct Relay<T, S, C>(Rc<Shared<T, S, C>>);

struct Shared<T, S, C> {
    client: SmsHistoryClient<T, S, C>,
    options: RelayOptions,
}

impl<T: Transport, S: TokenSource, C: Clock> Relay<T, S, C> {
    /// Creates a relay that sends queries with this client's token, limiter, timeouts, events and retries. Pages retry
    /// themselves, so give the client [`RetryPolicy::NONE`](crate::client::retry::RetryPolicy::NONE).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`](crate::ErrorKind::InvalidOptions) for an origin that is none.
    pub fn new(
        client: SmsHistoryClient<T, S, C>,
        options: RelayOptions,
    ) -> Result<Self, SmsHistoryError> {
        for origin in &options.origins {
            request::check_origin(origin)?;
        }
        Ok(Self(Rc::new(Shared { client, options })))
    }

    /// Checks method, address, type and origin of a request, before its body is read.
    ///
    /// # Errors
    /// The response to a request that is not accepted.
    pub fn check(&self, request: &RelayRequest<'_>) -> Result<(), RelayResponse> {
        request::check(request, &self.0.options.origins).map_err(|(status, message)| {
            self.finish(request, RelayResponse::rejected_request(status, message))
        })
    }

    /// Sends the query of a form to the API, if [`RelayOptions::allow`] and `allow` permit it, and returns the response for
    /// the page. Call it for requests that passed [`Self::check`] and your own check of the user.
    pub async fn forward(
        &self,
        request: &RelayRequest<'_>,
        form: &str,
        allow: Option<&RelayAllow>,
    ) -> RelayResponse {
        let unchanged = |http_request| http_request;
        self.forward_with(request, form, allow, &unchanged).await
    }

    /// Does what [`Self::forward`] does. `prepare` may set the reader of the body.
    pub(crate) async fn forward_with(
        &self,
        request: &RelayRequest<'_>,
        form: &str,
        allow: Option<&RelayAllow>,
        prepare: &dyn Fn(HttpRequest) -> HttpRequest,
    ) -> RelayResponse {
        let response = match self.query(form, allow) {
            Ok(query) => self.send(&query, prepare).await,
            Err(refusal) => refusal,
        };
        self.finish(request, response)
    }

    /// Returns an error of the relay itself, for example HTTP 403 for a user who is not signed in. The message reaches the page.
    pub fn refuse(&self, request: &RelayRequest<'_>, status: u16, message: &str) -> RelayResponse {
        self.finish(request, RelayResponse::refusal(status, message))
    }

    /// Adds the headers that depend on the request.
    fn finish(&self, request: &RelayRequest<'_>, mut response: RelayResponse) -> RelayResponse {
        response
            .headers
            .extend(request::cors_headers(request, &self.0.options.origins));
        response
    }

    /// Reads and restricts a query. Fails with the response to a query that is invalid or not allowed.
    fn query(
        &self,
        form: &str,
        allow: Option<&RelayAllow>,
    ) -> Result<SmsHistoryQuery, RelayResponse> {
        if form.len() > request::MAX_FORM_BYTES {
            return Err(RelayResponse::refusal(413, request::FORM_TOO_LONG));
        }
        let now = self.0.client.pipeline().clock.now();
        let read = || {
            let mut query = SmsHistoryQuery::from_form(form)?;
            for allow in [Some(&self.0.options.allow), allow].into_iter().flatten() {
                query = allow.restrict(query, now)?;
            }
            query.to_pairs()?;
            Ok(query)
        };
        read().map_err(|error: SmsHistoryError| RelayResponse::refusal(400, error.message()))
    }

    /// Sends a query to the API.
    async fn send(
        &self,
        query: &SmsHistoryQuery,
        prepare: &dyn Fn(HttpRequest) -> HttpRequest,
    ) -> RelayResponse {
        let bearer = Cell::new(None);
        let prepare = |request: HttpRequest| {
            bearer.set(request.bearer().cloned());
            prepare(request)
        };
        let mut passed = None;
        let mut handle = |mut received: HttpResponse| {
            let is_sent = received.is_streamed;
            let is_safe = bearer.take().is_none_or(|bearer| {
                reply::remove_token(&mut received, &bearer);
                !redact::repeats_token(&received.body, bearer.expose())
            });
            let checked = match is_sent {
                true => Ok(()),
                false => response::check_relayed(&received, query.output()),
            };
            passed = Some(match &checked {
                Ok(()) if is_safe => RelayResponse::passed(received, query.output()),
                Ok(()) => RelayResponse::refusal(502, reply::ECHOED_TOKEN),
                Err((error, envelope)) => {
                    RelayResponse::failed(received, error, envelope.as_deref())
                }
            });
            checked.map_err(|(error, _)| error)
        };
        let pipeline = self.0.client.pipeline();
        let call = pipeline.begin_call();
        let result = pipeline.execute(call, query, &prepare, &mut handle).await;
        match (passed, result) {
            (Some(response), Ok(())) => response,
            // The last thing that happened may be a failure to renew the token that this response rejected.
            (Some(response), Err(error)) if error.http_status().is_some() => RelayResponse {
                failure: Some(error).filter(reply::is_wrong_setting),
                ..response
            },
            (_, Err(error)) => RelayResponse::unavailable(error),
            (None, Ok(())) => RelayResponse::refusal(502, reply::NO_RESPONSE),
        }
    }
}

impl<T, S, C> Clone for Relay<T, S, C> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T, S, C> std::fmt::Debug for Relay<T, S, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relay")
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}
