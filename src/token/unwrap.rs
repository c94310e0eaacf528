//! Removes the wrappings that secret stores, shells and env files put around a JSON object or a PEM: quotes, escapes,
//! base64, percent-encoding, UTF-16. Describes a text without either.
//!
//! Characters that cannot begin the content identify a wrapping, and the content must be recognised inside of it.

use std::iter;

use base64ct::{Base64Unpadded, Encoding};
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use crate::text;

/// A secret's text. It is allocated once, because a growing string leaves copies in freed memory.
type Secret = Zeroizing<String>;

/// The largest number of wrappings, for example one each by a secret store, a template and a shell.
const MAX_LAYERS: u8 = 6;

/// The beginning of a PEM.
pub(super) const PEM_BEGIN: &str = "-----BEGIN ";

/// Returns the content of all wrappings: a text that begins a JSON object or a PEM. `None` if there is neither.
pub(super) fn unwrap(text: &str) -> Option<Secret> {
    unwrap_layers(text, MAX_LAYERS)
}

fn unwrap_layers(text: &str, layers: u8) -> Option<Secret> {
    let text = trim(text);
    if is_object(text) || text.starts_with(PEM_BEGIN) {
        return Some(copy(text));
    }
    let content = unwrap_layer(text)?;
    unwrap_layers(&content, layers.checked_sub(1)?)
}

/// Removes invisible characters from both ends of a text. These are white space, characters without width, byte order marks,
/// and the zeros of a C buffer. A UTF-8 decoder turns the mark of UTF-16 into U+FFFD. A Latin-1 decoder turns that of UTF-8 into
/// `ï»¿`.
pub(super) fn trim(text: &str) -> &str {
    let is_invisible = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '\0' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fffd}'
            )
    };
    let text = text.trim_matches(is_invisible);
    text.strip_prefix("ï»¿").map_or(text, trim)
}

/// Whether a trimmed text begins a JSON object that no wrapping changed.
pub(super) fn is_object(text: &str) -> bool {
    let Some(mut rest) = text.strip_prefix('{') else {
        return false;
    };
    // Line breaks may be written as a backslash and a letter. A second backslash escapes the quote of a name.
    loop {
        rest = rest.trim_start();
        match ["\\n", "\\r", "\\t"]
            .iter()
            .find_map(|written| rest.strip_prefix(written))
        {
            Some(after) => rest = after,
            None => return !rest.starts_with(['\\', '\0']),
        }
    }
}

fn unwrap_layer(text: &str) -> Option<Secret> {
    if text.as_bytes().contains(&0) {
        // UTF-16 that was decoded as UTF-8. U+FFFD stands for a character that is lost.
        let is_ascii = !text.chars().any(|c| c == '\u{fffd}');
        return is_ascii.then(|| collect(text.len(), text.chars().filter(|c| *c != '\0')));
    }
    match text.chars().next()? {
        quote @ ('"' | '\'' | '`') => Some(copy(strip_quotes(text, quote)?)),
        '{' | '\\' => remove_escapes(text),
        '%' => decode_percent(text),
        '-' if text.starts_with("-----BEGIN%") || text.starts_with("-----BEGIN+") => {
            decode_percent(text)
        }
        _ => match text
            .strip_prefix("data:")
            .and_then(|url| url.split_once(','))
        {
            Some((kind, data)) if !kind.ends_with(";base64") => decode_percent(data),
            Some((_, data)) => decode_base64(data),
            None => decode_base64(text),
        },
    }
}

fn strip_quotes(text: &str, quote: char) -> Option<&str> {
    text.strip_prefix(quote)?.strip_suffix(quote)
}

/// Removes one level of backslashes, as `JSON.parse` does from a string. Line breaks become spaces, which both JSON and PEM
/// allow instead.
fn remove_escapes(text: &str) -> Option<Secret> {
    let mut chars = text.chars();
    let mut is_valid = true;
    let unescaped = iter::from_fn(|| {
        Some(match chars.next()? {
            '\\' => match chars.next()? {
                'n' | 'r' | 't' => ' ',
                'u' => {
                    let digits = chars.as_str().get(..4)?;
                    chars = chars.as_str().get(4..)?.chars();
                    let code = u32::from_str_radix(digits, 16).ok();
                    let character = code.and_then(char::from_u32);
                    is_valid &= character.is_some();
                    character?
                }
                other => other,
            },
            other => other,
        })
    });
    let content = collect(text.len(), unescaped);
    is_valid.then_some(content)
}

