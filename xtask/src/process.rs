//! Runs other programs, and makes sure that none outlives this one: each is the head of its own process group, and the
//! groups are told to end when this program is.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take to end once it was told to.
const GRACE: Duration = Duration::from_secs(10);

/// No runner of tests takes this long: one that does hangs.
const TEST_LIMIT: Duration = Duration::from_secs(30 * 60);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static GROUPS: Mutex<Vec<Group>> = Mutex::new(Vec::new());

struct Group {
    id: u32,
    /// Ended by whoever holds it, not by the handler: others still need it to end well.
    background: bool,
}

/// Ends what is running at Ctrl-C, SIGTERM or SIGHUP. What this program itself does then goes on to its end, with
/// [`interrupted`] true and no new program started; a second signal cuts that short.
pub(crate) fn handle_interrupts() -> Result<()> {
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            end_all();
        }
        groups()
            .iter()
            .filter(|group| !group.background)
            .for_each(|group| signal(group.id, Signal::Terminate));
        thread::spawn(|| {
            thread::sleep(2 * GRACE);
            end_all();
        });
    })
    .context("signal handlers")
}

/// Whether this program was told to end.
pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

fn end_all() -> ! {
    groups()
        .iter()
        .for_each(|group| signal(group.id, Signal::Kill));
    std::process::exit(130)
}

fn groups() -> MutexGuard<'static, Vec<Group>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
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
    // Fails only if the group is gone, which is what is wanted.
    if let Some(id) = i32::try_from(group).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(id, signal);
    }
}

/// Elsewhere the console tells every program that shares it.
#[cfg(not(unix))]
fn signal(_: u32, _: Signal) {}

/// A program that runs. Dropped, it is ended.
pub(crate) struct Running {
    pub(crate) child: Child,
    name: String,
}

impl Running {
    fn spawn(command: &mut Command, background: bool) -> Result<Self> {
        let name = shown(command);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        command.stdin(Stdio::null());
        // Held while the program starts, so that the handler can't miss it.
        let mut groups = groups();
        if interrupted() {
            bail!("interrupted");
        }
        let child = command
            .spawn()
            .with_context(|| format!("can't start {name}"))?;
        groups.push(Group {
            id: child.id(),
            background,
        });
        Ok(Self { child, name })
    }

    /// Starts a program that runs beside this one until it is dropped.
    pub(crate) fn background(command: &mut Command) -> Result<Self> {
        Self::spawn(command, true)
    }

    fn wait(&mut self, limit: Option<Duration>) -> Result<ExitStatus> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().with_context(|| self.name.clone())? {
                return Ok(status);
            }
            if limit.is_some_and(|limit| start.elapsed() > limit) {
                bail!(
                    "{} was stopped: it had run for {}",
                    self.name,
                    time(start.elapsed())
                );
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Also when the program itself has ended: it may have left others behind.
        signal(self.child.id(), Signal::Terminate);
        if self.wait(Some(GRACE)).is_err() {
            signal(self.child.id(), Signal::Kill);
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        groups().retain(|group| group.id != self.child.id());
    }
}

/// Runs a program with its output going where this one's goes.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    Running::spawn(command, false)?.wait(None)
}

/// As [`status`]; any ending but success is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    expect_success(command, status)
}

/// Runs a program for what it writes to its standard output.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let (status, output) = read(command, |_| {})?;
    expect_success(command, status)?;
    Ok(output)
}

/// Runs a program with its output shown, and returns what it wrote to its standard output.
pub(crate) fn tee(command: &mut Command) -> Result<(ExitStatus, String)> {
    read(command, |line| {
        let mut out = std::io::stdout().lock();
        // A reader that has gone away is no reason to stop the tests.
        let _ = out.write_all(line).and_then(|()| out.flush());
    })
}

/// Runs a program beside others: what it writes to its standard output is returned, and shown by whoever asked.
pub(crate) fn collect(command: &mut Command) -> Result<(ExitStatus, String)> {
    read(command, |_| {})
}

fn read(
    command: &mut Command,
    mut each_line: impl FnMut(&[u8]) + Send,
) -> Result<(ExitStatus, String)> {
    let mut running = Running::spawn(command.stdout(Stdio::piped()), false)?;
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
        // Closes the pipe, should something left behind still hold it.
        drop(running);
        let output = reader.join().unwrap_or_default();
        Ok((status?, output))
    })
}

fn expect_success(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("{} failed ({status})", shown(command));
    }
    Ok(())
}

/// A command as a person would type it, without its environment.
fn shown(command: &Command) -> String {
    let program = command.get_program();
    let name = std::path::Path::new(program).file_stem().unwrap_or(program);
    let words = std::iter::once(name).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Does one thing, with a line that says so before, and how long it took after.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("{name} …");
    let start = Instant::now();
    let result = work().with_context(|| name.to_owned())?;
    eprintln!("{name} … {}", time(start.elapsed()));
    Ok(result)
}

/// A duration for people.
pub(crate) fn time(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
