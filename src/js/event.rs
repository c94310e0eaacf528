//! Events as plain objects, for the caller's function `onEvent`.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::event::{Event, Observer};

/// An observer that calls the function. What it throws is not the call's business.
pub(super) fn observer(function: Function) -> Observer {
    Observer::new(move |event| {
        let _ = function.call1(&JsValue::UNDEFINED, &to_js(event));
    })
}

fn to_js(event: &Event) -> JsValue {
    let millis = |duration: &std::time::Duration| Some(duration.as_millis() as f64);
    let (name, words, numbers): (_, &[(&str, &str)], [(&str, Option<f64>); 4]) = match event {
        Event::Request { attempt } => (
            "request",
            &[],
            [("attempt", Some(f64::from(*attempt))), NONE, NONE, NONE],
        ),
        Event::Response {
            attempt,
            status,
            bytes,
            duration,
        } => (
            "response",
            &[],
            [
                ("attempt", Some(f64::from(*attempt))),
                ("httpStatus", Some(f64::from(*status))),
                ("bytes", Some(*bytes as f64)),
                ("durationMs", millis(duration)),
            ],
        ),
        Event::Retry {
            attempt,
            delay,
            kind,
            code,
            status,
        } => (
            "retry",
            &[("kind", kind.as_str())],
            [
                ("attempt", Some(f64::from(*attempt))),
                ("delayMs", millis(delay)),
                ("code", code.map(|code| code as f64)),
                ("httpStatus", status.map(f64::from)),
            ],
        ),
        Event::TokenRenewed {
            code,
            status,
            clock_skew_ms,
        } => (
            "tokenRenewed",
            &[],
            [
                ("code", code.map(|code| code as f64)),
                ("httpStatus", status.map(f64::from)),
                ("clockSkewMs", clock_skew_ms.map(|skew| skew as f64)),
                NONE,
            ],
        ),
        Event::Page { rows, read, total } => (
            "page",
            &[],
            [
                ("rows", Some(*rows as f64)),
                ("read", Some(*read as f64)),
                ("total", Some(*total as f64)),
                NONE,
            ],
        ),
    };
    let object = Object::new();
    // Setting properties of an object made here can't fail.
    let set = |name: &str, value: JsValue| drop(Reflect::set(&object, &name.into(), &value));
    set("type", name.into());
    for (name, word) in words {
        set(name, (*word).into());
    }
    for (name, number) in numbers {
        if let Some(number) = number {
            set(name, number.into());
        }
    }
    object.into()
}

const NONE: (&str, Option<f64>) = ("", None);