fn decode_percent(text: &str) -> Option<Secret> {
    // Forms write a space as `+` and a plus as `%2B`. Other encoders leave the plus signs of a key as they are.
    let is_form = text::contains(text, "BEGIN+");
    let spaced = replace(text, '+', if is_form { ' ' } else { '+' });
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    bytes.extend(percent_decode_str(&spaced));
    str::from_utf8(&bytes).ok().map(copy)
}

fn decode_base64(text: &str) -> Option<Secret> {
    let base64 = strip_base64(text)?;
    let base64 = base64.trim_end_matches('=');
    let bytes = Zeroizing::new(Base64Unpadded::decode_vec(base64).ok()?);
    // Of UTF-16, the first character is a byte order mark or ASCII.
    if !matches!(bytes.as_slice(), [0 | 0xfe | 0xff, ..] | [_, 0, ..]) {
        return str::from_utf8(&bytes).ok().map(copy);
    }
    let decode = match bytes.first()? {
        0 | 0xfe => u16::from_be_bytes,
        _ => u16::from_le_bytes,
    };
    let units = bytes.chunks_exact(2).map(|pair| decode([pair[0], pair[1]]));
    let content = collect(
        bytes.len() / 2 * 3,
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)),
    );
    Some(content)
}

/// Returns base64 without white space and written line breaks, in the standard alphabet. `None` if there is another
/// character.
pub(super) fn strip_base64(text: &str) -> Option<Secret> {
    let mut base64 = Secret::new(String::with_capacity(text.len()));
    let mut rest = text.chars().filter(|c| !c.is_ascii_whitespace()).peekable();
    while let Some(c) = rest.next() {
        match c {
            // Base64 has no backslash: it begins a line break that was escaped once or more.
            '\\' => {
                rest.next_if(|escaped| matches!(escaped, 'n' | 'r'));
            }
            '-' => base64.push('+'),
            '_' => base64.push('/'),
            '+' | '/' | '=' => base64.push(c),
            _ if c.is_ascii_alphanumeric() => base64.push(c),
            _ => return None,
        }
    }
    Some(base64)
}

/// Turns a JSON text as env loaders leave it into JSON. Line breaks inside of strings are escaped. Written line breaks between
/// strings become spaces.
pub(super) fn repair_line_breaks(text: &str) -> Secret {
    // A line break becomes two characters.
    let mut repaired = Secret::new(String::with_capacity(text.len() * 2));
    let mut is_in_string = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if is_in_string => {
                repaired.push(c);
                repaired.extend(chars.next());
            }
            '\\' => {
                repaired.push(' ');
                chars.next();
            }
            '\n' if is_in_string => repaired.push_str("\\n"),
            '\r' if is_in_string => repaired.push_str("\\r"),
            '\t' if is_in_string => repaired.push_str("\\t"),
            _ => {
                is_in_string ^= c == '"';
                repaired.push(c);
            }
        }
    }
    repaired
}

/// Replaces an ASCII character by another.
pub(super) fn replace(text: &str, from: char, to: char) -> Secret {
    let replaced = text.chars().map(|c| if c == from { to } else { c });
    collect(text.len(), replaced)
}

/// Collects characters that take at most this many bytes.
fn collect(capacity: usize, characters: impl Iterator<Item = char>) -> Secret {
    let mut text = Secret::new(String::with_capacity(capacity));
    text.extend(characters);
    text
}

fn copy(text: &str) -> Secret {
    Zeroizing::new(text.to_owned())
}

