//! The small languages inside Compose values: durations, sizes, ports, mounts, command lines, numbers.
//!
//! In: the text of one scalar. Out: what Docker Compose makes of it, or its own error text. Each is judged against
//! the real binary by the cases in `tests/compose_cases`.

pub mod address;
pub mod duration;
pub mod glob;
pub mod number;
pub mod port;
pub mod size;
pub mod volume;
pub mod words;
