//! Reads from what a runner of tests wrote how many passed and how many failed.

use std::ops::AddAssign;

/// Checks that were made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Count {
    /// Of both kinds.
    pub(crate) fn total(self) -> u64 {
        self.passed + self.failed
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Sums the lines `test result: ok. 3 passed; 0 failed; …` of libtest and of wasm-bindgen's runner, which writes one for
/// each file of tests.
pub(crate) fn of_rust_tests(output: &str) -> Count {
    let mut sum = Count::default();
    for line in plain(output).lines() {
        let Some((_, counts)) = line
            .trim()
            .strip_prefix("test result: ")
            .and_then(|rest| rest.split_once(". "))
        else {
            continue;
        };
        let number_of = |what: &str| {
            counts
                .split("; ")
                .find_map(|part| part.strip_suffix(what)?.trim().parse().ok())
        };
        if let (Some(passed), Some(failed)) = (number_of("passed"), number_of("failed")) {
            sum += Count { passed, failed };
        }
    }
    sum
}

/// Reads the closing line `3 passed, 0 failed` of a script. `None` if its last line is another: it broke off.
pub(crate) fn of_script(output: &str) -> Option<Count> {
    let text = plain(output);
    let (passed, failed) = text.trim_end().lines().last()?.trim().split_once(", ")?;
    Some(Count {
        passed: passed.strip_suffix(" passed")?.parse().ok()?,
        failed: failed.strip_suffix(" failed")?.parse().ok()?,
    })
}

/// The tests that failed: of TAP (`not ok 3 name # 20 ms`) with what is said of each below it, and of libtest
/// (`test name ... FAILED`), which says it elsewhere.
pub(crate) fn failed(output: &str) -> Vec<String> {
    /// What was wrong, what came, and what was wanted.
    const SAID: usize = 3;
    let text = plain(output);
    let lines: Vec<&str> = text.lines().collect();
    let mut failed = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if let Some(rest) = line.strip_prefix("not ok ") {
            let name = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
            let below = lines[at + 1..]
                .iter()
                .map_while(|line| line.strip_prefix("# "));
            let said = below.take(SAID).map(|line| format!("\n    {line}"));
            failed.push(name.trim_start().to_owned() + &said.collect::<String>());
        } else if let Some(name) = line.strip_prefix("test ")
            && let Some(name) = name.strip_suffix(" ... FAILED")
        {
            failed.push(name.to_owned());
        }
    }
    failed
}

/// Without colours.
fn plain(output: &str) -> String {
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
        assert_eq!(
            of_rust_tests(output),
            Count {
                passed: 42,
                failed: 1
            }
        );
    }

    #[test]
    fn wasm_bindgen_summary_is_read() {
        let output =
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.04s\n";
        assert_eq!(
            of_rust_tests(output),
            Count {
                passed: 12,
                failed: 0
            }
        );
    }

    #[test]
    fn colours_are_no_obstacle() {
        let output = "test result: \u{1b}[32mok\u{1b}[0m. 2 passed; 0 failed; 0 ignored\n";
        assert_eq!(
            of_rust_tests(output),
            Count {
                passed: 2,
                failed: 0
            }
        );
        assert_eq!(
            of_script("\u{1b}[1m7 passed, 1 failed\u{1b}[0m\n"),
            Some(Count {
                passed: 7,
                failed: 1
            })
        );
    }

    #[test]
    fn what_only_looks_like_a_summary_counts_nothing() {
        assert_eq!(
            of_rust_tests("running 0 tests\nno tests to run!\n").total(),
            0
        );
        assert_eq!(
            of_rust_tests("panicked: test result: ok. 9 passed; 0 failed;\n").total(),
            0
        );
        assert_eq!(
            of_rust_tests("test result: ok. many passed; 0 failed;\n").total(),
            0
        );
    }

    #[test]
    fn script_is_counted_by_its_last_line_only() {
        let output = "TAP version 13\nok 1 - 5 passed, 0 failed\n1..1\n1 passed, 0 failed\n\n";
        assert_eq!(
            of_script(output),
            Some(Count {
                passed: 1,
                failed: 0
            })
        );
    }

    #[test]
    fn tests_that_failed_are_named() {
        let tap = "TAP version 14\nok 1 a # 3 ms\nnot ok 2 b > c # 20 ms\n# why\n# actual: 1\n\
            # expected: 2\n# at d\nnot ok a page\n";
        assert_eq!(
            failed(tap),
            [
                "b > c # 20 ms\n    why\n    actual: 1\n    expected: 2",
                "a page"
            ]
        );
        let libtest =
            "test a ... ok\ntest b::c ... \u{1b}[31mFAILED\u{1b}[0m\n\nfailures:\n    b::c\n";
        assert_eq!(failed(libtest), ["b::c"]);
    }

    #[test]
    fn script_that_broke_off_has_no_count() {
        assert_eq!(of_script("3 passed, 0 failed\nTypeError: late\n"), None);
        assert_eq!(of_script("-1 passed, 0 failed"), None);
        assert_eq!(of_script("3 passed"), None);
        assert_eq!(of_script(""), None);
    }
}
