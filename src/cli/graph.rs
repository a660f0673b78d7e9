//! `cutover graph`: who depends on whom, and who shares what.

use crate::cli::args::{GraphArguments, Surroundings};
use crate::cli::exit::Exit;
use crate::cli::output;
use crate::pipeline;
use crate::source::file::Disk;

pub(crate) fn run(arguments: &GraphArguments, around: &Surroundings) -> Exit {
    let outcome = pipeline::load(&arguments.project.request(around), Box::new(Disk));
    output::report(&outcome)
}
