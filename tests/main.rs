//! All tests are modules of this one binary.
