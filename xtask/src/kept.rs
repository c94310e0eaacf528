//! Spares work whose outcome is there already: a note beside it says what it was made of and what it is.

use anyhow::{Context, Result};
use std::collections::hash_map::DefaultHasher;
use std::fmt::Write;
use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

/// Does the work, unless the inputs and the outcomes are, to the byte, those that the note at the path tells of. Inputs are
/// all that decides over the outcome: programs, too.
pub(crate) fn unless_same(
    note: &Path,
    inputs: &[PathBuf],
    outcomes: &[PathBuf],
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let told = || digests(inputs.iter().chain(outcomes));
    if fs::read_to_string(note).is_ok_and(|noted| told().is_ok_and(|now| now == noted)) {
        return Ok(());
    }
    work()?;
    Ok(fs::write(note, told()?)?)
}

/// A line a file. No secret hangs on the hash, which must tell builds of one machine apart; that of another version of Rust
/// may be another, and the work is done again.
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
    fn work_is_spared_only_while_inputs_and_outcomes_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let [note, input, outcome] = ["note", "in", "out"].map(|name| folder.path().join(name));
        let run = |fails: bool| {
            let mut worked = false;
            let result = unless_same(&note, from_ref(&input), from_ref(&outcome), || {
                worked = true;
                fs::write(&outcome, fs::read(&input)?)?;
                if fails { bail!("failed") } else { Ok(()) }
            });
            (worked, result.is_ok())
        };
        fs::write(&input, "one").unwrap();
        assert_eq!(run(false), (true, true), "the first time");
        assert_eq!(run(false), (false, true), "nothing has changed");
        fs::write(&input, "two").unwrap();
        assert_eq!(run(true), (true, false), "an input is another");
        assert_eq!(run(false), (true, true), "the work had failed");
        fs::write(&outcome, "by hand").unwrap();
        assert_eq!(run(false), (true, true), "the outcome is another");
        fs::remove_file(&outcome).unwrap();
        assert_eq!(run(false), (true, true), "the outcome is gone");
        assert_eq!(run(false), (false, true));
    }
}
