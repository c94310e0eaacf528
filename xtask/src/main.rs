//! The project's commands, as `cargo xtask <name>`.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bench;
mod browsers;
mod count;
mod demo;
mod deny;
mod fuzz;
mod glue;
mod kept;
mod licences;
mod package;
mod policy;
mod process;
mod release;
mod sandbox;
mod setup;
mod shipped;
mod size;
mod soak;
mod test;
mod variants;
mod verdict;
mod workspace;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;
use workspace::Workspace;

/// Builds, runs and tests voximplant-sms-history.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds the npm package's wasm and glue into pkg/wasm, without and with signing
    Build,
    /// Runs the stand-in for the vendor's API; `cargo xtask sandbox --help` lists its options
    #[command(disable_help_flag = true)]
    Sandbox {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<OsString>,
    },
    /// Reads a history through all the real parts, prints it, then serves the dashboard
    ///
    /// Reads from the sandbox with 50,000 messages; with VOXIMPLANT_CREDENTIALS=<credentials.json> from the vendor's
    /// API and the account of that file.
    Demo {
        /// Stop after the printed part
        #[arg(long)]
        once: bool,
    },
    /// Runs every check and test, or the named stages only; closes with `N passed, N failed`
    ///
    /// CHROMIUM and CHROMEDRIVER name the browser and its driver, where they are not to be found by themselves.
    Test {
        #[command(flatten)]
        asked: test::Asked,
    },
    /// Measures the package beside its rivals in every engine, and writes benches/results
    Bench {
        #[command(flatten)]
        options: bench::Options,
    },
    /// Runs what takes long, every scenario or the named ones only; closes with `N passed, N failed`
    Soak {
        #[command(flatten)]
        options: soak::Options,
    },
    /// Makes and checks what a release takes: versions, tarball, SBOM, documentation; never publishes
    Release {
        #[command(flatten)]
        options: release::Options,
    },
    /// The tool `wasm-bindgen` itself (the example's build calls this)
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
    let task = Arguments::parse().command;
    match perform(task) {
        _ if process::interrupted() => ExitCode::from(130),
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<ExitCode> {
    // Neither a workspace nor signal handlers: these run as children of other tools.
    let task = match task {
        Task::TestRunner { arguments } => {
            let name = OsString::from("wasm-bindgen-test-runner");
            let arguments = std::iter::once(name).chain(arguments);
            wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(arguments)?;
            return Ok(ExitCode::SUCCESS);
        }
        Task::WasmBindgen { arguments } => {
            let arguments = std::iter::once(OsString::from("wasm-bindgen")).chain(arguments);
            wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments)?;
            return Ok(ExitCode::SUCCESS);
        }
        other => other,
    };
    process::handle_interrupts()?;
    let workspace = Workspace::find()?;
    match task {
        Task::Build => package::build(&workspace).map(|()| ExitCode::SUCCESS),
        Task::Sandbox { options } => sandbox::foreground(&workspace, &options),
        Task::Demo { once } => demo::run(&workspace, once),
        Task::Test { asked } => test::run(&workspace, &asked),
        Task::Bench { options } => bench::run(&workspace, &options),
        Task::Soak { options } => soak::run(&workspace, &options),
        Task::Release { options } => release::run(&workspace, &options),
        Task::TestRunner { .. } | Task::WasmBindgen { .. } => Ok(ExitCode::FAILURE),
    }
}
