//! The results of a run: the checks of each part, and the table at the end with `N passed, N failed`.

use super::test_counts::{self, TestCounts};
use crate::process::{self, step};
use std::process::{Command, ExitCode, ExitStatus};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The failed tests of a runner that the summary names. The runner's output has all.
const MAX_NAMED_TESTS: usize = 5;

/// A part of a run: a stage, or a scenario.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) counts: TestCounts,
    pub(crate) duration: Duration,
    /// The reasons of failed checks.
    pub(crate) failures: Vec<String>,
}

/// Prints the results of all parts. A run without checks has failed.
pub(crate) fn conclude(kind: &str, parts: &[Part]) -> ExitCode {
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

/// Collects the results of one part.
pub(crate) struct Report {
    name: String,
    start: Instant,
    counts: TestCounts,
    failures: Vec<String>,
}

impl Report {
    fn new(name: String) -> Self {
        eprintln!("\n== {name}");
        Self {
            name,
            start: Instant::now(),
            counts: TestCounts::default(),
            failures: Vec::new(),
        }
    }

    /// Runs one part.
    pub(crate) fn of(name: String, work: impl FnOnce(&mut Self)) -> Part {
        let mut report = Self::new(name);
        work(&mut report);
        report.finish()
    }

    /// Records a check.
    pub(crate) fn check(&mut self, name: &str, result: anyhow::Result<()>) {
        match result {
            Ok(()) => {
                eprintln!("ok {name}");
                self.counts.passed += 1;
            }
            Err(error) => self.fail(1, name, &format!("{error:#}")),
        }
    }

    /// Runs a command as a check.
    pub(super) fn command(&mut self, name: &str, command: &mut Command) {
        self.check(name, step(name, || process::run(command)));
    }

    /// Unwraps a prerequisite. Its error is one failure.
    pub(super) fn need<T>(&mut self, name: &str, result: anyhow::Result<T>) -> Option<T> {
        result
            .map_err(|error| self.fail(1, name, &format!("{error:#}")))
            .ok()
    }

    /// Runs Rust tests.
    pub(super) fn rust_tests(&mut self, name: &str, command: &mut Command) {
        let result = step(name, || process::tee(command));
        self.add(name, result, |output| {
            Some(test_counts::of_rust_tests(output))
        });
    }

    /// Runs a test script, whose last line is `N passed, N failed`.
    pub(super) fn script(&mut self, name: &str, command: &mut Command) {
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
    pub(super) fn collected(&mut self, name: &str, result: anyhow::Result<(ExitStatus, String)>) {
        if let Ok((_, output)) = &result {
            print!("{output}");
        }
        self.add(name, result, test_counts::of_script);
    }

    fn add(
        &mut self,
        name: &str,
        result: anyhow::Result<(ExitStatus, String)>,
        count: impl FnOnce(&str) -> Option<TestCounts>,
    ) {
        let Some((status, output)) = self.need(name, result) else {
            return;
        };
        let counts = count(&output).unwrap_or_default();
        self.counts.passed += counts.passed;
        if counts.failed > 0 {
            let mut reason = format!("{} of {} tests", counts.failed, counts.total());
            for test in test_counts::failed(&output).iter().take(MAX_NAMED_TESTS) {
                reason += &format!("\n  {test}");
            }
            self.fail(counts.failed, name, &reason);
        } else if !status.success() {
            let reason = format!("it ended with {status}, but reports no failed test");
            self.fail(1, name, &reason);
        } else if counts.passed == 0 {
            self.fail(1, name, "it reports no test");
        }
    }

    fn fail(&mut self, number: u64, name: &str, reason: &str) {
        eprintln!("FAILED {name}: {reason}");
        self.counts.failed += number;
        let failure = format!("{}, {name}: {reason}", self.name);
        self.failures.push(failure);
    }

    /// A part without checks has failed.
    fn finish(mut self) -> Part {
        if self.counts.total() == 0 {
            self.fail(1, "everything", "nothing was checked");
        }
        Part {
            name: self.name,
            counts: self.counts,
            duration: self.start.elapsed(),
            failures: self.failures,
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    fn ended(exit_code: i32, output: &str) -> anyhow::Result<(ExitStatus, String)> {
        Ok((ExitStatus::from_raw(exit_code << 8), output.to_owned()))
    }

    /// The counts of a part with one runner.
    fn counts(exit_code: i32, passed: u64, failed: u64) -> TestCounts {
        let output = format!("{passed} passed, {failed} failed");
        let part = Report::of("stage".to_owned(), |report| {
            report.collected("runner", ended(exit_code, &output));
        });
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
    }

    #[test]
    fn failed_tests_of_a_runner_are_named() {
        let output = "not ok 1 a\nok 2 b\n1 passed, 1 failed";
        let part = Report::of("stage".to_owned(), |report| {
            report.collected("runner", ended(1, output));
        });
        assert_eq!(part.failures, ["stage, runner: 1 of 2 tests\n  a"]);
    }

    #[test]
    fn runner_without_tests_has_failed() {
        assert_eq!(counts(0, 0, 0), TestCounts::new(0, 1));
    }

    #[test]
    fn part_without_checks_has_failed() {
        let part = Report::of("stage".to_owned(), |_| {});
        assert_eq!(part.counts, TestCounts::new(0, 1));
    }

    #[test]
    fn run_passes_if_something_passed_and_nothing_failed() {
        let code = |counts: &[TestCounts]| {
            let part = |counts: &TestCounts| Part {
                name: "part".to_owned(),
                counts: *counts,
                duration: Duration::ZERO,
                failures: Vec::new(),
            };
            let parts: Vec<Part> = counts.iter().map(part).collect();
            format!("{:?}", conclude("part", &parts))
        };
        let [one, failing] = [TestCounts::new(3, 0), TestCounts::new(1, 1)];
        assert_eq!(code(&[one, one]), format!("{:?}", ExitCode::SUCCESS));
        assert_eq!(code(&[one, failing]), format!("{:?}", ExitCode::FAILURE));
        assert_eq!(code(&[]), format!("{:?}", ExitCode::FAILURE));
    }
}
