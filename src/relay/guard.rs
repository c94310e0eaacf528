//! Keeps a token from passing with a body that is not read whole.

use crate::token::BearerToken;

/// The bytes of the signature to look for: 144 of its bits. They occur in no body by chance.
const MARK_BYTES: usize = 24;

/// Looks for the signature of a token in a body that arrives in chunks. Without its signature, a token is of no use.
pub(super) struct TokenGuard {
    mark: Vec<u8>,
    /// The last bytes of the chunks before, in which the mark may have begun.
    tail: Vec<u8>,
}

impl TokenGuard {
    pub(super) fn new(bearer: &BearerToken) -> Self {
        let token = bearer.expose().as_bytes();
        let signature = token.rsplit(|byte| *byte == b'.').next().unwrap_or(token);
        let mark = signature.get(..MARK_BYTES).unwrap_or(token);
        Self {
            mark: mark.to_vec(),
            tail: Vec::new(),
        }
    }

    /// Whether the signature does not end in this chunk.
    pub(super) fn passes(&mut self, chunk: &[u8]) -> bool {
        let most = self.mark.len() - 1;
        let mut joint = std::mem::take(&mut self.tail);
        joint.extend(&chunk[..chunk.len().min(most)]);
        let passes = !self.is_in(&joint) && !self.is_in(chunk);
        if chunk.len() >= most {
            joint = chunk[chunk.len() - most..].to_vec();
        } else if joint.len() > most {
            joint.drain(..joint.len() - most);
        }
        self.tail = joint;
        passes
    }

    fn is_in(&self, bytes: &[u8]) -> bool {
        bytes
            .windows(self.mark.len())
            .any(|window| window == self.mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "header.claims.c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU";

    fn guard() -> TokenGuard {
        TokenGuard::new(&BearerToken::new(TOKEN).unwrap())
    }

    #[test]
    fn token_is_found_wherever_chunks_divide_it() {
        let body = format!("{{\"text\":\"{TOKEN}\"}}");
        for at in 0..body.len() {
            for length in [1, 2, 7, 60] {
                let mut guard = guard();
                let (head, tail) = body.as_bytes().split_at(at);
                let found = [head]
                    .into_iter()
                    .chain(tail.chunks(length))
                    .any(|chunk| !guard.passes(chunk));
                assert!(found, "{at} {length}");
            }
        }
    }

    #[test]
    fn bodies_without_the_signature_pass() {
        let mut guard = guard();
        for chunk in [
            "header.claims.",
            "c2lnbmF0dXJlLXNpZ25hdH",
            "",
            "x",
            "VyZS1zaWduYXR1cmU",
            "header.claims",
        ] {
            assert!(guard.passes(chunk.as_bytes()), "{chunk}");
        }
    }

    #[test]
    fn token_without_signature_is_looked_for_whole() {
        let mut guard = TokenGuard::new(&BearerToken::new("opaque").unwrap());
        assert!(guard.passes(b"opaqu"));
        assert!(!guard.passes(b"e"));
    }
}
