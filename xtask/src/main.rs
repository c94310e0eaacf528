//! The project's commands: `cargo xtask <name>`.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

// Its macros are for the modules that follow.
#[macro_use]
mod console;

mod bench;
mod build;
mod demo;
mod fuzz;
mod process;
mod release;
mod sandbox;
mod selection;
mod soak;
mod supply_chain;
mod test;
mod toolchain;
mod workspace;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::iter;
use std::process::ExitCode;
use workspace::Workspace;

/// Builds, runs and tests voximplant-sms-history.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds the npm package's WebAssembly and glue into pkg/wasm, without and with signing
    Build,
    /// Runs the mock API server; `cargo xtask sandbox --help` lists its options
    #[command(disable_help_flag = true)]
    Sandbox {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<OsString>,
    },
    /// Reads a history from a mock API server, prints it, then serves the dashboard
    ///
    /// The mock API server has 50,000 generated messages, so you need no account. To use the vendor's API instead, set
    /// VOXIMPLANT_CREDENTIALS to the path of your credentials.json.
    Demo {
        /// Exit after printing the history
        #[arg(long)]
        once: bool,
    },
    /// Runs all checks and tests, or the named stages; the last line is `N passed, N failed`
    ///
    /// Naming `runtimes` or `consumers` runs the full matrix; a plain run uses a shorter one. The environment variables
    /// CHROMIUM, CHROMEDRIVER, FIREFOX, WEBKIT (WebKitWebDriver) and XVFB set the paths of programs that are not on PATH.
    Test {
        #[command(flatten)]
        options: test::Options,
    },
    /// Measures the package and its baselines in every engine, and writes benches/results
    Bench {
        #[command(flatten)]
        options: bench::Options,
    },
    /// Runs the long tests: fault injection, concurrent inserts, truncation, memory, fuzzing
    ///
    /// Runs all scenarios, or the named ones. The last line is `N passed, N failed`.
    Soak {
        #[command(flatten)]
        options: soak::Options,
    },
    /// Creates and checks the release files: tarball, SBOM, documentation; never publishes
    Release {
        #[command(flatten)]
        options: release::Options,
    },
    /// Runs the tool `wasm-bindgen` (the build of the Rust Worker example calls this)
    #[command(disable_help_flag = true, hide = true)]
    WasmBindgen {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Runs one file of wasm tests (cargo calls this)
    #[command(disable_help_flag = true, hide = true)]
    TestRunner {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let task = Arguments::parse().task;
    match run(task) {
        _ if process::interrupted() => ExitCode::from(130),
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    let with_name = |name: &str, arguments| iter::once(name.into()).chain::<Vec<_>>(arguments);
    let workspace = || {
        process::handle_interrupts()?;
        Workspace::find()
    };
    match task {
        Task::Build => build::run(&workspace()?)?,
        Task::Sandbox { options } => return sandbox::foreground(&workspace()?, &options),
        Task::Demo { once } => return demo::run(&workspace()?, once),
        Task::Test { options } => return Ok(test::run(&workspace()?, &options)),
        Task::Bench { options } => return bench::run(&workspace()?, &options),
        Task::Soak { options } => return soak::run(&workspace()?, &options),
        Task::Release { options } => return release::run(&workspace()?, &options),
        // Children of other tools: they need neither a workspace nor signal handlers.
        Task::WasmBindgen { arguments } => {
            let arguments = with_name("wasm-bindgen", arguments);
            wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments)?;
        }
        Task::TestRunner { arguments } => {
            let arguments = with_name("wasm-bindgen-test-runner", arguments);
            wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(arguments)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
