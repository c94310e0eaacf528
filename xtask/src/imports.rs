//! Gives a module's imports short names. Those of wasm-bindgen end in hashes, which do not compress, and stand in the wasm
//! and in the glue.

use anyhow::{Result, bail, ensure};
use wasm_encoder::{EntityType, ImportSection, Module, RawSection};
use wasmparser::{ImportSectionReader, Parser, Payload, TypeRef};

/// The module and its glue, with other names for what one takes from the other.
pub(crate) fn shorten(wasm: &[u8], mut glue: String) -> Result<(Vec<u8>, String)> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if let Payload::ImportSection(imports) = payload {
            module.section(&renamed(imports, &mut glue)?);
        } else if let Some((id, range)) = payload.as_section() {
            let data = &wasm[range];
            module.section(&RawSection { id, data });
        }
    }
    Ok((module.finish(), glue))
}

fn renamed(imports: ImportSectionReader<'_>, glue: &mut String) -> Result<ImportSection> {
    let mut section = ImportSection::new();
    for (place, import) in imports.into_imports().enumerate() {
        let import = import?;
        let TypeRef::Func(index) = import.ty else {
            bail!("`{}` is imported, and no function", import.name);
        };
        let (key, short) = (format!("{}: function(", import.name), short(place));
        ensure!(
            glue.matches(&key).count() == 1,
            "the generated glue has no `{key}`, or several: was wasm-bindgen updated?"
        );
        *glue = glue.replace(&key, &format!("{short}: function("));
        section.import(import.module, &short, EntityType::Function(index));
    }
    Ok(section)
}

/// `a` to `z`, `aa` to `zz` and so on.
fn short(place: usize) -> String {
    let letter = char::from(b'a' + (place % 26) as u8);
    match place / 26 {
        0 => letter.into(),
        before => format!("{}{letter}", short(before - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_different() {
        assert_eq!(
            [0, 25, 26, 701, 702].map(short),
            ["a", "z", "aa", "zz", "aaa"]
        );
    }

    #[test]
    fn both_sides_get_the_same_names() {
        let mut imports = ImportSection::new();
        for name in ["__wbg_one_12", "__wbg_two_34"] {
            imports.import("./glue.js", name, EntityType::Function(0));
        }
        let mut types = wasm_encoder::TypeSection::new();
        types.ty().function([], []);
        let mut module = Module::new();
        let wasm = module.section(&types).section(&imports).clone().finish();
        let glue = "__wbg_one_12: function() { a() },\n__wbg_two_34: function() {},\n";
        let (wasm, glue) = shorten(&wasm, glue.into()).unwrap();
        assert_eq!(glue, "a: function() { a() },\nb: function() {},\n");
        let contains = |name: &[u8]| wasm.windows(name.len()).any(|part| part == name);
        assert!(contains(b"./glue.js\x01a") && contains(b"./glue.js\x01b") && !contains(b"wbg"));
        assert!(shorten(&module.finish(), "no key".into()).is_err());
    }
}
