//! Counts, the newest messages, and spans, against the sandbox and a fake API.
