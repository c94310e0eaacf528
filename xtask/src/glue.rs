//! Turns the glue that wasm-bindgen generates, a module with one instance for ever, into a function that makes an instance
//! each time it is called: after a trap, the package goes on with a fresh one. The loading code, of which the package has
//! its own, is left out.

use anyhow::{Context, Result, ensure};

/// Where the loading code begins.
const LOADING: &str = "async function __wbg_load(";
/// Where the synchronous start, which is kept, begins and ends.
const START: &str = "function initSync(";
const START_ENDS: &str = "let __wbg_init_promise;";
/// What gives the instance's exports to the glue.
const EXPORTS: &str = "wasm = instance.exports;";
const CLASS: &str = "export class ";

/// The glue as `export function instantiate(module, guard, timers)`, which gives the classes. All code of the instance is
/// entered through what `guard` makes of the instance's exports, and its timers are those of `timers`.
pub(crate) fn factory(glue: &str) -> Result<String> {
    let missing = |what: &'static str| {
        move || format!("the generated glue has no `{what}`: was wasm-bindgen updated?")
    };
    let (code, loading) = glue.split_once(LOADING).with_context(missing(LOADING))?;
    let (_, start) = loading.split_once(START).with_context(missing(START))?;
    let (start, _) = start
        .split_once(START_ENDS)
        .with_context(missing(START_ENDS))?;
    ensure!(code.matches(EXPORTS).count() == 1, missing(EXPORTS)());
    let classes: Vec<&str> = code
        .split(CLASS)
        .skip(1)
        .filter_map(|rest| rest.split_whitespace().next())
        .collect();
    ensure!(!classes.is_empty(), missing(CLASS)());
    let body = format!("{code}{START}{start}")
        .replace(CLASS, "class ")
        .replace(EXPORTS, "wasm = guard(instance.exports);");
    ensure!(
        !body
            .lines()
            .any(|line| line.starts_with("export ") || line.starts_with("import ")),
        "the generated glue has imports or exports besides classes: was wasm-bindgen updated?"
    );
    Ok(format!(
        // Generated code is not held against this project's rules of types.
        "// @ts-nocheck\nexport function instantiate(wasm_module, guard, timers) {{\n\
         const {{ setTimeout, clearTimeout }} = timers;\n{body}\ninitSync({{ module: wasm_module }});\n\
         return {{ {} }};\n}}\n",
        classes.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "export class A {\n}\nexport class B {\n}\nlet wasm;\nfunction __wbg_finalize_init(instance) {\n    \
        wasm = instance.exports;\n}\nasync function __wbg_load(m) {\n}\nfunction initSync(m) {\n}\nlet __wbg_init_promise;\n\
        async function __wbg_init() {\n}\nexport { initSync, __wbg_init as default };\n";

    #[test]
    fn glue_becomes_a_function_without_loading_code() {
        let factory = factory(GLUE).unwrap();
        assert!(
            factory.contains("wasm = guard(instance.exports);")
                && factory.contains("return { A, B };")
        );
        assert!(
            factory.contains("function initSync(")
                && !factory.contains("__wbg_load")
                && !factory.contains("default")
        );
        assert_eq!(factory.matches("export ").count(), 1);
    }

    #[test]
    fn other_glue_is_refused() {
        for part in [EXPORTS, START, LOADING, START_ENDS, CLASS] {
            assert!(
                factory(&GLUE.replace(part, "something else")).is_err(),
                "{part}"
            );
        }
        assert!(factory(&GLUE.replace("let wasm;", "import x from 'y';")).is_err());
    }
}
