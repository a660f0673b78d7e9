//! `cutover graph`: who depends on whom, and who shares what.

use crate::cli::args::{GraphArguments, GraphFormat, Surroundings};
use crate::cli::exit::Exit;
use crate::cli::output;
use crate::compose::Loaded;
use crate::graph::{ServiceGraph, build, draw, json, picture};
use crate::pipeline::{self, Outcome};
use crate::source::file::Disk;

pub(crate) fn run(arguments: &GraphArguments, around: &Surroundings) -> Exit {
    let request = match arguments.project.request(around, &Disk) {
        Ok(request) => request,
        Err(finding) => return output::stop(*finding),
    };
    let outcome = pipeline::load(&request, Box::new(Disk));
    let exit = output::report(&outcome);
    let Some(loaded) = outcome.result.as_ref().filter(|_| exit == Exit::Done) else { return exit };
    let graph = build::build(loaded, &outcome.sources);
    match drawn(&graph, loaded, &outcome, arguments.format) {
        Ok(text) => output::print(&text),
        Err(problem) => output::refuse(&problem),
    }
}

fn drawn(
    graph: &ServiceGraph,
    loaded: &Loaded,
    outcome: &Outcome<Loaded>,
    format: GraphFormat,
) -> Result<String, String> {
    let mask = outcome.mask();
    let picture = || picture::picture(graph, loaded, &mask);
    Ok(match format {
        GraphFormat::Svg => draw::svg(&picture()).map_err(|large| large.to_string())?,
        GraphFormat::Mermaid => draw::mermaid(&picture()),
        GraphFormat::Dot => draw::dot(&picture()),
        GraphFormat::Json => json::json(graph, loaded, &outcome.sources, &mask),
    })
}
