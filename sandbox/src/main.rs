//! The sandbox as a program. It prints one line of JSON when it listens, and runs until SIGINT or SIGTERM.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use clap::Parser;
use sandbox::{
    Credentials, Delay, ErrorStatus, FAULT_SYNTAX, Fault, MAX_INSERTS_PER_SECOND, MAX_MESSAGES,
    Options, Order, Profile, Rate, RateResponse, RetryAfterFormat, Sandbox,
};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A mock server of the vendor's API on 127.0.0.1, with messages generated from a seed.
#[derive(Parser)]
#[command(name = "sandbox", after_long_help = faults_help())]
struct Arguments {
    /// Port to listen on; 0 takes a free port
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Number of messages in the account
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(..=i64::from(MAX_MESSAGES)))]
    messages: u32,
    /// Seed of the messages and of the random draws of faults
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How the messages are spread over time
    #[arg(long, value_enum, default_value_t)]
    profile: Profile,
    /// The time after which there is no generated message, in seconds since 1970
    #[arg(long, value_name = "SECONDS", default_value_t = Options::default().newest)]
    newest: u32,
    /// Delay of each API response in milliseconds: a number like 50, or a range like 50-150
    #[arg(long, default_value_t, value_name = "MS|MIN-MAX")]
    latency_ms: Delay,
    /// Fault to inject, like 429:retry-after=1,probability=0.05; repeatable. --help lists all faults
    #[arg(long, value_name = "SPEC")]
    fault: Vec<Fault>,
    /// Rate limit by token bucket, like 20:40: 20 requests a second, up to 40 at once
    #[arg(long, value_name = "PER_SECOND:BURST")]
    rate: Option<Rate>,
    /// Response to a request beyond the rate limit: HTTP status 429, or the API's error 340
    #[arg(long, value_enum, default_value_t)]
    rate_reply: RateResponse,
    /// Format of Retry-After in that response
    #[arg(long, value_enum, default_value_t)]
    rate_retry_after: RetryAfterFormat,
    /// Maximum number of concurrent requests; further ones get the API's error 314
    #[arg(long, value_name = "N")]
    max_in_flight: Option<u16>,
    /// Order of the messages in responses
    #[arg(long, value_enum, default_value_t)]
    order: Order,
    /// Messages inserted each second, from the first API request on
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=i64::from(MAX_INSERTS_PER_SECOND)))]
    insert_per_second: u32,
    /// HTTP status of API errors
    #[arg(long, value_enum, default_value_t)]
    error_status: ErrorStatus,
    /// Account id
    #[arg(long, default_value_t = Options::default().account_id)]
    account_id: u64,
    /// Child account id that tokens may have instead; repeatable
    #[arg(long)]
    child_account_id: Vec<u64>,
    /// File for the account's credentials.json; by default a file in the system's temporary folder, removed at exit
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// Also listen with TLS on a second port; its certificate is written next to the credentials
    #[arg(long)]
    tls: bool,
    /// OpenAPI file; the sandbox validates every request and every response against it
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
    // First of all, because the parent process may stop the sandbox at once.
    let stop = stop_signal()?;
    let sandbox = Sandbox::start(Options {
        port: arguments.port,
        messages: arguments.messages,
        seed: arguments.seed,
        profile: arguments.profile,
        newest: arguments.newest,
        latency: arguments.latency_ms,
        faults: arguments.fault,
        rate: arguments.rate,
        rate_response: arguments.rate_reply,
        rate_retry_after: arguments.rate_retry_after,
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

    let keep_files = arguments.credentials.is_some();
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
    if !keep_files {
        std::fs::remove_file(&file)?;
        if tls {
            std::fs::remove_file(&certificate)?;
        }
    }
    Ok(())
}

/// Writes a file that only its owner can read. An existing file is removed first, because it may be a link or readable by
/// others.
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
        // Without a handler the sandbox runs until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
