//! Skips work whose output is current. A record beside the output has digests of all inputs and outputs.

use anyhow::{Context, Result};
use std::collections::hash_map::DefaultHasher;
use std::fmt::Write;
use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

/// Does the work, unless inputs and outputs are byte for byte those of the record. The inputs are all that decides the outputs,
/// programs included.
pub(super) fn unless_unchanged(
    record: &Path,
    inputs: &[PathBuf],
    outputs: &[PathBuf],
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let current = || digests(inputs.iter().chain(outputs));
    if fs::read_to_string(record).is_ok_and(|old| current().is_ok_and(|new| new == old)) {
        return Ok(());
    }
    work()?;
    Ok(fs::write(record, current()?)?)
}

/// A line a file. The hash need not be secure, and it may change with the version of Rust: the work is then done again.
fn digests<'a>(files: impl Iterator<Item = &'a PathBuf>) -> Result<String> {
    let mut lines = String::new();
    for file in files {
        let bytes = fs::read(file).with_context(|| file.display().to_string())?;
        let mut hash = DefaultHasher::new();
        hash.write(&bytes);
        let (digest, length) = (hash.finish(), bytes.len());
        writeln!(lines, "{digest:016x} {length} {}", file.display())?;
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;
    use std::slice::from_ref;

    #[test]
    fn work_is_skipped_while_inputs_and_outputs_are_unchanged() {
        let folder = tempfile::tempdir().unwrap();
        let [record, input, output] = ["record", "in", "out"].map(|name| folder.path().join(name));
        let run = |fails: bool| {
            let mut worked = false;
            let result = unless_unchanged(&record, from_ref(&input), from_ref(&output), || {
                worked = true;
                fs::write(&output, fs::read(&input)?)?;
                if fails { bail!("failed") } else { Ok(()) }
            });
            (worked, result.is_ok())
        };
        fs::write(&input, "one").unwrap();
        assert_eq!(run(false), (true, true), "the first time");
        assert_eq!(run(false), (false, true), "nothing has changed");
        fs::write(&input, "two").unwrap();
        assert_eq!(run(true), (true, false), "the input has changed");
        assert_eq!(run(false), (true, true), "the work had failed");
        fs::write(&output, "by hand").unwrap();
        assert_eq!(run(false), (true, true), "the output has changed");
        fs::remove_file(&output).unwrap();
        assert_eq!(run(false), (true, true), "the output is gone");
        assert_eq!(run(false), (false, true));
    }
}
