//! Fuzzing with coverage, on stable Rust: the targets of `fuzz/`, built with the compiler's own instrumentation and
//! libFuzzer, each run for its part of the time. What was found interesting is kept in the target folder, and the next
//! run goes on from it.

use crate::count::Count;
use crate::process;
use crate::setup;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const TARGETS: [&str; 4] = ["response", "date", "credentials", "options"];

/// How many run at the same time.
const AT_ONCE: usize = 2;

/// An input that takes longer is a hang, in seconds.
const HANG: u32 = 10;

/// Longer inputs find no more than these, more slowly.
const LONGEST_INPUT: u32 = 4096;

/// What cargo-fuzz has the compiler do, without the sanitizers, which only a nightly has and only unsafe code needs.
const FLAGS: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg=fuzzing",
    "-Cforce-frame-pointers=yes",
];

/// Runs all targets for so many seconds in all.
pub(crate) fn run(workspace: &Workspace, seconds: u32) -> Result<Count> {
    let programs = build(workspace)?;
    let rounds: Vec<_> = TARGETS.chunks(AT_ONCE).collect();
    let each = Duration::from_secs(seconds.into()) / u32::try_from(rounds.len())?;
    let mut count = Count::default();
    for targets in rounds {
        let over = AtomicBool::new(false);
        let outcomes = thread::scope(|scope| {
            scope.spawn(|| show_progress(&targets.join(" and "), each, &over));
            let runs: Vec<_> = targets
                .iter()
                .map(|target| scope.spawn(|| one(workspace, &programs, target, each)))
                .collect();
            let outcomes: Vec<_> = runs
                .into_iter()
                .map(thread::ScopedJoinHandle::join)
                .collect();
            over.store(true, Ordering::Relaxed);
            outcomes
        });
        if process::interrupted() {
            bail!("interrupted");
        }
        for (target, outcome) in targets.iter().zip(outcomes) {
            match outcome.unwrap_or_else(|_| bail!("its thread panicked")) {
                Ok(told) => {
                    println!("ok      fuzz: {target}: {told}");
                    count.passed += 1;
                }
                Err(error) => {
                    println!("FAILED  fuzz: {target}: {error:#}");
                    count.failed += 1;
                }
            }
        }
    }
    println!("{} passed, {} failed", count.passed, count.failed);
    Ok(count)
}

/// Builds the targets; the folder of their programs.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    process::step("build fuzz (libFuzzer takes a C++ compiler)", || {
        let host = setup::host()?;
        // Named, the host is a target like any other: what runs while building is not instrumented.
        let mut cargo = workspace.cargo(["build", "--release", "--locked", "--target", &host]);
        cargo
            .args(["--manifest-path", "fuzz/Cargo.toml"])
            .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\x1f"))
            .env("CARGO_TARGET_DIR", folder(workspace));
        process::run(&mut cargo)?;
        Ok(folder(workspace).join(host).join("release"))
    })
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target.join("fuzz")
}

/// Runs one target, and says what came of it.
fn one(workspace: &Workspace, programs: &Path, target: &str, time: Duration) -> Result<String> {
    let found = folder(workspace).join("corpus").join(target);
    fs::create_dir_all(&found)?;
    let log_path = folder(workspace).join(format!("{target}.log"));
    let log = File::create(&log_path)?;
    let seeds = workspace.root.join("fuzz/seeds");
    let artifacts = folder(workspace).join(format!("{target}-"));
    let mut fuzzer = Command::new(programs.join(target));
    fuzzer
        .args([&found, &seeds.join(target)])
        .arg(format!("-max_total_time={}", time.as_secs().max(1)))
        .arg(format!("-timeout={HANG}"))
        .arg(format!("-max_len={LONGEST_INPUT}"))
        .arg(format!("-artifact_prefix={}", artifacts.display()))
        .arg("-print_final_stats=1")
        .stdout(log.try_clone()?)
        .stderr(log);
    let words = seeds.join(target).with_extension("dict");
    if words.is_file() {
        fuzzer.arg(format!("-dict={}", words.display()));
    }
    let status = process::status(&mut fuzzer)?;
    let log = String::from_utf8_lossy(&fs::read(&log_path)?).into_owned();
    if !status.success() {
        bail!(
            "{status}; the log is {}\n{}",
            log_path.display(),
            reason(&log)
        );
    }
    let figures =
        Figures::of(&log).with_context(|| format!("no figures in {}", log_path.display()))?;
    if figures.inputs == 0 || figures.coverage <= figures.coverage_of_seeds.min(1) {
        bail!("nothing was covered: the program is not instrumented");
    }
    Ok(format!(
        "{} inputs, coverage {} -> {}; 0 panics, 0 hangs",
        figures.inputs, figures.coverage_of_seeds, figures.coverage
    ))
}

