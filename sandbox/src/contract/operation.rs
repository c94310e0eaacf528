//! One operation of a contract: what its requests and replies may be. Every violation is told without the values
//! that made it: they may be personal.

use super::Seen;
use jsonschema::Validator;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many violations of one reply are told: a thousand rows may all have the same.
const MOST_OF_ONE_REPLY: usize = 5;

pub(super) struct Operation {
    pub(super) parameters: BTreeMap<String, Parameter>,
    /// By status (`200`, `4XX`, `default`), then by media type; a schema where the body is JSON.
    pub(super) replies: BTreeMap<String, BTreeMap<String, Option<Validator>>>,
    pub(super) body_allowed: bool,
    pub(super) bearer: bool,
}

pub(super) struct Parameter {
    pub(super) required: bool,
    pub(super) integer: bool,
    pub(super) schema: Validator,
}

impl Operation {
    pub(super) fn check_request(&self, request: &Seen<'_>) -> Vec<String> {
        let mut violations = Vec::new();
        let mut names = BTreeSet::new();
        for (name, value) in form_urlencoded::parse(request.query.as_bytes()) {
            match self.parameters.get(name.as_ref()) {
                None => violations.push(format!("request: unknown parameter {}", shown(&name))),
                Some(_) if names.contains(&name) => {
                    violations.push(format!("request: {name} is there more than once"));
                }
                Some(parameter) => violations.extend(parameter.check(&name, &value)),
            }
            names.insert(name);
        }
        for (name, parameter) in &self.parameters {
            if parameter.required && !names.contains(name.as_str()) {
                violations.push(format!("request: {name} is missing"));
            }
        }
        if self.bearer && !request.authorization.is_some_and(is_bearer_jwt) {
            violations.push("request: Authorization is not Bearer and a JWT".to_owned());
        }
        if request.has_body && !self.body_allowed {
            violations.push("request: has a body, and may have none".to_owned());
        }
        violations
    }

    pub(super) fn check_reply(
        &self,
        status: u16,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Vec<String> {
        let range = format!("{}XX", status / 100);
        let keys = [status.to_string(), range, "default".to_owned()];
        let Some(forms) = keys.iter().find_map(|key| self.replies.get(key)) else {
            return vec![format!(
                "reply {status}: this status is not in the contract"
            )];
        };
        let content_type = content_type.unwrap_or_default();
        let media = content_type.split(';').next().unwrap_or_default().trim();
        match forms.get(media) {
            None => vec![format!(
                "reply {status}: its content type is not in the contract"
            )],
            Some(None) => Vec::new(),
            Some(Some(schema)) => match serde_json::from_slice(body) {
                Ok(value) => broken(schema, &value)
                    .take(MOST_OF_ONE_REPLY)
                    .map(|what| format!("reply {status}: {what}"))
                    .collect(),
                Err(_) => vec![format!("reply {status}: the body is not JSON")],
            },
        }
    }
}

impl Parameter {
    fn check(&self, name: &str, value: &str) -> Vec<String> {
        // A query holds texts alone: what the schema wants as a number is read as one, if it is one.
        let value = match value.parse::<i64>() {
            Ok(number) if self.integer => Value::from(number),
            _ => Value::from(value),
        };
        broken(&self.schema, &value)
            .map(|what| format!("request: {name}: {what}"))
            .collect()
    }
}

/// Which keyword of the schema does not hold, and where: never the value, which the validator's own words quote.
fn broken<'a>(schema: &'a Validator, value: &'a Value) -> impl Iterator<Item = String> + 'a {
    schema.iter_errors(value).map(|error| {
        let keyword = error.kind().keyword();
        match error.instance_path().as_str() {
            "" => format!("`{keyword}` of the schema does not hold"),
            place => format!("at {place} `{keyword}` of the schema does not hold"),
        }
    })
}

/// A parameter's name, if it looks like one: a mistake could have put anything in its place.
fn shown(name: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    if name.len() <= 32 && name.bytes().all(plain) {
        name
    } else {
        "(of a name that is not shown)"
    }
}

fn is_bearer_jwt(authorization: &str) -> bool {
    let part = |part: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !part.is_empty() && part.bytes().all(known)
    };
    let parts: Option<Vec<&str>> = authorization
        .strip_prefix("Bearer ")
        .map(|token| token.split('.').collect());
    parts.is_some_and(|parts| parts.len() == 3 && parts.into_iter().all(part))
}
