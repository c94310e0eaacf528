//! Parses the output of test runners: how many tests passed and failed, and which failed.

use regex::Regex;
use std::ops::AddAssign;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TestCounts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl TestCounts {
    pub(crate) fn new(passed: u64, failed: u64) -> Self {
        Self { passed, failed }
    }

    pub(crate) fn total(self) -> u64 {
        self.passed + self.failed
    }
}

impl AddAssign for TestCounts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Sums the lines `test result: ok. 3 passed; 0 failed; …` of libtest and of wasm-bindgen's runner, one for each test file.
pub(crate) fn of_rust_tests(output: &str) -> TestCounts {
    let line = r"(?m)^\s*test result: .+?\. (\d+) passed; (\d+) failed;";
    let mut sum = TestCounts::default();
    for counts in counts(line, output) {
        sum += counts;
    }
    sum
}

/// Parses the last line of a script: `3 passed, 0 failed`. `None` if it is another: the script broke off.
pub(crate) fn of_script(output: &str) -> Option<TestCounts> {
    counts(r"(?m)^\s*(\d+) passed, (\d+) failed\s*\z", output).pop()
}

/// The counts in all lines of a pattern with two groups.
fn counts(line: &str, output: &str) -> Vec<TestCounts> {
    let (line, output) = (pattern(line), without_colours(output));
    let lines = line.captures_iter(&output).map(|line| line.extract().1);
    lines
        .filter_map(|[passed, failed]| {
            Some(TestCounts::new(passed.parse().ok()?, failed.parse().ok()?))
        })
        .collect()
}

/// The failed tests: of TAP (`not ok 3 name # 20 ms`) with the comment below, and of libtest (`test name ... FAILED`).
pub(crate) fn failed(output: &str) -> Vec<String> {
    // Of the comment: the message, the actual and the expected value.
    let lines = pattern(r"(?m)^not ok \d*\s*(.*(?:\n# .*){0,3})|^test (.+) \.\.\. FAILED$");
    let text = without_colours(output);
    let failed = lines.captures_iter(&text);
    failed
        .map(|found| found.extract::<1>().1[0].replace("\n# ", "\n    "))
        .collect()
}

fn without_colours(output: &str) -> String {
    anstream::adapter::strip_str(output).to_string()
}

/// The regular expression of a constant pattern.
#[expect(clippy::expect_used, reason = "the unit tests compile all patterns")]
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a valid pattern")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libtest_files_are_summed() {
        let output = "\nrunning 2 tests\ntest a ... ok\ntest b ... FAILED\n\n\
            test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n\
            test result: ok. 41 passed; 0 failed; 3 ignored; 0 measured; 7 filtered out; finished in 1.20s\n";
        assert_eq!(of_rust_tests(output), TestCounts::new(42, 1));
    }

    #[test]
    fn wasm_bindgen_summary_is_read() {
        let output =
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.04s\n";
        assert_eq!(of_rust_tests(output), TestCounts::new(12, 0));
    }

    #[test]
    fn colours_are_ignored() {
        let output = "test result: \u{1b}[32mok\u{1b}[0m. 2 passed; 0 failed; 0 ignored\n";
        assert_eq!(of_rust_tests(output), TestCounts::new(2, 0));
        let output = "\u{1b}[1m7 passed, 1 failed\u{1b}[0m\n";
        assert_eq!(of_script(output), Some(TestCounts::new(7, 1)));
    }

    #[test]
    fn lines_that_resemble_a_summary_count_nothing() {
        for output in [
            "running 0 tests\nno tests to run!\n",
            "panicked: test result: ok. 9 passed; 0 failed;\n",
            "test result: ok. many passed; 0 failed;\n",
        ] {
            assert_eq!(of_rust_tests(output).total(), 0);
        }
    }

    #[test]
    fn script_is_counted_by_its_last_line_only() {
        let output = "TAP version 13\nok 1 - 5 passed, 0 failed\n1..1\n1 passed, 0 failed\n\n";
        assert_eq!(of_script(output), Some(TestCounts::new(1, 0)));
    }

    #[test]
    fn failed_tests_are_named() {
        let tap = "TAP version 14\nok 1 a # 3 ms\nnot ok 2 b > c # 20 ms\n# why\n# actual: 1\n\
            # expected: 2\n# at d\nnot ok a page\n";
        let b = "b > c # 20 ms\n    why\n    actual: 1\n    expected: 2";
        assert_eq!(failed(tap), [b, "a page"]);
        let libtest =
            "test a ... ok\ntest b::c ... \u{1b}[31mFAILED\u{1b}[0m\n\nfailures:\n    b::c\n";
        assert_eq!(failed(libtest), ["b::c"]);
    }

    #[test]
    fn script_that_broke_off_has_no_counts() {
        assert_eq!(of_script("3 passed, 0 failed\nTypeError: late\n"), None);
        assert_eq!(of_script("-1 passed, 0 failed"), None);
        assert_eq!(of_script("3 passed"), None);
        assert_eq!(of_script(""), None);
    }
}
