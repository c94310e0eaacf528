//! The sandbox as a program: says where it listens in one line of JSON, then runs until it is told to stop.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use clap::Parser;
use sandbox::{
    Credentials, Delay, ErrorStatus, FAULT_SYNTAX, Fault, MOST_MESSAGES, MOST_PER_SECOND, Options,
    Order, Rate, RateReply, RetryHint, Sandbox,
};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A stand-in for the vendor's API on 127.0.0.1, with messages made up by a seed.
#[derive(Parser)]
#[command(name = "sandbox", after_long_help = faults_help())]
struct Arguments {
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Number of messages in the account
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_MESSAGES)))]
    messages: u32,
    /// Same seed, same messages, and same lots for faults
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Milliseconds that each reply is held back: a number like 50, or a range like 50-150
    #[arg(long, default_value_t, value_name = "MS|MIN-MAX")]
    latency_ms: Delay,
    /// Something that goes wrong on purpose, like 429:retry-after=1,probability=0.05; can be given more than once.
    /// --help tells all of them
    #[arg(long, value_name = "SPEC")]
    fault: Vec<Fault>,
    /// Requests that are taken each second, and at once, by token bucket: 20:40
    #[arg(long, value_name = "PER_SECOND:BURST")]
    rate: Option<Rate>,
    /// How a request beyond the rate is refused
    #[arg(long, value_enum, default_value_t)]
    rate_reply: RateReply,
    /// Whether a request beyond the rate is told when to come back
    #[arg(long, value_enum, default_value_t)]
    rate_retry_after: RetryHint,
    /// Requests that are taken at the same time; one more gets the API's error 314
    #[arg(long, value_name = "N")]
    max_in_flight: Option<u16>,
    /// Order in which messages are handed out
    #[arg(long, value_enum, default_value_t)]
    order: Order,
    /// Messages that are added each second, from the first request on
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_PER_SECOND)))]
    insert_per_second: u32,
    /// HTTP status of replies that are errors
    #[arg(long, value_enum, default_value_t)]
    error_status: ErrorStatus,
    /// Id of the account
    #[arg(long, default_value_t = Options::default().account_id)]
    account_id: u64,
    /// Id of a child account that tokens may name as well; can be given more than once
    #[arg(long)]
    child_account_id: Vec<u64>,
    /// Where to write the account's credentials.json; left out: a file in the system's temporary folder, removed at
    /// the end
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// Listen on a second port with TLS as well; its certificate is written beside the credentials
    #[arg(long)]
    tls: bool,
    /// OpenAPI file to hold every request and every reply against
    #[arg(long, value_name = "FILE")]
    contract: Option<PathBuf>,
}

fn faults_help() -> String {
    format!("Faults:\n{FAULT_SYNTAX}")
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    // Before anything else: whoever starts the sandbox may stop it at once.
    let stop = stop_signal()?;
    let sandbox = Sandbox::start(Options {
        port: arguments.port,
        messages: arguments.messages,
        seed: arguments.seed,
        latency: arguments.latency_ms,
        faults: arguments.fault,
        rate: arguments.rate,
        rate_reply: arguments.rate_reply,
        rate_hint: arguments.rate_retry_after,
        max_in_flight: arguments.max_in_flight,
        order: arguments.order,
        insert_per_second: arguments.insert_per_second,
        error_status: arguments.error_status,
        account_id: arguments.account_id,
        child_account_ids: arguments.child_account_id,
        tls: arguments.tls,
        contract: arguments.contract,
    })
    .await?;

    let lasting = arguments.credentials.is_some();
    let file = arguments.credentials.unwrap_or_else(|| {
        let name = format!("sandbox-{}.credentials.json", &sandbox.credentials().key_id);
        std::env::temp_dir().join(name)
    });
    write_credentials(&file, sandbox.credentials())
        .map_err(|error| format!("credentials file {}: {error}", file.display()))?;

    let mut ready = serde_json::json!({
        "url": sandbox.url(),
        "credentials": file,
        "account_id": sandbox.credentials().account_id,
        "messages": sandbox.dataset().len(),
    });
    let certificate = file.with_extension("certificate.pem");
    if let Some((url, pem)) = sandbox.tls() {
        std::fs::write(&certificate, pem)
            .map_err(|error| format!("certificate file {}: {error}", certificate.display()))?;
        ready["tlsUrl"] = url.into();
        ready["certificate"] = certificate.to_string_lossy().into();
    }
    writeln!(io::stdout(), "{ready}")?;
    io::stdout().flush()?;

    stop.await;
    let tls = sandbox.tls().is_some();
    sandbox.shutdown().await;
    if !lasting {
        std::fs::remove_file(&file)?;
        if tls {
            std::fs::remove_file(&certificate)?;
        }
    }
    Ok(())
}

/// Writes the file anew, readable by its owner alone. What was there is removed, not written through: it may be a
/// link, or readable by others.
fn write_credentials(path: &Path, credentials: &Credentials) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    serde_json::to_writer_pretty(&mut file, credentials)?;
    file.write_all(b"\n")
}

#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler there is no way to wait for: run until killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
