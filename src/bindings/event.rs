//! Events as plain objects, for the caller's function `onEvent`.

use js_sys::Function;

use super::listener;
use crate::{
    client::events::{Event, Observer},
    object::Parts,
};

/// An observer that calls the function.
pub(super) fn observer(function: Function) -> Observer {
    Observer::new(move |event| listener::tell(&function, &to_js(event).into()))
}

/// An event by the names that JavaScript has for its parts; one that is not known is left out.
fn to_js(event: &Event) -> Parts {
    let of_type = |name: &str| Parts::new().with("type", name);
    let number = |code: i64| code as f64;
    match *event {
        Event::Request { attempt } => of_type("request").with("attempt", attempt),
        Event::Response {
            attempt,
            status,
            bytes,
            duration,
        } => of_type("response")
            .with("attempt", attempt)
            .with("httpStatus", status)
            .with("bytes", bytes as f64)
            .with("durationMs", duration.as_millis() as f64),
        Event::Retry {
            attempt,
            delay,
            kind,
            code,
            status,
        } => of_type("retry")
            .with("attempt", attempt)
            .with("delayMs", delay.as_millis() as f64)
            .with("kind", kind.as_str())
            .with_some("code", code.map(number))
            .with_some("httpStatus", status),
        Event::TokenRenewed {
            code,
            status,
            clock_skew_ms,
        } => of_type("tokenRenewed")
            .with_some("code", code.map(number))
            .with_some("httpStatus", status)
            .with_some("clockSkewMs", clock_skew_ms.map(number)),
        Event::Page { rows, read, total } => of_type("page")
            .with("rows", rows as f64)
            .with("read", read as f64)
            .with("total", total as f64),
    }
}