/// What libFuzzer counted.
#[derive(Debug, PartialEq, Eq)]
struct Figures {
    inputs: u64,
    /// Places of the code that were reached, by the inputs that there were at the beginning, and at the end.
    coverage_of_seeds: u64,
    coverage: u64,
}

impl Figures {
    /// Reads its log: lines like `#21 INITED cov: 356 ft: 900 …` and `stat::number_of_executed_units: 211344`.
    fn of(log: &str) -> Option<Self> {
        let coverage = |line: &str| {
            let (_, rest) = line.split_once(" cov: ")?;
            rest.split(' ').next()?.parse().ok()
        };
        let inputs = log
            .lines()
            .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))?;
        Some(Self {
            inputs: inputs.trim().parse().ok()?,
            coverage_of_seeds: log
                .lines()
                .find(|line| line.contains("INITED"))
                .and_then(coverage)?,
            coverage: log.lines().rev().find_map(coverage)?,
        })
    }
}

/// The lines of a log that say why it ended, and which input did it.
fn reason(log: &str) -> String {
    let tells = [
        "panicked at",
        "ERROR: libFuzzer",
        "SUMMARY",
        "Test unit written",
        "Base64:",
    ];
    let lines: Vec<&str> = log.lines().collect();
    let told = lines.iter().enumerate().filter(|(at, line)| {
        // What a panic says stands in the line after.
        let before = at.checked_sub(1).map_or("", |at| lines[at]);
        tells.iter().any(|tell| line.contains(tell)) || before.contains("panicked at")
    });
    told.map(|(_, line)| format!("  {line}\n")).collect()
}

/// A bar on a terminal, elsewhere a line now and then, until it is over.
fn show_progress(what: &str, time: Duration, over: &AtomicBool) {
    const WIDTH: u64 = 30;
    let is_terminal = std::io::stderr().is_terminal();
    let (start, mut shown) = (Instant::now(), 0);
    while !over.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(100));
        let (seconds, all) = (start.elapsed().as_secs(), time.as_secs().max(1));
        if seconds < shown + if is_terminal { 1 } else { 10 } {
            continue;
        }
        shown = seconds;
        let done = (WIDTH * seconds / all).min(WIDTH);
        let bar = "#".repeat(done as usize) + &".".repeat((WIDTH - done) as usize);
        let mut out = std::io::stderr().lock();
        let _ = if is_terminal {
            write!(out, "\r\x1b[Kfuzz: {what} [{bar}] {seconds} of {all} s")
                .and_then(|()| out.flush())
        } else {
            writeln!(out, "fuzz: {what} … {seconds} of {all} s")
        };
    }
    if is_terminal {
        eprint!("\r\x1b[K");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "INFO: seed corpus: files: 8\n#9\tINITED cov: 137 ft: 300 corp: 8/1b exec/s: 0\n\
        #64\tNEW    cov: 151 ft: 321 corp: 9/2b\n#128\tREDUCE cov: 160 ft: 330 corp: 9/2b\n\
        #300\tDONE   cov: 160 ft: 330\nstat::number_of_executed_units: 300\n";

    #[test]
    fn figures_are_read_from_the_log() {
        let expected = Figures {
            inputs: 300,
            coverage_of_seeds: 137,
            coverage: 160,
        };
        assert_eq!(Figures::of(LOG), Some(expected));
        assert_eq!(Figures::of("INFO: nothing\n"), None);
    }

    #[test]
    fn the_reason_of_an_end_names_panic_and_input() {
        let log = "#2 NEW cov: 3\nthread 'x' panicked at a.rs:1:2:\nboom\nstack\n==1== ERROR: libFuzzer: deadly signal\n\
            Base64: AAE=\n";
        assert_eq!(
            reason(log),
            "  thread 'x' panicked at a.rs:1:2:\n  boom\n  ==1== ERROR: libFuzzer: deadly signal\n  Base64: AAE=\n"
        );
    }
}
