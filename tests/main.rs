//! All tests are modules of this one binary.

/// Corners of Docker Compose, against its recorded verdicts.
#[cfg(test)]
#[cfg(unix)]
mod compose_cases;
