//! The sandbox, a mock API server: builds, starts, queries and stops it.

use crate::process::{self, Running, step};
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// The time that the sandbox may take to start, or to respond.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The path of the API in the sandbox's URL.
const API_PATH: &str = "/platform_api";

/// Builds the sandbox and runs it until it ends.
pub(crate) fn foreground(workspace: &Workspace, options: &[OsString]) -> Result<ExitCode> {
    let status = process::status(Command::new(build(workspace)?).args(options))?;
    Ok(process::exit_code(status))
}

/// Builds the sandbox. Returns the path of its program.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    step("build sandbox", || {
        process::run(&mut workspace.cargo(["build", "--package", "sandbox"]))?;
        Ok(program(workspace))
    })
}

/// The path at which cargo builds the sandbox.
pub(crate) fn program(workspace: &Workspace) -> PathBuf {
    let program = workspace.target.join("debug/sandbox");
    program.with_extension(std::env::consts::EXE_EXTENSION)
}

/// The line that the sandbox prints when it is ready.
#[derive(Debug, Deserialize)]
struct Ready {
    url: String,
    credentials: PathBuf,
}

/// A running sandbox. It is stopped on drop.
pub(crate) struct Sandbox {
    _process: Running,
    ready: Ready,
}

/// `GET /sandbox/contract`: the requests that were validated against the contract, and the violations.
#[derive(Debug, Deserialize)]
struct Contract {
    requests: u64,
    violations: Vec<serde_json::Value>,
}

impl Sandbox {
    /// Starts the program on a free port with further options, and waits until it is ready. With `validate`, it validates all
    /// requests and responses against the contract.
    pub(crate) fn start(
        workspace: &Workspace,
        program: &Path,
        messages: u32,
        options: &[&str],
        validate: bool,
    ) -> Result<Self> {
        let mut command = Command::new(program);
        command
            .args(["--messages", &messages.to_string()])
            .args(options)
            .stdout(Stdio::piped());
        if validate {
            let contract = workspace.root.join("tests/contract/openapi.yaml");
            command.arg("--contract").arg(contract);
        }
        let mut process = Running::spawn(&mut command)?;
        let stdout = process.child.stdout.take().context("no standard output")?;
        let (sender, receiver) = mpsc::channel();
        // Reads to the end, so that the sandbox never waits for a reader.
        thread::spawn(move || {
            BufReader::new(stdout)
                .lines()
                .map_while(Result::ok)
                .for_each(|line| drop(sender.send(line)))
        });
        let line = receiver.recv_timeout(TIMEOUT);
        let ready = parse(&line.context("the sandbox did not report that it is ready")?)?;
        Ok(Self {
            _process: process,
            ready,
        })
    }

    /// The base URL of the API.
    pub(crate) fn url(&self) -> &str {
        &self.ready.url
    }

    /// The file with the account's credentials.
    pub(crate) fn credentials(&self) -> &Path {
        &self.ready.credentials
    }

    /// The URL of one of the sandbox's own endpoints.
    pub(crate) fn admin_url(&self, name: &str) -> String {
        format!("{}/sandbox/{name}", self.url().trim_end_matches(API_PATH))
    }

    /// Fails unless requests were validated against the contract, and complied with it.
    pub(crate) fn check_contract(&self) -> Result<()> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .proxy(None)
            .build()
            .into();
        let mut response = agent.get(self.admin_url("contract")).call()?;
        check(&response.body_mut().read_json()?)
    }
}

fn check(contract: &Contract) -> Result<()> {
    ensure!(
        contract.requests > 0,
        "the sandbox has validated no request against the contract"
    );
    let violations = contract.violations.iter().take(10);
    let shown: String = violations.map(|one| format!("\n  {one}")).collect();
    let number = contract.violations.len();
    ensure!(number == 0, "{number} violations of the contract:{shown}");
    Ok(())
}

fn parse(line: &str) -> Result<Ready> {
    let ready: Ready = serde_json::from_str(line)
        .context("the sandbox's first line: expected a JSON object with url and credentials")?;
    let is_loopback = ready.url.starts_with("http://127.0.0.1:");
    ensure!(
        is_loopback && ready.url.ends_with(API_PATH),
        "the sandbox's url: expected http://127.0.0.1:<port>{API_PATH}, got {}",
        ready.url
    );
    Ok(ready)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_line_is_read() {
        let line = r#"{"url":"http://127.0.0.1:4711/platform_api","credentials":"/tmp/c.json","messages":5}"#;
        let ready = parse(line).unwrap();
        assert_eq!(ready.url, "http://127.0.0.1:4711/platform_api");
        assert_eq!(ready.credentials, PathBuf::from("/tmp/c.json"));
    }

    #[test]
    fn other_first_lines_are_refused() {
        for line in [
            "",
            "listening",
            r#"{"url":"http://127.0.0.1:1/platform_api"}"#,
            r#"{"url":"http://127.0.0.1:1/","credentials":"c"}"#,
            r#"{"url":"http://10.0.0.1:1/platform_api","credentials":"c"}"#,
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn contract_must_be_used_and_kept() {
        let check =
            |json| check(&serde_json::from_str(json).unwrap()).map_err(|error| error.to_string());
        let kept = r#"{"requests":3,"responses":3,"violations":[]}"#;
        assert_eq!(check(kept), Ok(()));
        let unused = check(r#"{"requests":0,"responses":0,"violations":[]}"#).unwrap_err();
        assert!(unused.contains("no request"));
        let broken = r#"{"requests":3,"responses":3,"violations":["request: count"]}"#;
        let error = check(broken).unwrap_err();
        assert!(error.contains("1 violations") && error.contains("request: count"));
    }
}
