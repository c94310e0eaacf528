//! Base URL + pairs + bearer -> a request value.
