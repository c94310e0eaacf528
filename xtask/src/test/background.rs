//! Test scripts of the stages `package`, `runtimes` and `e2e`, which run while other stages do. They wait more than they work.

use super::run_summary::Report;
use super::session::Session;
use super::stage::Stage;
use super::{e2e, package, runtimes};
use crate::process::{self, step};
use crate::sandbox::Sandbox;
use anyhow::Result;
use std::collections::VecDeque;
use std::process::{Command, ExitStatus};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// The scripts that run in parallel, besides one stage. Of 3, 4 and 5, a warm run on two cores was the fastest with 4: it took
/// 5 min 50, 5 min 08 and 5 min 13. Tests that measure time still passed.
const PARALLEL: usize = 4;

/// A script, with the sandbox that serves only it.
pub(super) struct Script {
    pub(super) name: String,
    pub(super) command: Command,
    pub(super) sandbox: Sandbox,
}

/// The result and the sandbox of a script that has ended.
struct Ended {
    name: String,
    result: Result<(ExitStatus, String)>,
    sandbox: Sandbox,
}

/// The scripts of a stage, which end in any order.
pub(super) struct Pending(Receiver<Ended>);

/// The scripts that were started, by stage. An error is that of a stage's preparation.
#[derive(Default)]
pub(super) struct Background {
    pending: Vec<(Stage, Result<Pending>)>,
    threads: Vec<JoinHandle<()>>,
}

impl Background {
    /// Starts the scripts of all stages that this run has. The slowest come first.
    fn start(session: &Session<'_>) -> Self {
        let (mut queue, mut pending) = (VecDeque::new(), Vec::new());
        for (stage, scripts) in [
            (
                Stage::E2e,
                e2e::scripts as fn(&Session<'_>) -> Result<Vec<Script>>,
            ),
            (Stage::Package, package::scripts),
            (Stage::Runtimes, runtimes::scripts),
        ] {
            if session.has(stage) {
                let (sender, receiver) = mpsc::channel();
                let scripts = scripts(session).map(|scripts| {
                    queue.extend(scripts.into_iter().map(|script| (script, sender.clone())));
                    Pending(receiver)
                });
                pending.push((stage, scripts));
            }
        }
        let queue = Arc::new(Mutex::new(queue));
        let threads = (0..PARALLEL).map(|_| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || run_all(&queue))
        });
        Self {
            pending,
            threads: threads.collect(),
        }
    }

    /// Waits until no script runs. An interrupted one ends soon.
    pub(super) fn join(self) {
        drop(self.pending);
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}

type Queue = Mutex<VecDeque<(Script, Sender<Ended>)>>;

fn run_all(queue: &Queue) {
    let next = || {
        queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    };
    while let Some((mut script, ended)) = next() {
        let result = step(&script.name, || process::collect(&mut script.command));
        let Script { name, sandbox, .. } = script;
        // Fails after an interruption: nobody waits for the result.
        let _ = ended.send(Ended {
            name,
            result,
            sandbox,
        });
    }
}

/// Starts the scripts, unless they were started.
pub(super) fn start(session: &Session<'_>) {
    let mut background = session.background.borrow_mut();
    background.get_or_insert_with(|| Background::start(session));
}

/// Waits for the scripts of a stage, and records their results.
pub(super) fn finish(session: &Session<'_>, stage: Stage, report: &mut Report) -> Result<()> {
    start(session);
    let pending = session
        .background
        .borrow_mut()
        .as_mut()
        .and_then(|background| {
            let mut stages = background.pending.iter();
            let index = stages.position(|(one, _)| *one == stage)?;
            Some(background.pending.swap_remove(index).1)
        });
    let Pending(ended) = pending.unwrap_or_else(|| anyhow::bail!("it was not started"))?;
    for Ended {
        name,
        result,
        sandbox,
    } in ended
    {
        report.collected(&name, result);
        let check = format!("traffic of {name} complies with the contract");
        report.check(&check, sandbox.check_contract());
    }
    Ok(())
}
