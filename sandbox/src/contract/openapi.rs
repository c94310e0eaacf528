//! Reads an OpenAPI 3.1 file, and validates requests and responses against its operations.
//!
//! serde-saphyr parses the YAML. serde_yaml is unmaintained, and its forks use a C library translated to unsafe Rust.
//! serde-saphyr is maintained, safe, and limits how far aliases expand.

use crate::error::StartError;
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

type Result<T> = std::result::Result<T, String>;

/// The operations of an OpenAPI file, by lower-case method and path.
pub(crate) struct Contract {
    operations: HashMap<(String, String), Operation>,
}

impl Contract {
    pub(crate) fn load(path: &Path) -> std::result::Result<Self, StartError> {
        let failed = |reason: String| StartError::Contract {
            path: path.to_owned(),
            reason,
        };
        let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        Self::parse(&text).map_err(failed)
    }

    /// Parses the document and compiles the schemas of its requests and responses.
    fn parse(text: &str) -> Result<Self> {
        let root: Value = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        let document = Document { root };
        match document.root["openapi"].as_str() {
            Some(version) if version.starts_with("3.1.") => {}
            _ => return Err("openapi: expected version 3.1.x".to_owned()),
        }
        let mut operations = HashMap::new();
        for (path, item) in object(&document.root["paths"], "paths")? {
            for (method, operation) in object(item, path)? {
                let operation = document
                    .operation(operation)
                    .map_err(|reason| format!("{method} {path}: {reason}"))?;
                operations.insert((method.clone(), path.clone()), operation);
            }
        }
        Ok(Self { operations })
    }

    pub(super) fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        self.operations.get(&(method.to_owned(), path.to_owned()))
    }
}

struct Document {
    root: Value,
}

impl Document {
    fn operation(&self, node: &Value) -> Result<Operation> {
        let mut parameters = BTreeMap::new();
        for parameter in node["parameters"].as_array().into_iter().flatten() {
            let parameter = self.resolve(parameter)?;
            let name = parameter["name"]
                .as_str()
                .ok_or("parameter: expected a name, got none")?;
            if parameter["in"] != "query" {
                return Err(format!("parameter {name}: expected a query parameter"));
            }
            let schema = self.resolve(&parameter["schema"])?;
            let parameter = Parameter {
                required: parameter["required"] == true,
                integer: schema["type"] == "integer",
                schema: self.compile(schema)?,
            };
            parameters.insert(name.to_owned(), parameter);
        }
        let mut responses = BTreeMap::new();
        for (status, response) in object(&node["responses"], "responses")? {
            let mut media_types = BTreeMap::new();
            for (media_type, media) in object(&self.resolve(response)?["content"], "content")? {
                let schema = match media.get("schema") {
                    Some(schema) if media_type == "application/json" => Some(self.compile(schema)?),
                    _ => None,
                };
                media_types.insert(media_type.clone(), schema);
            }
            responses.insert(status.clone(), media_types);
        }
        Ok(Operation {
            parameters,
            responses,
            body_allowed: node.get("requestBody").is_some(),
            needs_bearer: self.needs_bearer(node),
        })
    }

    fn needs_bearer(&self, operation: &Value) -> bool {
        let security = operation.get("security").unwrap_or(&self.root["security"]);
        let requirements = security.as_array().into_iter().flatten();
        let mut names = requirements
            .filter_map(Value::as_object)
            .flat_map(Map::keys);
        names.any(|name| {
            let scheme = &self.root["components"]["securitySchemes"][name];
            scheme["type"] == "http" && scheme["scheme"] == "bearer"
        })
    }

    /// Follows references within the document. A chain of more than 8 is a cycle.
    fn resolve<'a>(&'a self, node: &'a Value) -> Result<&'a Value> {
        let mut node = node;
        for _ in 0..8 {
            let Some(reference) = node.get("$ref").and_then(Value::as_str) else {
                return Ok(node);
            };
            node = reference
                .strip_prefix('#')
                .and_then(|pointer| self.root.pointer(pointer))
                .ok_or_else(|| format!("{reference}: expected an existing target"))?;
        }
        Err("$ref: expected a target, got a cycle of references".to_owned())
    }

    /// Compiles a schema within a root that has the document's components, so that its references resolve.
    fn compile(&self, schema: &Value) -> Result<Validator> {
        let root = json!({ "allOf": [schema], "components": self.root["components"] });
        jsonschema::draft202012::new(&root).map_err(|error| error.to_string())
    }
}