/// Names the tool that encrypted a text, by the marks that the tools put into their files.
pub(super) fn encrypted_by(text: &str) -> Option<&'static str> {
    let marks = [
        ("GITCRYPT\0", "git-crypt"),
        ("age-encryption.org/", "age"),
        ("-----BEGIN AGE ENCRYPTED", "age"),
        ("ENC[AES256_GCM,", "SOPS"),
        ("$ANSIBLE_VAULT;", "Ansible Vault"),
        ("-----BEGIN PGP MESSAGE", "GPG"),
    ];
    let found = marks.iter().find(|(mark, _)| text::contains(text, mark));
    found.map(|(_, tool)| *tool)
}

/// Describes a text that is not a JSON object, for the part of an error message after `got`.
pub(super) fn describe(text: &str) -> Option<&'static str> {
    let text = trim(text);
    if let Some(unquoted) = ['"', '\'', '`']
        .iter()
        .find_map(|quote| strip_quotes(text, *quote))
    {
        return describe(unquoted);
    }
    if let Some(shape) = text::describe_unset(text) {
        return Some(shape);
    }
    let is_variable = |name: &str| {
        name.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_ ".contains(&b))
    };
    Some(match text.as_bytes() {
        [] => "an empty text",
        _ if text.as_bytes().contains(&0) => "UTF-16; save it as UTF-8",
        _ if text.bytes().all(|b| b == b'*') => "a masked secret",
        _ if text.bytes().all(|b| b.is_ascii_digit()) => "a number",
        [b'$', ..] => text::PLACEHOLDER,
        [b'[', ..] if text.starts_with("[object ") => {
            "an object that was converted to a string; use JSON.stringify()"
        }
        [b'[', ..] => "an array",
        [b'<', b'<', ..] => "a here-document that no shell has read; pass its content",
        [b'<', ..] => "HTML or XML",
        [b'{', ..] => return describe_object(text),
        [b'e', b'y', ..] if text.split('.').count() == 3 => {
            "a token; pass the credentials that sign it"
        }
        [b'e', b'w' | b'y', ..] if strip_base64(text).is_some() => {
            "base64 that cannot be decoded; the text is cut off or damaged"
        }
        _ if is_reference(text) => {
            "a reference to a secret that was not resolved; pass the secret itself"
        }
        _ if !text.contains(['\n', '{'])
            && (text.ends_with(".json") || text.starts_with(['/', '@'])) =>
        {
            "a file's path; pass its text"
        }
        _ if text.split_once('=').is_some_and(|(name, value)| {
            is_variable(name) && !value.trim_matches('=').is_empty()
        }) =>
        {
            "a line of an env file; pass the value alone"
        }
        _ if ["account_id:", "key_id:"]
            .iter()
            .any(|name| text::contains(text, name)) =>
        {
            "YAML; pass it as JSON"
        }
        _ => return None,
    })
}

/// Whether a text names a secret's place in a secret store: `op://vault/item`, `arn:aws:…`, `@Microsoft.KeyVault(…)`,
/// `projects/1/secrets/name`.
fn is_reference(text: &str) -> bool {
    let is_scheme = |scheme: &str| {
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
        scheme.len() > 1 && scheme.bytes().all(is_allowed)
    };
    text.starts_with("@Microsoft")
        || text.starts_with("projects/")
        || text.split_once(':').is_some_and(|(scheme, rest)| {
            is_scheme(scheme)
                && !matches!(scheme, "data" | "file")
                && !rest.starts_with([' ', '\n', '\r'])
        }) && !text.contains(['\n', '{', '"'])
}

/// Describes an object that is not JSON by the beginning of its first name.
fn describe_object(text: &str) -> Option<&'static str> {
    let name = text.trim_start_matches(['{', ' ', '\t', '\r', '\n']);
    Some(match name.chars().next() {
        Some('\'') => "an object in single quotes; write it as JSON",
        Some('\u{ab}' | '\u{201c}'..='\u{201f}') => {
            "JSON in typographic quotes; use straight double quotes"
        }
        Some('&') => "JSON in HTML entities; decode them",
        Some(c) if c.is_ascii_alphabetic() => {
            "an object whose names have no quotes; a shell may have removed them"
        }
        _ => return None,
    })
}
