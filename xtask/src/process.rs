//! Child processes. Each leads a process group of its own, which is terminated when its owner drops it.

use crate::console;
use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The time that a process gets to end after it was asked to.
const GRACE: Duration = Duration::from_secs(10);

/// A test runner that takes longer hangs.
const TEST_LIMIT: Duration = Duration::from_secs(30 * 60);

/// The signals to end that this process has received.
static INTERRUPTS: AtomicUsize = AtomicUsize::new(0);

/// Notices Ctrl-C, SIGTERM and SIGHUP. [`interrupted`] is true from then on: all waits end, and no process starts. After a
/// second signal, processes get no time to end.
pub(crate) fn handle_interrupts() -> Result<()> {
    ctrlc::set_handler(|| {
        INTERRUPTS.fetch_add(1, Ordering::SeqCst);
    })
    .context("signal handlers")
}

/// Whether this process was asked to end.
pub(crate) fn interrupted() -> bool {
    INTERRUPTS.load(Ordering::SeqCst) > 0
}

enum Signal {
    Terminate,
    Kill,
}

#[cfg(unix)]
fn signal(group: u32, signal: Signal) {
    use rustix::process::{Pid, Signal as Unix, kill_process_group};
    let signal = match signal {
        Signal::Terminate => Unix::TERM,
        Signal::Kill => Unix::KILL,
    };
    // Fails only if the group has ended.
    if let Some(id) = i32::try_from(group).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(id, signal);
    }
}

/// On Windows the console signals all processes that share it.
#[cfg(not(unix))]
fn signal(_: u32, _: Signal) {}

/// A running process. It is ended on drop.
pub(crate) struct Running {
    pub(crate) child: Child,
    name: String,
}

impl Running {
    /// Starts a process that runs until it is dropped.
    pub(crate) fn spawn(command: &mut Command) -> Result<Self> {
        ensure!(!interrupted(), "interrupted");
        let name = describe(command);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let child = command.stdin(Stdio::null()).spawn();
        let child = child.with_context(|| format!("cannot start {name}"))?;
        Ok(Self { child, name })
    }

    fn wait(&mut self, limit: Option<Duration>) -> Result<ExitStatus> {
        let is_late = |elapsed| limit.is_some_and(|limit| elapsed > limit);
        let status = self.wait_unless(|elapsed| interrupted() || is_late(elapsed))?;
        status.with_context(|| match interrupted() {
            true => format!("{} was interrupted", self.name),
            false => format!("{} was stopped after its time limit", self.name),
        })
    }

    /// Waits for the end. `None` if the condition, given the time that has passed, is true before.
    fn wait_unless(&mut self, is_over: impl Fn(Duration) -> bool) -> Result<Option<ExitStatus>> {
        let start = Instant::now();
        loop {
            let status = self.child.try_wait().with_context(|| self.name.clone())?;
            if status.is_some() || is_over(start.elapsed()) {
                return Ok(status);
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Also if the process has ended: it may have left others behind.
        signal(self.child.id(), Signal::Terminate);
        let is_over = |elapsed| elapsed > GRACE || INTERRUPTS.load(Ordering::SeqCst) > 1;
        if !matches!(self.wait_unless(is_over), Ok(Some(_))) {
            signal(self.child.id(), Signal::Kill);
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Runs a command. Its output goes where that of this process goes.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    Running::spawn(command)?.wait(None)
}

/// The exit code of a command, as this process' own.
pub(crate) fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Runs a command like [`status`]. A failure of the command is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    ensure_success(command, status)
}

/// Runs a command, and returns its standard output. A failure of the command is an error.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let (status, output) = collect(command)?;
    ensure_success(command, status)?;
    Ok(output)
}

/// Runs a command, and returns and prints its standard output.
pub(crate) fn tee(command: &mut Command) -> Result<(ExitStatus, String)> {
    read(command, |line| {
        // The tests continue without a reader.
        let _ = console::write(std::io::stdout().lock(), line);
    })
}

/// Runs a command, and returns its standard output.
pub(crate) fn collect(command: &mut Command) -> Result<(ExitStatus, String)> {
    read(command, |_| {})
}

fn read(
    command: &mut Command,
    mut each_line: impl FnMut(&[u8]) + Send,
) -> Result<(ExitStatus, String)> {
    let mut running = Running::spawn(command.stdout(Stdio::piped()))?;
    let stdout = running.child.stdout.take().context("no standard output")?;
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let (mut stdout, mut all, mut line) = (BufReader::new(stdout), Vec::new(), Vec::new());
            while stdout
                .read_until(b'\n', &mut line)
                .is_ok_and(|length| length > 0)
            {
                each_line(&line);
                all.append(&mut line);
            }
            String::from_utf8_lossy(&all).into_owned()
        });
        let status = running.wait(Some(TEST_LIMIT));
        // Closes the pipe, should a process that was left behind still hold it.
        drop(running);
        let output = reader.join().unwrap_or_default();
        Ok((status?, output))
    })
}

fn ensure_success(command: &Command, status: ExitStatus) -> Result<()> {
    ensure!(status.success(), "{} failed ({status})", describe(command));
    Ok(())
}

/// A command as it is typed, without its environment.
fn describe(command: &Command) -> String {
    let program = command.get_program();
    let name = std::path::Path::new(program).file_stem().unwrap_or(program);
    let words = std::iter::once(name).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// Does a piece of work. Prints its name before, and the time that it took after.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("{name} …");
    let start = Instant::now();
    let result = work().with_context(|| name.to_owned())?;
    eprintln!("{name} … {}", seconds(start.elapsed()));
    Ok(result)
}

pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
