//! All tests are modules of this one binary.

/// Writing YAML.
mod emit;
/// Reading YAML.
mod yaml;
