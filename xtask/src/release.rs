//! Makes and checks everything that a release takes, and leaves publishing to a person.

mod sbom;
mod versions;

use crate::deny;
use crate::policy::Policy;
use crate::process;
use crate::test;
use crate::verdict;
use crate::workspace::{CRATE, Workspace};
use anyhow::{Result, bail};
use std::fs;
use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Check everything, and publish nothing; without this, the command only says how to publish
    #[arg(long)]
    dry_run: bool,
}

/// Checks versions, tests the tarball, builds the documentation; leaves tarball and SBOM in target/release-files.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let folder = workspace.target.join("release-files");
    let version = versions::of_crate(workspace)?;
    let tarball = folder.join(format!("{CRATE}-{version}.tgz"));
    let command = format!("npm publish {}", tarball.display());
    if !options.dry_run {
        bail!(
            "publishing is done by hand: after `cargo xtask release --dry-run` has passed, by `{command}`"
        );
    }
    // What an earlier run left must not pass for what this one made.
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;

    let mut parts = vec![
        test::part("versions", |report| {
            versions::check(workspace, &version, report);
        }),
        test::part("advisories", |report| {
            if let Some(outcome) = deny::advisories(workspace) {
                report.check("cargo deny check advisories", outcome);
            }
        }),
        test::part("sbom", |report| {
            let outcome = Policy::read(workspace)
                .and_then(|policy| sbom::write(workspace, &policy, &version, &folder));
            report.check("SBOM", outcome);
        }),
    ];
    parts.extend(test::tarball(workspace, &tarball));
    if process::interrupted() {
        return Ok(ExitCode::FAILURE);
    }
    let passed = parts.iter().all(|part| part.count.failed == 0);
    let code = verdict::conclude("release", &parts);
    if passed {
        println!("nothing is published; that would be: {command}");
    }
    Ok(code)
}
