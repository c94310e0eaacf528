//! Events as plain objects, for the caller's function `onEvent`.

use js_sys::Function;
use serde::Serialize;

use super::listener;
use crate::event::{Event, Observer};

/// An event by the names that JavaScript has for its parts; one that is not known is left out.
#[derive(Serialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
enum JsEvent {
    Request {
        attempt: u32,
    },
    Response {
        attempt: u32,
        http_status: u16,
        bytes: f64,
        duration_ms: f64,
    },
    Retry {
        attempt: u32,
        delay_ms: f64,
        kind: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        http_status: Option<u16>,
    },
    TokenRenewed {
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        http_status: Option<u16>,
        #[serde(skip_serializing_if = "Option::is_none")]
        clock_skew_ms: Option<f64>,
    },
    Page {
        rows: f64,
        read: f64,
        total: f64,
    },
}

/// An observer that calls the function.
pub(super) fn observer(function: Function) -> Observer {
    Observer::new(move |event| {
        if let Ok(event) = serde_wasm_bindgen::to_value(&to_js(event)) {
            listener::tell(&function, &event);
        }
    })
}

fn to_js(event: &Event) -> JsEvent {
    let number = |code: i64| code as f64;
    match *event {
        Event::Request { attempt } => JsEvent::Request { attempt },
        Event::Response {
            attempt,
            status,
            bytes,
            duration,
        } => JsEvent::Response {
            attempt,
            http_status: status,
            bytes: bytes as f64,
            duration_ms: duration.as_millis() as f64,
        },
        Event::Retry {
            attempt,
            delay,
            kind,
            code,
            status,
        } => JsEvent::Retry {
            attempt,
            delay_ms: delay.as_millis() as f64,
            kind: kind.as_str(),
            code: code.map(number),
            http_status: status,
        },
        Event::TokenRenewed {
            code,
            status,
            clock_skew_ms,
        } => JsEvent::TokenRenewed {
            code: code.map(number),
            http_status: status,
            clock_skew_ms: clock_skew_ms.map(number),
        },
        Event::Page { rows, read, total } => JsEvent::Page {
            rows: rows as f64,
            read: read as f64,
            total: total as f64,
        },
    }
}
