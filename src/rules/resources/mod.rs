//! Rules about what a container may use: processor time, memory, file systems in memory, devices, limits of the kernel.

mod cpu;
mod cpu_placement;
mod ephemeral_storage;
mod gpu;
mod memory;
mod memory_file_systems;
mod process_limits;
mod quantity;
mod swap;
mod tmpfs;

use crate::rules::Rule;
use crate::rules::draft::Draft;
use crate::source::path::ComposePath;

/// The rules of this group, by name.
pub(super) const RULES: &[&dyn Rule] = &[
    &cpu::Cpu,
    &cpu_placement::CpuPlacement,
    &ephemeral_storage::EphemeralStorage,
    &gpu::Gpu,
    &memory::Memory,
    &memory_file_systems::MemoryFileSystems,
    &process_limits::ProcessLimits,
    &swap::Swap,
];

/// Closes a path that has nothing below it, such as an empty mapping.
fn close_empty(path: &ComposePath, out: &mut Draft<'_>) {
    if out.leaves(path).contains(path) {
        out.translated(path);
    }
}
