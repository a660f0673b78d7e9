//! All tests are modules of this one binary.

/// Pictures of graphs.
#[cfg(test)]
mod draw;