fn object<'a>(node: &'a Value, name: &str) -> Result<&'a Map<String, Value>> {
    node.as_object()
        .filter(|map| !map.is_empty())
        .ok_or_else(|| format!("{name}: expected a non-empty mapping"))
}

/// Maximum number of violations recorded for one response. A thousand rows may have the same violation.
const MAX_VIOLATIONS_PER_RESPONSE: usize = 5;

/// The parts of a request that a contract describes.
pub(super) struct RequestParts<'a> {
    pub(super) query: &'a str,
    pub(super) authorization: Option<&'a str>,
    pub(super) has_body: bool,
}

/// An operation of a contract. Violations quote no values, because values may be personal.
pub(super) struct Operation {
    parameters: BTreeMap<String, Parameter>,
    /// By status (`200`, `4XX`, `default`), then by media type. JSON bodies have a schema.
    responses: BTreeMap<String, BTreeMap<String, Option<Validator>>>,
    body_allowed: bool,
    needs_bearer: bool,
}

struct Parameter {
    required: bool,
    integer: bool,
    schema: Validator,
}

impl Operation {
    pub(super) fn check_request(&self, request: &RequestParts<'_>) -> Vec<String> {
        let mut violations = Vec::new();
        let mut names = BTreeSet::new();
        for (name, value) in form_urlencoded::parse(request.query.as_bytes()) {
            match self.parameters.get(name.as_ref()) {
                None => violations.push(format!(
                    "request: unknown parameter {}",
                    display_name(&name)
                )),
                Some(_) if names.contains(&name) => {
                    violations.push(format!("request: {name} is present more than once"));
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
        if self.needs_bearer && !request.authorization.is_some_and(is_bearer_jwt) {
            violations.push("request: Authorization is not Bearer with a JWT".to_owned());
        }
        if request.has_body && !self.body_allowed {
            violations.push("request: has a body that the contract does not allow".to_owned());
        }
        violations
    }

    pub(super) fn check_response(
        &self,
        status: u16,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Vec<String> {
        let range = format!("{}XX", status / 100);
        let keys = [status.to_string(), range, "default".to_owned()];
        let Some(media_types) = keys.iter().find_map(|key| self.responses.get(key)) else {
            return vec![format!(
                "response {status}: the status is not in the contract"
            )];
        };
        let content_type = content_type.unwrap_or_default();
        let media = content_type.split(';').next().unwrap_or_default().trim();
        match media_types.get(media) {
            None => vec![format!(
                "response {status}: the content type is not in the contract"
            )],
            Some(None) => Vec::new(),
            Some(Some(schema)) => match serde_json::from_slice(body) {
                Ok(value) => violations(schema, &value)
                    .take(MAX_VIOLATIONS_PER_RESPONSE)
                    .map(|what| format!("response {status}: {what}"))
                    .collect(),
                Err(_) => vec![format!("response {status}: the body is not JSON")],
            },
        }
    }
}

impl Parameter {
    fn check(&self, name: &str, value: &str) -> Vec<String> {
        // A query has texts only. The value of an integer parameter is parsed before it is validated.
        let value = match value.parse::<i64>() {
            Ok(number) if self.integer => Value::from(number),
            _ => Value::from(value),
        };
        violations(&self.schema, &value)
            .map(|what| format!("request: {name}: {what}"))
            .collect()
    }
}

/// The failed keywords of the schema, and where. The validator's own messages quote the value.
fn violations<'a>(schema: &'a Validator, value: &'a Value) -> impl Iterator<Item = String> + 'a {
    schema.iter_errors(value).map(|error| {
        let keyword = error.kind().keyword();
        match error.instance_path().as_str() {
            "" => format!("`{keyword}` of the schema failed"),
            pointer => format!("at {pointer} `{keyword}` of the schema failed"),
        }
    })
}

/// A parameter's name if it looks like one. A mistake of the client could put personal data there.
fn display_name(name: &str) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    if name.len() <= 32 && name.bytes().all(is_plain) {
        name
    } else {
        "(name not shown)"
    }
}

fn is_bearer_jwt(authorization: &str) -> bool {
    let part = |part: &str| {
        let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !part.is_empty() && part.bytes().all(is_base64url)
    };
    let parts: Option<Vec<&str>> = authorization
        .strip_prefix("Bearer ")
        .map(|token| token.split('.').collect());
    parts.is_some_and(|parts| parts.len() == 3 && parts.into_iter().all(part))
}
