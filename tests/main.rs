//! All tests are modules of this one binary.

/// Pictures of graphs.
mod draw;
