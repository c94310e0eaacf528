//! Parses the output of test runners: how many tests passed and failed, and which failed.

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
    let mut sum = TestCounts::default();
    for line in without_colours(output).lines() {
        let result = line.trim().strip_prefix("test result: ");
        let Some((_, counts)) = result.and_then(|rest| rest.split_once(". ")) else {
            continue;
        };
        let count = |suffix: &str| {
            let number = |part: &str| part.strip_suffix(suffix)?.trim().parse().ok();
            counts.split("; ").find_map(number)
        };
        if let (Some(passed), Some(failed)) = (count("passed"), count("failed")) {
            sum += TestCounts { passed, failed };
        }
    }
    sum
}

/// Parses the last line of a script: `3 passed, 0 failed`. `None` if it is another: the script broke off.
pub(crate) fn of_script(output: &str) -> Option<TestCounts> {
    let text = without_colours(output);
    let (passed, failed) = text.trim_end().lines().last()?.trim().split_once(", ")?;
    Some(TestCounts {
        passed: passed.strip_suffix(" passed")?.parse().ok()?,
        failed: failed.strip_suffix(" failed")?.parse().ok()?,
    })
}

/// The failed tests: of TAP (`not ok 3 name # 20 ms`) with the comment below, and of libtest (`test name ... FAILED`).
pub(crate) fn failed(output: &str) -> Vec<String> {
    /// The message, the actual and the expected value.
    const COMMENT_LINES: usize = 3;
    let text = without_colours(output);
    let mut failed = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("not ok ") {
            let name = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
            let comments = lines.clone().map_while(|line| line.strip_prefix("# "));
            let shown = comments
                .take(COMMENT_LINES)
                .map(|line| format!("\n    {line}"));
            failed.push(name.trim_start().to_owned() + &shown.collect::<String>());
        } else if let Some(name) = line.strip_prefix("test ") {
            failed.extend(name.strip_suffix(" ... FAILED").map(str::to_owned));
        }
    }
    failed
}

fn without_colours(output: &str) -> String {
    anstream::adapter::strip_str(output).to_string()
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
