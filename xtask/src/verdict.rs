//! The table that closes a run, and its last line: `N passed, N failed`.

use crate::count::Count;
use crate::process;
use std::process::ExitCode;
use std::time::Duration;

/// One part of a run.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) count: Count,
    pub(crate) duration: Duration,
    /// Why, for each check that failed, as far as it is known.
    pub(crate) failures: Vec<String>,
}

/// Prints what the parts, each a `kind`, have come to. A run that has checked nothing has failed.
pub(crate) fn conclude(kind: &str, parts: &[Part]) -> ExitCode {
    let mut sum = Count::default();
    println!("\n{kind:<12}{:>8}{:>8}{:>11}", "passed", "failed", "time");
    for part in parts {
        sum += part.count;
        println!(
            "{:<12}{:>8}{:>8}{:>11}",
            part.name,
            part.count.passed,
            part.count.failed,
            process::time(part.duration)
        );
    }
    for failure in parts.iter().flat_map(|part| &part.failures) {
        println!("FAILED {failure}");
    }
    println!("{} passed, {} failed", sum.passed, sum.failed);
    if sum.failed == 0 && sum.passed > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concluded(counts: &[(u64, u64)]) -> ExitCode {
        let parts: Vec<Part> = counts
            .iter()
            .map(|&(passed, failed)| Part {
                name: "part",
                count: Count { passed, failed },
                duration: Duration::ZERO,
                failures: Vec::new(),
            })
            .collect();
        conclude("part", &parts)
    }

    #[test]
    fn a_run_passes_when_something_passed_and_nothing_failed() {
        let same = |is: ExitCode, wanted: ExitCode| format!("{is:?}") == format!("{wanted:?}");
        assert!(same(concluded(&[(3, 0), (1, 0)]), ExitCode::SUCCESS));
        assert!(same(concluded(&[(3, 0), (1, 1)]), ExitCode::FAILURE));
        assert!(same(concluded(&[]), ExitCode::FAILURE));
    }
}
