//! The results of a run: the checks of each part, and the table at the end with `N passed, N failed`.

use super::test_counts::{self, TestCounts};
use crate::process::{self, step};
use crate::selection;
use anyhow::Result;
use clap::ValueEnum;
use std::process::{Command, ExitCode, ExitStatus};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The failed tests of a runner that the summary names. The runner's output has all.
const MAX_NAMED_TESTS: usize = 5;

/// Runs the named parts until an interruption. A failure of one does not stop the next.
pub(crate) fn run_parts<T: ValueEnum>(
    parts: &[T],
    mut run: impl FnMut(&T, &mut Report) -> Result<()>,
) -> Vec<Report> {
    let parts = parts.iter().take_while(|_| !process::interrupted());
    parts
        .map(|part| Report::of(&selection::name(part), |report| run(part, report)))
        .collect()
}

/// Prints the results of all parts. A run without checks has failed, and so has an interrupted one.
pub(crate) fn conclude(kind: &str, parts: &[Report]) -> ExitCode {
    if process::interrupted() {
        return ExitCode::FAILURE;
    }
    let mut sum = TestCounts::default();
    println!("\n{kind:<12}{:>8}{:>8}{:>11}", "passed", "failed", "time");
    for part in parts {
        let (name, TestCounts { passed, failed }) = (&part.name, part.counts);
        let time = process::seconds(part.duration);
        println!("{name:<12}{passed:>8}{failed:>8}{time:>11}");
        sum += part.counts;
    }
    for failure in parts.iter().flat_map(|part| &part.failures) {
        println!("FAILED {failure}");
    }
    println!("{} passed, {} failed", sum.passed, sum.failed);
    match sum.failed == 0 && sum.passed > 0 {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// The results of one part of a run: a stage, or a scenario.
#[derive(Default)]
pub(crate) struct Report {
    name: String,
    pub(crate) counts: TestCounts,
    duration: Duration,
    /// The reasons of failed checks.
    failures: Vec<String>,
}

impl Report {
    /// Runs one part. Its error is a failure, and so is a part without checks.
    pub(crate) fn of(name: &str, work: impl FnOnce(&mut Self) -> Result<()>) -> Self {
        eprintln!("\n== {name}");
        let start = Instant::now();
        let mut report = Self {
            name: name.to_owned(),
            ..Self::default()
        };
        report.section(work);
        if report.counts.total() == 0 {
            report.fail(1, "nothing was checked");
        }
        report.duration = start.elapsed();
        report
    }

    /// Runs checks whose prerequisites may fail. An error is one failure.
    pub(super) fn section(&mut self, work: impl FnOnce(&mut Self) -> Result<()>) {
        if let Err(error) = work(self) {
            self.fail(1, &format!("{error:#}"));
        }
    }

    /// Records a check.
    pub(crate) fn check(&mut self, name: &str, result: Result<()>) {
        match result {
            Ok(()) => {
                eprintln!("ok {name}");
                self.counts.passed += 1;
            }
            Err(error) => self.fail(1, &format!("{name}: {error:#}")),
        }
    }

    /// Runs a command as a check.
    pub(super) fn command(&mut self, name: &str, command: &mut Command) {
        self.check(name, step(name, || process::run(command)));
    }

    /// Runs Rust tests.
    pub(crate) fn rust_tests(&mut self, name: &str, command: &mut Command) {
        let result = step(name, || process::tee(command));
        self.add(name, result, |output| {
            Some(test_counts::of_rust_tests(output))
        });
    }

    /// Runs a test script, whose last line is `N passed, N failed`.
    pub(crate) fn script(&mut self, name: &str, command: &mut Command) {
        let result = step(name, || process::tee(command));
        self.add(name, result, test_counts::of_script);
    }

    /// Runs test scripts in parallel. The output of each is printed when it has ended.
    pub(super) fn scripts(&mut self, parallel: usize, scripts: Vec<(String, Command)>) {
        let (report, queue) = (Mutex::new(self), Mutex::new(scripts.into_iter()));
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || {
            while let Some((name, mut command)) = next() {
                let result = step(&name, || process::collect(&mut command));
                let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
                report.collected(&name, result);
            }
        };
        thread::scope(|scope| {
            for _ in 0..parallel {
                scope.spawn(work);
            }
        });
    }

    /// Records a test script that has ended.
    pub(super) fn collected(&mut self, name: &str, result: Result<(ExitStatus, String)>) {
        if let Ok((_, output)) = &result {
            print!("{output}");
        }
        self.add(name, result, test_counts::of_script);
    }

    fn add(
        &mut self,
        name: &str,
        result: Result<(ExitStatus, String)>,
        count: impl FnOnce(&str) -> Option<TestCounts>,
    ) {
        let (status, output) = match result {
            Ok(ended) => ended,
            Err(error) => return self.fail(1, &format!("{name}: {error:#}")),
        };
        let counts = count(&output).unwrap_or_default();
        self.counts.passed += counts.passed;
        if counts.failed > 0 {
            let mut reason = format!("{name}: {} of {} tests", counts.failed, counts.total());
            for test in test_counts::failed(&output).iter().take(MAX_NAMED_TESTS) {
                reason += &format!("\n  {test}");
            }
            self.fail(counts.failed, &reason);
        } else if !status.success() {
            let reason = format!("{name}: it ended with {status}, but reports no failed test");
            self.fail(1, &reason);
        } else if counts.passed == 0 {
            self.fail(1, &format!("{name}: it reports no test"));
        }
    }

    fn fail(&mut self, number: u64, reason: &str) {
        eprintln!("FAILED {reason}");
        self.counts.failed += number;
        self.failures.push(format!("{}, {reason}", self.name));
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    fn ended(exit_code: i32, output: &str) -> Result<(ExitStatus, String)> {
        Ok((ExitStatus::from_raw(exit_code << 8), output.to_owned()))
    }

    /// A part with one runner.
    fn part(exit_code: i32, output: &str) -> Report {
        Report::of("stage", |report| {
            report.collected("runner", ended(exit_code, output));
            Ok(())
        })
    }

    fn counts(exit_code: i32, passed: u64, failed: u64) -> TestCounts {
        let part = part(exit_code, &format!("{passed} passed, {failed} failed"));
        assert_eq!(part.failures.is_empty(), part.counts.failed == 0);
        part.counts
    }

    #[test]
    fn counts_of_a_runner_are_kept() {
        assert_eq!(counts(0, 3, 0), TestCounts::new(3, 0));
        assert_eq!(counts(101, 3, 2), TestCounts::new(3, 2));
        assert_eq!(counts(0, 3, 2), TestCounts::new(3, 2));
    }

    #[test]
    fn runner_that_breaks_off_has_failed() {
        assert_eq!(counts(101, 3, 0), TestCounts::new(3, 1));
        assert_eq!(part(0, "ok").counts, TestCounts::new(0, 1));
    }

    #[test]
    fn failed_tests_of_a_runner_are_named() {
        let part = part(1, "not ok 1 a\nok 2 b\n1 passed, 1 failed");
        assert_eq!(part.failures, ["stage, runner: 1 of 2 tests\n  a"]);
    }

    #[test]
    fn runner_without_tests_has_failed() {
        assert_eq!(counts(0, 0, 0), TestCounts::new(0, 1));
    }

    #[test]
    fn part_without_checks_has_failed() {
        let part = Report::of("stage", |_| Ok(()));
        assert_eq!(part.counts, TestCounts::new(0, 1));
    }

    #[test]
    fn error_of_a_part_is_a_failure() {
        let part = Report::of("stage", |report| {
            report.check("one", Ok(()));
            anyhow::bail!("no browser")
        });
        assert_eq!(part.counts, TestCounts::new(1, 1));
        assert_eq!(part.failures, ["stage, no browser"]);
    }

    #[test]
    fn run_passes_if_something_passed_and_nothing_failed() {
        let code = |parts: &[Report]| format!("{:?}", conclude("part", parts));
        let passing = || part(0, "3 passed, 0 failed");
        let failing = part(1, "1 passed, 1 failed");
        assert_eq!(
            code(&[passing(), passing()]),
            format!("{:?}", ExitCode::SUCCESS)
        );
        assert_eq!(
            code(&[passing(), failing]),
            format!("{:?}", ExitCode::FAILURE)
        );
        assert_eq!(code(&[]), format!("{:?}", ExitCode::FAILURE));
    }
}
