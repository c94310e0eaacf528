//! Names of functions as a wasm module has them.

/// The path of a function without what differs from build to build: `core[c5930c85a12de822]::fmt::write` and
/// `core::fmt::write::h073c027a9ebbc069` are both `core::fmt::write`.
pub(crate) fn plain(name: &str) -> String {
    let name = match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 && is_hex(hash) => path,
        _ => name,
    };
    let mut plain = String::new();
    for (index, part) in name.split('[').enumerate() {
        match part.split_once(']') {
            Some((hash, rest)) if index > 0 && hash.len() <= 16 && is_hex(hash) => plain += rest,
            _ if index > 0 => plain = plain + "[" + part,
            _ => plain += part,
        }
    }
    plain
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_go_and_all_else_stays() {
        for (name, expected) in [
            (
                "core[c5930c85a12de822]::option::unwrap_failed",
                "core::option::unwrap_failed",
            ),
            (
                "<std[a543996e6e7dbf1e]::A as core[c5930c85a12de822]::B>::get",
                "<std::A as core::B>::get",
            ),
            ("a::b::h073c027a9ebbc069", "a::b"),
            ("a::hello", "a::hello"),
            ("<[T] as a::B>::c", "<[T] as a::B>::c"),
            ("__wbindgen_malloc", "__wbindgen_malloc"),
        ] {
            assert_eq!(plain(name), expected);
        }
    }
}
