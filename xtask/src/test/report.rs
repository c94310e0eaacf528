//! Counts what one stage has checked.

use crate::count::{self, Count};
use crate::process;
use std::process::{Command, ExitStatus};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// What a stage has found so far.
pub(crate) struct Report {
    stage: &'static str,
    result: Result,
}

/// What a stage has found.
pub(super) struct Result {
    pub(super) count: Count,
    /// Why, for each check or runner that failed.
    pub(super) failures: Vec<String>,
}

impl Report {
    pub(super) fn new(stage: &'static str) -> Self {
        Self {
            stage,
            result: Result {
                count: Count::default(),
                failures: Vec::new(),
            },
        }
    }

    /// One check.
    pub(crate) fn check(&mut self, name: &str, outcome: anyhow::Result<()>) {
        match outcome {
            Ok(()) => {
                eprintln!("ok {name}");
                self.result.count.passed += 1;
            }
            Err(error) => self.fail(1, name, &format!("{error:#}")),
        }
    }

    /// One check that is a command.
    pub(super) fn command(&mut self, name: &str, command: &mut Command) {
        self.check(name, process::step(name, || process::run(command)));
    }

    /// What the stage can't do without. Where it is missing, that is one failure.
    pub(super) fn need<T>(&mut self, what: &str, outcome: anyhow::Result<T>) -> Option<T> {
        outcome
            .map_err(|error| self.fail(1, what, &format!("{error:#}")))
            .ok()
    }

    /// A runner of Rust tests.
    pub(super) fn rust_tests(&mut self, name: &str, command: &mut Command) {
        self.tests(name, command, count::of_rust_tests);
    }

    /// A script of tests, which closes with `N passed, N failed`.
    pub(super) fn script(&mut self, name: &str, command: &mut Command) {
        self.tests(name, command, of_script);
    }

    /// Scripts of tests, some of them at the same time. Each is shown whole when it has ended.
    pub(super) fn scripts(&mut self, at_once: usize, scripts: Vec<(String, Command)>) {
        let (report, queue) = (Mutex::new(self), Mutex::new(scripts.into_iter()));
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || {
            while let Some((name, mut command)) = next() {
                let outcome = process::step(&name, || process::collect(&mut command));
                let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
                report.collected(&name, outcome);
            }
        };
        thread::scope(|scope| {
            for _ in 0..at_once {
                scope.spawn(work);
            }
        });
    }

    /// A script that was run already: how it ended, and what it printed.
    pub(super) fn collected(&mut self, name: &str, outcome: anyhow::Result<(ExitStatus, String)>) {
        match outcome {
            Ok((status, output)) => {
                print!("{output}");
                self.add(name, status, of_script(&output), &output);
            }
            Err(error) => self.fail(1, name, &format!("{error:#}")),
        }
    }

    fn tests(&mut self, name: &str, command: &mut Command, count: impl FnOnce(&str) -> Count) {
        match process::step(name, || process::tee(command)) {
            Ok((status, output)) => self.add(name, status, count(&output), &output),
            Err(error) => self.fail(1, name, &format!("{error:#}")),
        }
    }

    fn add(&mut self, name: &str, status: ExitStatus, count: Count, output: &str) {
        /// The rest is in what the runner printed.
        const NAMED: usize = 5;
        self.result.count.passed += count.passed;
        if count.failed > 0 {
            let mut reason = format!("{} of {} tests", count.failed, count.total());
            for test in count::failed(output).iter().take(NAMED) {
                reason += &format!("\n  {test}");
            }
            self.fail(count.failed, name, &reason);
        } else if !status.success() {
            self.fail(
                1,
                name,
                &format!("ended with {status}, though no test is told to have failed"),
            );
        } else if count.passed == 0 {
            self.fail(1, name, "told of no test");
        }
    }

    fn fail(&mut self, number: u64, name: &str, reason: &str) {
        eprintln!("FAILED {name}: {reason}");
        self.result.count.failed += number;
        self.result
            .failures
            .push(format!("{}, {name}: {reason}", self.stage));
    }

    /// A stage that has checked nothing has failed.
    pub(super) fn finish(mut self) -> Result {
        if self.result.count.total() == 0 {
            self.fail(1, "everything", "the stage has checked nothing");
        }
        self.result
    }
}

fn of_script(output: &str) -> Count {
    count::of_script(output).unwrap_or_default()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    fn result(exit_code: i32, passed: u64, failed: u64) -> Count {
        let mut report = Report::new("stage");
        report.add(
            "runner",
            ExitStatus::from_raw(exit_code << 8),
            Count { passed, failed },
            "",
        );
        assert_eq!(
            report.result.failures.is_empty(),
            report.result.count.failed == 0
        );
        report.finish().count
    }

    #[test]
    fn counts_of_a_runner_are_kept() {
        assert_eq!(
            result(0, 3, 0),
            Count {
                passed: 3,
                failed: 0
            }
        );
        assert_eq!(
            result(101, 3, 2),
            Count {
                passed: 3,
                failed: 2
            }
        );
        assert_eq!(
            result(0, 3, 2),
            Count {
                passed: 3,
                failed: 2
            }
        );
    }

    #[test]
    fn runner_that_breaks_off_has_failed() {
        assert_eq!(
            result(101, 3, 0),
            Count {
                passed: 3,
                failed: 1
            }
        );
    }

    #[test]
    fn a_runner_whose_tests_failed_names_them() {
        let mut report = Report::new("stage");
        let (status, output) = (
            ExitStatus::from_raw(256),
            "not ok 1 a\nok 2 b\n1 passed, 1 failed",
        );
        report.collected("runner", Ok((status, output.to_owned())));
        assert_eq!(
            report.finish().failures,
            ["stage, runner: 1 of 2 tests\n  a"]
        );
    }

    #[test]
    fn runner_without_tests_has_failed() {
        assert_eq!(
            result(0, 0, 0),
            Count {
                passed: 0,
                failed: 1
            }
        );
    }

    #[test]
    fn stage_without_checks_has_failed() {
        assert_eq!(
            Report::new("stage").finish().count,
            Count {
                passed: 0,
                failed: 1
            }
        );
    }
}
