//! The faults over HTTP: see them, replace them, clear them.

use super::set::Faults;
use super::{Fault, FaultError};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use serde_json::{Value, json};
use std::sync::Arc;

type Shared = State<Arc<Faults>>;

/// `GET` shows the faults and how often each struck, `PUT` replaces them by a JSON list, `DELETE` clears them.
pub(crate) fn routes<S>(faults: Arc<Faults>) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    get(show).put(replace).delete(clear).with_state(faults)
}

async fn show(State(faults): Shared) -> Response {
    Json(faults.reports()).into_response()
}

async fn replace(state: Shared, body: Bytes) -> Response {
    match read(&body) {
        Ok(faults) => {
            state.replace(faults);
            show(state).await
        }
        Err(error) => {
            let body = json!({ "message": error.to_string() });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    }
}

async fn clear(state: Shared) -> Response {
    state.replace(Vec::new());
    show(state).await
}

/// A list of objects; a text in the list is taken for a spec.
fn read(body: &[u8]) -> Result<Vec<Fault>, FaultError> {
    let shape = r#"has to be a JSON list of faults like [{"kind": "429", "times": 1}]"#;
    let list: Vec<Value> =
        serde_json::from_slice(body).map_err(|_| FaultError::new("body", shape))?;
    let faults = list.into_iter().enumerate().map(|(number, value)| {
        let fault = match value {
            Value::String(spec) => spec.parse(),
            value => Fault::try_from(value),
        };
        fault.map_err(|error| error.of_number(number))
    });
    faults.collect()
}
