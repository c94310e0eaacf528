//! Printing to a terminal, a file or a pipe.
//!
//! Child processes share the pipe. Node makes it non-blocking for all who do, and then a full pipe is an error. `std`'s macros end
//! the process at such an error.

use std::fmt::Arguments;
use std::io::{ErrorKind, Result, Write, stderr, stdout};
use std::thread;
use std::time::Duration;

/// The time until a full pipe is tried again.
const PAUSE: Duration = Duration::from_millis(5);

macro_rules! print {
    ($($text:tt)*) => { $crate::console::to_stdout(format_args!($($text)*)) };
}

macro_rules! println {
    ($($text:tt)*) => { print!("{}\n", format_args!($($text)*)) };
}

macro_rules! eprintln {
    ($($text:tt)*) => { $crate::console::to_stderr(format_args!("{}\n", format_args!($($text)*))) };
}

pub(crate) fn to_stdout(text: Arguments<'_>) {
    // Work continues without a reader.
    let _ = write(stdout().lock(), text.to_string().as_bytes());
}

pub(crate) fn to_stderr(text: Arguments<'_>) {
    let _ = write(stderr().lock(), text.to_string().as_bytes());
}

/// Writes a text whole, and waits for the reader of a full pipe.
pub(crate) fn write(mut to: impl Write, mut text: &[u8]) -> Result<()> {
    while !text.is_empty() {
        let length = patiently(|| to.write(text))?;
        text = &text[length..];
    }
    patiently(|| to.flush())
}

/// Repeats what fails because a pipe is full.
fn patiently<T>(mut work: impl FnMut() -> Result<T>) -> Result<T> {
    loop {
        match work() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(PAUSE),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pipe that is full at every second attempt.
    #[derive(Default)]
    struct FullPipe {
        received: Vec<u8>,
        is_full: bool,
    }

    impl Write for FullPipe {
        fn write(&mut self, text: &[u8]) -> Result<usize> {
            self.is_full = !self.is_full;
            if self.is_full {
                return Err(ErrorKind::WouldBlock.into());
            }
            self.received.extend(text.iter().take(3));
            Ok(text.len().min(3))
        }

        fn flush(&mut self) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_pipe_loses_nothing() {
        let mut pipe = FullPipe::default();
        write(&mut pipe, b"eleven bytes").unwrap();
        assert_eq!(pipe.received, b"eleven bytes");
    }
}
