//! The admin route of the faults.

use super::inject::FaultSet;
use super::model::Fault;
use super::syntax::FaultError;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use serde_json::{Value, json};
use std::sync::Arc;

type Shared = State<Arc<FaultSet>>;

/// `GET` returns the faults and their counters, `PUT` replaces them by a JSON list, `DELETE` clears them.
pub(crate) fn routes<S>(faults: Arc<FaultSet>) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    get(reports).put(replace).delete(clear).with_state(faults)
}

async fn reports(State(faults): Shared) -> Response {
    Json(faults.reports()).into_response()
}

async fn replace(state: Shared, body: Bytes) -> Response {
    match parse(&body) {
        Ok(faults) => {
            state.replace(faults);
            reports(state).await
        }
        Err(error) => {
            let body = json!({ "message": error.to_string() });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    }
}

async fn clear(state: Shared) -> Response {
    state.replace(Vec::new());
    reports(state).await
}

/// Parses a list of objects. A string in the list is the text form of a fault.
fn parse(body: &[u8]) -> Result<Vec<Fault>, FaultError> {
    let expected = r#"expected a JSON list of faults like [{"kind": "429", "times": 1}]"#;
    let list: Vec<Value> =
        serde_json::from_slice(body).map_err(|_| FaultError::new("body", expected))?;
    let faults = list.into_iter().enumerate().map(|(index, value)| {
        let fault = match value {
            Value::String(spec) => spec.parse(),
            value => Fault::try_from(value),
        };
        fault.map_err(|error| error.at_index(index))
    });
    faults.collect()
}
