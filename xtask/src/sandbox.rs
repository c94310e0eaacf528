//! Builds, starts, asks and stops the sandbox.

use crate::process::{self, Running, step};
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long the sandbox may take to be ready, or to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Builds the sandbox and runs it until it ends or is ended.
pub(crate) fn foreground(workspace: &Workspace, options: &[OsString]) -> Result<ExitCode> {
    let status = process::status(Command::new(build(workspace)?).args(options))?;
    Ok(exit_code(status.code()))
}

/// The exit code of a program as this one's own.
pub(crate) fn exit_code(code: Option<i32>) -> ExitCode {
    code.and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Builds the sandbox; its program.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    step("build sandbox", || {
        process::run(&mut workspace.cargo(["build", "--package", "sandbox"]))?;
        Ok(program(workspace))
    })
}

/// Where cargo puts the sandbox's program.
pub(crate) fn program(workspace: &Workspace) -> PathBuf {
    workspace
        .target
        .join("debug/sandbox")
        .with_extension(std::env::consts::EXE_EXTENSION)
}

/// The line that the sandbox prints when it is ready.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Ready {
    url: String,
    credentials: PathBuf,
}

/// A sandbox that runs. Dropped, it is stopped.
pub(crate) struct Sandbox {
    _process: Running,
    ready: Ready,
}

/// What the sandbox has found of its contract. `GET /sandbox/contract`.
#[derive(Debug, Deserialize)]
struct Contract {
    requests: u64,
    violations: Vec<serde_json::Value>,
}

impl Sandbox {
    /// Starts its program on a free port, and waits until it is ready. With `checked`, it holds every request and every
    /// reply against the contract.
    pub(crate) fn start(
        workspace: &Workspace,
        program: &Path,
        messages: u32,
        checked: bool,
    ) -> Result<Self> {
        let mut command = Command::new(program);
        command
            .args(["--messages", &messages.to_string()])
            .stdout(Stdio::piped());
        if checked {
            command
                .arg("--contract")
                .arg(workspace.root.join("tests/contract/openapi.yaml"));
        }
        let mut process = Running::background(&mut command)?;
        let stdout = process.child.stdout.take().context("no standard output")?;
        let (sender, receiver) = mpsc::channel();
        // Reads on to the end, so that the sandbox never waits for a reader.
        thread::spawn(move || {
            BufReader::new(stdout)
                .lines()
                .map_while(Result::ok)
                .for_each(|line| drop(sender.send(line)))
        });
        let line = receiver
            .recv_timeout(PATIENCE)
            .context("the sandbox did not say that it is ready")?;
        Ok(Self {
            _process: process,
            ready: parse(&line)?,
        })
    }

    /// The API's base URL.
    pub(crate) fn url(&self) -> &str {
        &self.ready.url
    }

    /// The file with the account's credentials.
    pub(crate) fn credentials(&self) -> &PathBuf {
        &self.ready.credentials
    }

    /// Where the sandbox tells about itself.
    pub(crate) fn about(&self, what: &str) -> String {
        format!("{}/sandbox/{what}", origin(&self.ready.url))
    }

    /// An error unless traffic was held against the contract, and kept to it.
    pub(crate) fn check_contract(&self) -> Result<()> {
        judge(&get(&self.about("contract"))?)
    }
}

fn judge(contract: &Contract) -> Result<()> {
    if contract.requests == 0 {
        bail!("the sandbox has had no request to hold against the contract");
    }
    if !contract.violations.is_empty() {
        let shown: Vec<String> = contract
            .violations
            .iter()
            .take(10)
            .map(|violation| format!("\n  {violation}"))
            .collect();
        bail!(
            "{} violations of the contract:{}",
            contract.violations.len(),
            shown.concat()
        );
    }
    Ok(())
}

fn get<T: DeserializeOwned>(url: &str) -> Result<T> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .proxy(None)
        .build()
        .into();
    let mut response = agent.get(url).call().with_context(|| url.to_owned())?;
    response
        .body_mut()
        .read_json()
        .with_context(|| url.to_owned())
}

fn parse(line: &str) -> Result<Ready> {
    let ready: Ready = serde_json::from_str(line)
        .context("the sandbox's first line is not what it prints when ready")?;
    if !ready.url.starts_with("http://127.0.0.1:") {
        bail!(
            "the sandbox is ready at {}, which is not this machine's loopback address",
            ready.url
        );
    }
    Ok(ready)
}

/// Scheme, host and port of a URL.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    url[host..]
        .find('/')
        .map_or(url, |path| &url[..host + path])
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
        assert_eq!(origin(&ready.url), "http://127.0.0.1:4711");
    }

    #[test]
    fn other_first_lines_are_refused() {
        for line in [
            "",
            "listening",
            r#"{"url":"http://127.0.0.1:1"}"#,
            r#"{"url":"http://10.0.0.1:1/","credentials":"c"}"#,
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn origin_of_a_url_without_path_is_itself() {
        assert_eq!(origin("http://127.0.0.1:1"), "http://127.0.0.1:1");
        assert_eq!(origin("http://127.0.0.1:1/"), "http://127.0.0.1:1");
    }

    #[test]
    fn contract_must_have_been_used_and_kept() {
        let judged =
            |json| judge(&serde_json::from_str(json).unwrap()).map_err(|error| error.to_string());
        assert_eq!(
            judged(r#"{"requests":3,"replies":3,"violations":[]}"#),
            Ok(())
        );
        assert!(
            judged(r#"{"requests":0,"replies":0,"violations":[]}"#)
                .unwrap_err()
                .contains("no request")
        );
        let told =
            judged(r#"{"requests":3,"replies":3,"violations":["request: count"]}"#).unwrap_err();
        assert!(
            told.contains("1 violations") && told.contains("request: count"),
            "{told}"
        );
    }
}
