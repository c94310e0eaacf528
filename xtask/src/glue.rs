//! Turns the glue that wasm-bindgen generates, a module with one instance for ever, into a function that makes an instance
//! each time it is called: after a trap, the package goes on with a fresh one. The loading code, of which the package has
//! its own, is left out.

use anyhow::{Context, Result, ensure};

/// Where the loading code begins.
const LOADING: &str = "async function __wbg_load(";
/// What makes the glue's imports, and what takes the instance: called here as the loading code does.
const PARTS: [&str; 2] = [
    "function __wbg_get_imports(",
    "function __wbg_finalize_init(",
];
/// What gives the instance's exports to the glue.
const EXPORTS: &str = "wasm = instance.exports;";
const CLASS: &str = "export class ";
/// What js-sys makes of the text `return this` to find the global object, where all its names for it are missing. No runtime
/// gets there, but nothing that makes code of text shall ship.
const OF_TEXT: &str = "new Function(getStringFromWasm0(arg0, arg1))";
/// The same, as code.
const AS_CODE: &str = "() => globalThis";

/// The glue as `export function instantiate(module, guard, leftovers, partsOf)`, which gives the classes. All code of the
/// instance is entered through what `guard` makes of the instance's exports; its timers and finalizers are those of
/// `leftovers`; and `partsOf` is a function that it imports.
pub(crate) fn factory(glue: &str) -> Result<String> {
    let missing = |what: &'static str| {
        move || format!("the generated glue has no `{what}`: was wasm-bindgen updated?")
    };
    let (code, _) = glue.split_once(LOADING).with_context(missing(LOADING))?;
    for part in PARTS {
        ensure!(code.contains(part), missing(part)());
    }
    ensure!(code.matches(EXPORTS).count() == 1, missing(EXPORTS)());
    ensure!(code.matches(OF_TEXT).count() == 1, missing(OF_TEXT)());
    let classes: Vec<&str> = code
        .split(CLASS)
        .skip(1)
        .filter_map(|rest| rest.split_whitespace().next())
        .collect();
    ensure!(!classes.is_empty(), missing(CLASS)());
    let body = without_comments(code)
        .replace(CLASS, "class ")
        .replace(OF_TEXT, AS_CODE)
        .replace(EXPORTS, "wasm = guard(instance.exports);");
    ensure!(
        !body
            .lines()
            .any(|line| line.starts_with("export ") || line.starts_with("import ")),
        "the generated glue has imports or exports besides classes: was wasm-bindgen updated?"
    );
    Ok(format!(
        // Generated code is not held against this project's rules of types.
        "// @ts-nocheck\nexport function instantiate(wasm_module, guard, leftovers, partsOf) {{\n\
         const {{ setTimeout, clearTimeout, FinalizationRegistry }} = leftovers;\n{body}\n\
         __wbg_finalize_init(new WebAssembly.Instance(wasm_module, __wbg_get_imports()), wasm_module);\n\
         return {{ {} }};\n}}\n",
        classes.join(", ")
    ))
}

/// Without the lines that are comments: what they say of Rust's functions, the package's types say better.
fn without_comments(code: &str) -> String {
    let is_comment = |line: &&str| {
        let begins = line.trim_start();
        ["/**", "* ", "*/", "//"]
            .iter()
            .any(|mark| begins.starts_with(mark))
            || begins == "*"
    };
    let lines: Vec<&str> = code.lines().filter(|line| !is_comment(line)).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "export class A {\n}\nexport class B {\n}\nlet wasm;\nfunction __wbg_get_imports() {\n\
        const ret = new Function(getStringFromWasm0(arg0, arg1));\n}\n\
        function __wbg_finalize_init(instance) {\n    wasm = instance.exports;\n}\nasync function __wbg_load(m) {\n}\n\
        function initSync(m) {\n}\nexport { initSync, __wbg_init as default };\n";

    #[test]
    fn glue_becomes_a_function_without_loading_code() {
        let factory = factory(GLUE).unwrap();
        assert!(
            factory.contains("wasm = guard(instance.exports);")
                && factory.contains("return { A, B };")
        );
        assert!(
            factory.contains("__wbg_finalize_init(new WebAssembly.Instance(")
                && !factory.contains("initSync")
                && !factory.contains("__wbg_load")
                && factory.contains("const ret = () => globalThis;")
                && !factory.contains("new Function")
                && !factory.contains("default")
        );
        assert_eq!(factory.matches("export ").count(), 1);
    }

    #[test]
    fn comments_are_left_out_and_code_is_not() {
        let code =
            "/**\n * A class.\n *\n */\nclass A {\n    // one\n    a() { return 2 * 3; } // two\n}";
        assert_eq!(
            without_comments(code),
            "class A {\n    a() { return 2 * 3; } // two\n}"
        );
    }

    #[test]
    fn other_glue_is_refused() {
        for part in [EXPORTS, PARTS[0], PARTS[1], LOADING, CLASS, OF_TEXT] {
            assert!(
                factory(&GLUE.replace(part, "something else")).is_err(),
                "{part}"
            );
        }
        assert!(factory(&GLUE.replace("let wasm;", "import x from 'y';")).is_err());
    }
}
