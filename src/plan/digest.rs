//! SHA-256, as lower-case hexadecimal text.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The digest of some bytes.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_digest_of_nothing_is_well_known() {
        assert!(super::hex(b"").starts_with("e3b0c44298fc1c149afbf4c8996fb924"));
    }
}
