//! Starts, controls and stops a sandbox.

use crate::account::{Account, Credentials};
use crate::connection::{Connection, Identity, Stream, TcpConnections, TlsConnections};
use crate::contract::{Contract, ContractReport, Recorder};
use crate::data::{Dataset, DatasetFull, MAX_MESSAGES, Shape};
use crate::error::StartError;
use crate::faults::{Fault, FaultReport, FaultSet};
use crate::inserts::{Inserts, MAX_INSERTS_PER_SECOND};
use crate::limits::{Bucket, Limits};
use crate::options::Options;
use crate::random::Random;
use crate::router::{API_PATH, router};
use crate::state::AppState;
use crate::stats::{Counter, Stats};
use axum::Router;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tower_service::Service;

/// How long [`Sandbox::shutdown`] waits for requests in flight.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// The future of [`Sandbox::start`].
pub type StartFuture = Pin<Box<dyn Future<Output = Result<Sandbox, StartError>> + Send>>;

/// A mock API server on 127.0.0.1. It runs until it is shut down or dropped.
pub struct Sandbox {
    address: SocketAddr,
    /// URL and certificate.
    tls: Option<(String, String)>,
    state: Arc<AppState>,
    credentials: Credentials,
    /// Dropping it stops the servers.
    stop: Option<watch::Sender<()>>,
    servers: JoinSet<()>,
}

impl Sandbox {
    /// Generates the account's key and its messages, and listens. The server runs on the current Tokio runtime.
    ///
    /// # Errors
    /// If an option is out of range, the port is in use, or the contract is not readable.
    pub fn start(options: Options) -> StartFuture {
        // Boxed, so that the server's code is not generated again in each crate that starts a sandbox.
        Box::pin(Self::begin(options))
    }

    async fn begin(options: Options) -> Result<Self, StartError> {
        for (option, value, max) in [
            ("messages", options.messages, MAX_MESSAGES),
            (
                "insert_per_second",
                options.insert_per_second,
                MAX_INSERTS_PER_SECOND,
            ),
        ] {
            if value > max {
                return Err(StartError::OutOfRange { option, max });
            }
        }
        if let Some(rate) = options.rate {
            rate.checked().map_err(StartError::Rate)?;
        }
        let port = options.port;
        let port_error = |source| StartError::Port { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(port_error)?;
        let address = listener.local_addr().map_err(port_error)?;
        let tls = options.tls.then(Identity::generate).transpose()?;
        let state = tokio::task::spawn_blocking(move || prepare(&options))
            .await
            .map_err(|error| StartError::Key(error.to_string()))??;
        let state = Arc::new(state);
        let credentials = state.account.credentials()?;

        let (stop, stopped) = watch::channel(());
        let router = router(state.clone());
        let mut servers = JoinSet::new();
        let tls = match tls {
            None => None,
            Some(identity) => {
                let listener = TlsConnections::bind(&identity).await?;
                let url = format!("https://{}{API_PATH}", listener.address());
                servers.spawn(serve(listener, router.clone(), stopped.clone()));
                Some((url, identity.certificate))
            }
        };
        servers.spawn(serve(TcpConnections(listener), router, stopped));
        Ok(Self {
            address,
            tls,
            state,
            credentials,
            stop: Some(stop),
            servers,
        })
    }

    /// The API's base URL, without a trailing slash: `http://127.0.0.1:PORT/platform_api`.
    pub fn url(&self) -> String {
        format!("{}{API_PATH}", self.origin())
    }

    /// The origin, `http://127.0.0.1:PORT`. The admin routes are below `/sandbox/`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The API's base URL over TLS, and the certificate to trust in PEM. `None` without [`Options::tls`].
    pub fn tls(&self) -> Option<(&str, &str)> {
        let (url, certificate) = self.tls.as_ref()?;
        Some((url, certificate))
    }

    /// The content of the account's `credentials.json`.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Signs a token of the account. It was issued two seconds ago and expires `lifetime` after that.
    ///
    /// # Errors
    /// If signing fails.
    pub fn token(&self, lifetime: Duration) -> Result<String, StartError> {
        self.state.account.mint(lifetime)
    }

    /// The account's messages.
    pub fn dataset(&self) -> &Dataset {
        &self.state.dataset
    }

    /// The report of the contract. `None` without [`Options::contract`].
    pub fn contract(&self) -> Option<ContractReport> {
        self.state
            .recorder
            .as_ref()
            .map(|recorder| recorder.report())
    }

    /// Inserts `count` messages of age `age` at once.
    ///
    /// # Errors
    /// If there would be more than [`MAX_MESSAGES`]; then it inserts none.
    pub fn insert(&self, count: u32, age: Duration) -> Result<(), DatasetFull> {
        self.state.inserts.insert(count, age)
    }

    /// Inserts `per_second` messages each second from now on, at most [`MAX_INSERTS_PER_SECOND`]. 0 stops the insertions.
    pub fn insert_per_second(&self, per_second: u32) {
        self.state.inserts.set_rate(per_second);
    }

    /// Replaces all faults and resets their counters.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.state.faults.replace(faults);
    }

