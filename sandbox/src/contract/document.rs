//! Reads an OpenAPI 3.1 file.
//!
//! YAML comes from serde-saphyr: serde_yaml is no longer kept, its forks rest on a C library translated to unsafe
//! Rust; this one is kept, safe, and bounded against documents that expand without end.

use super::operation::{Operation, Parameter};
use crate::error::StartError;
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

type Result<T> = std::result::Result<T, String>;

/// The operations of an OpenAPI file, by method in lower case and path.
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

    /// Reads the document and compiles every schema in it that a request or reply is held against.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let root: Value = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        let document = Document { root };
        match document.root["openapi"].as_str() {
            Some(version) if version.starts_with("3.1.") => {}
            _ => return Err("openapi: has to be a version 3.1.x".to_owned()),
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
            let name = parameter["name"].as_str().ok_or("parameter without name")?;
            if parameter["in"] != "query" {
                return Err(format!("parameter {name}: only query parameters are known"));
            }
            let schema = self.resolve(&parameter["schema"])?;
            let read = Parameter {
                required: parameter["required"] == true,
                integer: schema["type"] == "integer",
                schema: self.compile(schema)?,
            };
            parameters.insert(name.to_owned(), read);
        }
        let mut replies = BTreeMap::new();
        for (status, reply) in object(&node["responses"], "responses")? {
            let mut forms = BTreeMap::new();
            for (form, media) in object(&self.resolve(reply)?["content"], "content")? {
                let schema = match media.get("schema") {
                    Some(schema) if form == "application/json" => Some(self.compile(schema)?),
                    _ => None,
                };
                forms.insert(form.clone(), schema);
            }
            replies.insert(status.clone(), forms);
        }
        Ok(Operation {
            parameters,
            replies,
            body_allowed: node.get("requestBody").is_some(),
            bearer: self.wants_bearer(node),
        })
    }

    fn wants_bearer(&self, operation: &Value) -> bool {
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

    /// Follows references within the document. A chain of more than a few is a circle.
    fn resolve<'a>(&'a self, node: &'a Value) -> Result<&'a Value> {
        let mut node = node;
        for _ in 0..8 {
            let Some(reference) = node.get("$ref").and_then(Value::as_str) else {
                return Ok(node);
            };
            node = reference
                .strip_prefix('#')
                .and_then(|pointer| self.root.pointer(pointer))
                .ok_or_else(|| format!("{reference} leads nowhere"))?;
        }
        Err("a reference leads to itself".to_owned())
    }

    /// The schema stands in a root that has the document's components, so that its references hold.
    fn compile(&self, schema: &Value) -> Result<Validator> {
        let root = json!({ "allOf": [schema], "components": self.root["components"] });
        jsonschema::draft202012::new(&root).map_err(|error| error.to_string())
    }
}

fn object<'a>(node: &'a Value, name: &str) -> Result<&'a Map<String, Value>> {
    node.as_object()
        .filter(|map| !map.is_empty())
        .ok_or_else(|| format!("{name}: has to be a mapping with something in it"))
}
