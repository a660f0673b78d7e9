//! Nothing disappears: every leaf that was written is in the project, or its loss has a recorded reason.

use cutover::compose::{self, losses};
use cutover::source::file::{Disk, SourceMap};

use crate::projects;

#[test]
fn every_leaf_of_every_project_is_accounted_for() {
    let mut problems = Vec::new();
    let mut leaves = 0;
    for project in projects::all() {
        for profiles in [&[][..], &["*"][..]] {
            let request = project.request(profiles);
            let mut sources = SourceMap::new(Box::new(Disk), project.folder.clone());
            let loaded = match compose::load(&request, &mut sources) {
                Ok(loaded) => loaded,
                Err(findings) => panic!("{}: {findings:#?}", project.name),
            };
            leaves += losses::count_leaves(&loaded.written);
            for missing in losses::missing(&loaded.written, &loaded.tree, &loaded.losses) {
                let place = sources.place(missing.span);
                problems.push(format!("{}: {place}: {}", project.name, missing.path));
            }
        }
    }
    assert!(leaves > 500, "only {leaves} leaves were looked at");
    assert!(problems.is_empty(), "{} of {leaves} leaves are lost:\n{}", problems.len(), problems.join("\n"));
}
