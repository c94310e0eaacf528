//! The demonstration: reads a history through all parts of the project, then serves the dashboard.

use crate::sandbox::{self, Sandbox};
use crate::workspace::Workspace;
use crate::{build, process, toolchain};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// Generated messages of the mock API server.
const MESSAGES: u32 = 50_000;

/// The base URL of the vendor's API.
const VENDOR: &str = "https://api.voximplant.com/platform_api";

/// Runs the demonstration with the vendor's API if the environment names credentials, else with a mock API server.
pub(crate) fn run(workspace: &Workspace, once: bool) -> Result<ExitCode> {
    let account = account()?;
    build::run(workspace)?;
    toolchain::node_modules(workspace, "www")?;
    let mut command = workspace.node(["www/demo/run.mjs"]);
    if once {
        command.arg("--once");
    }
    let sandbox = match &account {
        Some(_) => None,
        None => {
            let program = sandbox::build(workspace)?;
            // A year until now, so that the ranges of the page have messages.
            let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
            let options = ["--profile", "year", "--newest", &now.to_string()];
            Some(Sandbox::start(
                workspace, &program, MESSAGES, &options, false,
            )?)
        }
    };
    match &sandbox {
        Some(sandbox) => command
            .env("VOXIMPLANT_CREDENTIALS", sandbox.credentials())
            .env("VOXIMPLANT_BASE_URL", sandbox.url())
            .env("SANDBOX_TOTALS_URL", sandbox.admin_url("totals")),
        None => command
            .envs(account.map(|path| ("VOXIMPLANT_CREDENTIALS", path)))
            .env("VOXIMPLANT_BASE_URL", VENDOR),
    };
    Ok(process::exit_code(process::status(&mut command)?))
}

/// The credentials file that the environment names. Checked before the build, because its path may be wrong.
fn account() -> Result<Option<PathBuf>> {
    let named = std::env::var_os("VOXIMPLANT_CREDENTIALS").filter(|path| !path.is_empty());
    let path = named.map(|path| PathBuf::from(path).canonicalize());
    path.transpose()
        .context("VOXIMPLANT_CREDENTIALS: expected the path of a file")
}
