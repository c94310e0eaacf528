//! A sandbox that runs.

use crate::account::{Account, Credentials};
use crate::app::{API_PATH, App, router};
use crate::connection::{Line, Plain};
use crate::contract::{Contract, Recorder, Report};
use crate::data::{Dataset, Full};
use crate::error::StartError;
use crate::faults::{Fault, FaultReport, Faults};
use crate::inserts::Inserts;
use crate::limits::{Bucket, Limits};
use crate::options::{MOST_MESSAGES, MOST_PER_SECOND, Options};
use crate::random::Random;
use crate::stats::{Counter, Stats};
use crate::tls::{Identity, Tls};
use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// How long requests under way may take when the sandbox is shut down.
const LAST_CALL: Duration = Duration::from_secs(2);

/// A sandbox that is about to run.
pub type Starting = Pin<Box<dyn Future<Output = Result<Sandbox, StartError>> + Send>>;

/// A stand-in for the vendor's API that listens on 127.0.0.1 until it is shut down or dropped.
pub struct Sandbox {
    address: SocketAddr,
    /// URL and certificate.
    tls: Option<(String, String)>,
    app: Arc<App>,
    credentials: Credentials,
    /// Dropped, it stops the servers.
    stop: Option<watch::Sender<()>>,
    servers: JoinSet<()>,
}

impl Sandbox {
    /// Generates the account's key and its messages, and listens. Needs a Tokio runtime, on which it also runs.
    ///
    /// # Errors
    /// If the options ask for what cannot be had: too many messages, a port in use, an unreadable contract.
    pub fn start(options: Options) -> Starting {
        // Boxed: else the server's code is generated anew in each program that starts one.
        Box::pin(Self::begin(options))
    }

    async fn begin(options: Options) -> Result<Self, StartError> {
        if options.messages > MOST_MESSAGES {
            return Err(StartError::TooManyMessages(options.messages));
        }
        if options.insert_per_second > MOST_PER_SECOND {
            return Err(StartError::TooManyPerSecond(options.insert_per_second));
        }
        if let Some(rate) = options.rate {
            rate.checked().map_err(StartError::Rate)?;
        }
        let port = options.port;
        let no_port = |source| StartError::Port { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(no_port)?;
        let address = listener.local_addr().map_err(no_port)?;
        let tls = options.tls.then(Identity::generate).transpose()?;
        let app = tokio::task::spawn_blocking(move || prepare(&options))
            .await
            .map_err(|error| StartError::Key(error.to_string()))??;
        let app = Arc::new(app);
        let credentials = app.account.credentials()?;

        let (stop, stopped) = watch::channel(());
        let router = router(app.clone());
        let mut servers = JoinSet::new();
        let tls = match tls {
            None => None,
            Some(identity) => {
                let listener = Tls::bind(&identity).await?;
                let url = format!("https://{}{API_PATH}", listener.address());
                servers.spawn(serve(listener, router.clone(), stopped.clone()));
                Some((url, identity.certificate))
            }
        };
        servers.spawn(serve(Plain(listener), router, stopped));
        Ok(Self {
            address,
            tls,
            app,
            credentials,
            stop: Some(stop),
            servers,
        })
    }

    /// The API's base URL, without a slash at its end: `http://127.0.0.1:PORT/platform_api`.
    pub fn url(&self) -> String {
        format!("{}{API_PATH}", self.origin())
    }

    /// Where the sandbox listens: `http://127.0.0.1:PORT`. The tools are below `/sandbox/` of it.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The API's base URL over TLS, `https://127.0.0.1:PORT/platform_api`, and the certificate to trust, in PEM; `None`
    /// without [`Options::tls`].
    pub fn tls(&self) -> Option<(&str, &str)> {
        let (url, certificate) = self.tls.as_ref()?;
        Some((url, certificate))
    }

    /// What the account's `credentials.json` holds.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Signs a token of the account that was issued two seconds ago and expires `life` after that.
    ///
    /// # Errors
    /// If signing fails, which needs a broken key.
    pub fn token(&self, life: Duration) -> Result<String, StartError> {
        self.app.account.mint(life)
    }

    /// The account's messages.
    pub fn dataset(&self) -> &Dataset {
        &self.app.dataset
    }

    /// What was recorded against the contract; `None` without one.
    pub fn contract(&self) -> Option<Report> {
        self.app.recorder.as_ref().map(|recorder| recorder.report())
    }

    /// Adds so many messages at once, of so long ago.
    ///
    /// # Errors
    /// If there would be more than [`MOST_MESSAGES`]; then none is added.
    pub fn insert(&self, count: u32, age: Duration) -> Result<(), Full> {
        self.app.inserts.insert(count, age)
    }

    /// Adds so many messages each second from now on ([`MOST_PER_SECOND`] at most); 0 ends it.
    pub fn insert_per_second(&self, per_second: u32) {
        self.app.inserts.set(per_second);
    }

    /// Replaces all faults by these. Their requests are counted anew.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.app.faults.replace(faults);
    }

    /// The faults that are set, and how often each struck.
    pub fn faults(&self) -> Vec<FaultReport> {
        self.app.faults.reports()
    }

    /// What requests of the API there were.
    pub fn stats(&self) -> Stats {
        self.app.counter.stats()
    }

    /// Sets the counters of [`Self::stats`] to zero, but for what is under way.
    pub fn reset_stats(&self) {
        self.app.counter.reset();
    }

    /// Stops listening and waits for the requests under way, two seconds at most.
    pub async fn shutdown(mut self) {
        drop(self.stop.take());
        let all = async { while self.servers.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(LAST_CALL, all).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // Connections may hold on to the rest for a while.
        self.app.inserts.set(0);
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.url())
            .field("messages", &self.app.dataset.len())
            .finish_non_exhaustive()
    }
}

/// Serves until it is told to stop.
async fn serve<L>(listener: L, router: Router, mut stopped: watch::Receiver<()>)
where
    L: Listener<Addr = SocketAddr>,
    Line: for<'a> Connected<IncomingStream<'a, L>>,
{
    let service = router.into_make_service_with_connect_info::<Line>();
    // Accept errors are retried within; the future ends by the signal alone, and never fails.
    let _ = axum::serve(listener, service)
        .with_graceful_shutdown(async move {
            // Nothing is ever sent: it ends when the sender is gone.
            let _ = stopped.changed().await;
        })
        .await;
}

/// The slow part of a start.
fn prepare(options: &Options) -> Result<App, StartError> {
    let recorder = match &options.contract {
        Some(path) => Some(Arc::new(Recorder::new(Contract::load(path)?))),
        None => None,
    };
    let dataset = Dataset::new(options.messages, options.seed, options.order);
    let dataset = Arc::new(dataset);
    Ok(App {
        account: Account::generate(options.account_id, &options.child_account_ids)?,
        inserts: Inserts::new(dataset.clone(), options.insert_per_second),
        dataset,
        latency: options.latency,
        latencies: Mutex::new(Random::new(options.seed)),
        faults: Arc::new(Faults::new(options.seed, options.faults.clone())),
        limits: Limits {
            bucket: options.rate.map(Bucket::new),
            at_once: options
                .max_in_flight
                .map(|most| Arc::new(Semaphore::new(most.into()))),
            reply: options.rate_reply,
            hint: options.rate_hint,
            error_status: options.error_status,
        },
        counter: Counter::default(),
        error_status: options.error_status,
        recorder,
    })
}
