//! All tests are modules of this one binary.

/// The key table says what the published schema says, and the validator judges as the schema does.
mod keys;