    /// The active faults and their counters.
    pub fn faults(&self) -> Vec<FaultReport> {
        self.state.faults.reports()
    }

    /// Counters of the API requests.
    pub fn stats(&self) -> Stats {
        self.state.counter.stats()
    }

    /// Resets the counters of [`Self::stats`], except those of requests in flight.
    pub fn reset_stats(&self) {
        self.state.counter.reset();
    }

    /// Stops listening and waits up to two seconds for requests in flight.
    pub async fn shutdown(mut self) {
        drop(self.stop.take());
        let all = async { while self.servers.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, all).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // Open connections may keep the state alive for a while.
        self.state.inserts.set_rate(0);
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.url())
            .field("messages", &self.state.dataset.len())
            .finish_non_exhaustive()
    }
}

/// Serves until the sender of `stopped` is dropped, then waits for requests in flight. Each request has the handle of
/// its connection. hyper would add `Date` to every response, so the router does it.
async fn serve<L, S>(mut listener: L, router: Router, mut stopped: watch::Receiver<()>)
where
    L: Listener<Io = Connection<S>>,
    S: Stream,
{
    let connections = GracefulShutdown::new();
    loop {
        let (connection, _) = tokio::select! {
            accepted = listener.accept() => accepted,
            // No value is ever sent. The future ends when the sender is dropped.
            _ = stopped.changed() => break,
        };
        let (handle, router) = (connection.handle(), router.clone());
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(handle.clone());
            router.clone().call(request)
        });
        let served = http1::Builder::new()
            .auto_date_header(false)
            .serve_connection(TokioIo::new(connection), service);
        let served = connections.watch(served);
        // Connections fail when clients disconnect or a fault resets them.
        tokio::spawn(async move { drop(served.await) });
    }
    drop(listener);
    connections.shutdown().await;
}

/// The slow part of starting.
fn prepare(options: &Options) -> Result<AppState, StartError> {
    let recorder = match &options.contract {
        Some(path) => Some(Arc::new(Recorder::new(Contract::load(path)?))),
        None => None,
    };
    let dataset = Dataset::with_shape(
        options.messages,
        options.seed,
        options.order,
        Shape {
            profile: options.profile,
            newest: options.newest,
        },
    );
    let dataset = Arc::new(dataset);
    let faults = Arc::new(FaultSet::new(options.seed, options.faults.clone()));
    Ok(AppState {
        account: Account::generate(options.account_id, &options.child_account_ids)?,
        inserts: Inserts::new(dataset.clone(), faults.clone(), options.insert_per_second),
        dataset,
        latency: options.latency,
        latency_random: Mutex::new(Random::new(options.seed)),
        faults,
        limits: Limits {
            bucket: options.rate.map(Bucket::new),
            in_flight: options
                .max_in_flight
                .map(|max| Arc::new(Semaphore::new(max.into()))),
            response: options.rate_response,
            retry_after: options.rate_retry_after,
            error_status: options.error_status,
        },
        counter: Arc::new(Counter::default()),
        error_status: options.error_status,
        recorder,
    })
}
