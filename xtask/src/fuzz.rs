//! Coverage-guided fuzzing on stable Rust: the targets of `fuzz/`, built with the compiler's own instrumentation and libFuzzer.
//! Interesting inputs stay in the target folder, and the next run starts from them.

use crate::process;
use crate::test::run_summary::Report;
use crate::test::test_counts::pattern;
use crate::toolchain;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

const TARGETS: [&str; 4] = ["response", "date", "credentials", "options"];

/// The number of targets that run in parallel.
const PARALLEL: usize = 2;

/// An input that takes longer is a hang, in seconds.
const HANG_SECS: u32 = 10;

/// Longer inputs find the same, but more slowly.
const MAX_INPUT_BYTES: u32 = 4096;

/// The flags of cargo-fuzz without the sanitizers: only a nightly has them, and only unsafe code needs them.
const RUSTFLAGS: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg=fuzzing",
    "-Cforce-frame-pointers=yes",
];

/// Runs all targets for a number of seconds in total.
pub(crate) fn run(workspace: &Workspace, seconds: u32, report: &mut Report) -> Result<()> {
    let programs = &*build(workspace)?;
    let rounds: Vec<_> = TARGETS.chunks(PARALLEL).collect();
    let time = Duration::from_secs(seconds.into()) / u32::try_from(rounds.len())?;
    for targets in rounds {
        eprintln!(
            "fuzz {} for {} …",
            targets.join(" and "),
            process::seconds(time)
        );
        let results = thread::scope(|scope| {
            let run = |&target| scope.spawn(move || run_target(workspace, programs, target, time));
            let runs: Vec<_> = targets.iter().map(run).collect();
            let results = runs.into_iter().map(thread::ScopedJoinHandle::join);
            results.collect::<Vec<_>>()
        });
        if process::interrupted() {
            bail!("interrupted");
        }
        for (target, result) in targets.iter().zip(results) {
            let result = result.unwrap_or_else(|_| bail!("its thread has panicked"));
            let result = result.map(|summary| println!("{target}: {summary}"));
            report.check(&format!("fuzz {target}"), result);
        }
    }
    Ok(())
}

/// Builds the targets. Returns the folder of their programs.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    process::step("build fuzz (libFuzzer needs a C++ compiler)", || {
        let host = toolchain::rustc_field(workspace, "host")?;
        // With an explicit target, cargo does not instrument build scripts.
        let mut cargo = workspace.cargo(["build", "--release", "--locked", "--target", &host]);
        cargo
            .args(["--manifest-path", "fuzz/Cargo.toml"])
            .env("CARGO_ENCODED_RUSTFLAGS", RUSTFLAGS.join("\x1f"))
            .env("CARGO_TARGET_DIR", folder(workspace));
        process::run(&mut cargo)?;
        Ok(folder(workspace).join(host).join("release"))
    })
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target.join("fuzz")
}

/// Runs one target, and summarises its result.
fn run_target(
    workspace: &Workspace,
    programs: &Path,
    target: &str,
    time: Duration,
) -> Result<String> {
    let corpus = folder(workspace).join("corpus").join(target);
    fs::create_dir_all(&corpus)?;
    let log_path = folder(workspace).join(format!("{target}.log"));
    let log = File::create(&log_path)?;
    let seeds = workspace.root.join("fuzz/seeds").join(target);
    let artifacts = folder(workspace).join(format!("{target}-"));
    let mut fuzzer = Command::new(programs.join(target));
    fuzzer
        .args([&corpus, &seeds])
        .arg(format!("-max_total_time={}", time.as_secs().max(1)))
        .arg(format!("-timeout={HANG_SECS}"))
        .arg(format!("-max_len={MAX_INPUT_BYTES}"))
        .arg(format!("-artifact_prefix={}", artifacts.display()))
        .arg("-print_final_stats=1")
        .stdout(log.try_clone()?)
        .stderr(log);
    let dictionary = seeds.with_extension("dict");
    if dictionary.is_file() {
        fuzzer.arg(format!("-dict={}", dictionary.display()));
    }
    let status = process::status(&mut fuzzer)?;
    let log = String::from_utf8_lossy(&fs::read(&log_path)?).into_owned();
    let log_path = log_path.display();
    if !status.success() {
        bail!("{status}; the log is {log_path}\n{}", reason(&log));
    }
    let stats = Stats::parse(&log).with_context(|| format!("no figures in {log_path}"))?;
    if stats.inputs == 0 || stats.coverage <= stats.initial_coverage.min(1) {
        bail!("nothing was covered: the program is not instrumented");
    }
    Ok(format!(
        "{} inputs, coverage {} -> {}; 0 panics, 0 hangs",
        stats.inputs, stats.initial_coverage, stats.coverage
    ))
}

/// The figures of libFuzzer.
#[derive(Debug, PartialEq, Eq)]
struct Stats {
    inputs: u64,
    /// Edges of the code that the first inputs reached.
    initial_coverage: u64,
    coverage: u64,
}

impl Stats {
    /// Parses lines like `#21 INITED cov: 356 ft: 900 …` and `stat::number_of_executed_units: 211344`.
    fn parse(log: &str) -> Option<Self> {
        let number = |text: &str| pattern(text).captures(log)?.get(1)?.as_str().parse().ok();
        Some(Self {
            inputs: number(r"stat::number_of_executed_units:\s*(\d+)")?,
            initial_coverage: number(r"INITED.* cov: (\d+)")?,
            // The last one.
            coverage: number(r"(?s:.*) cov: (\d+)")?,
        })
    }
}

/// The lines of a log with the reason of a failure and its input. The line after `panicked at` is the message.
fn reason(log: &str) -> String {
    let lines = pattern(
        r"(?m)^.*panicked at.*\n.*$|^.*(?:ERROR: libFuzzer|SUMMARY|Test unit written|Base64:).*$",
    );
    let lines = lines
        .find_iter(log)
        .flat_map(|found| found.as_str().lines());
    lines.map(|line| format!("  {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "INFO: seed corpus: files: 8\n#9\tINITED cov: 137 ft: 300 corp: 8/1b exec/s: 0\n\
        #64\tNEW    cov: 151 ft: 321 corp: 9/2b\n#128\tREDUCE cov: 160 ft: 330 corp: 9/2b\n\
        #300\tDONE   cov: 160 ft: 330\nstat::number_of_executed_units: 300\n";

    #[test]
    fn stats_are_parsed() {
        let expected = Stats {
            inputs: 300,
            initial_coverage: 137,
            coverage: 160,
        };
        assert_eq!(Stats::parse(LOG), Some(expected));
        assert_eq!(Stats::parse("INFO: nothing\n"), None);
    }

    #[test]
    fn reason_has_panic_and_input() {
        let log = "#2 NEW cov: 3\nthread 'x' panicked at a.rs:1:2:\nboom\nstack\n==1== ERROR: libFuzzer: deadly signal\n\
            Base64: AAE=\n";
        assert_eq!(
            reason(log),
            "  thread 'x' panicked at a.rs:1:2:\n  boom\n  ==1== ERROR: libFuzzer: deadly signal\n  Base64: AAE=\n"
        );
    }
}
