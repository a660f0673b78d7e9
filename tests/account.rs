//! Nothing disappears: every leaf that was written is in the project, or its loss has a recorded reason.

use cutover::compose::input::Request;
use cutover::compose::notes::Loss;
use cutover::compose::{self, losses};
use cutover::source::file::{Disk, Memory, SourceMap};

use crate::projects;

#[test]
fn a_leaf_that_nobody_accounts_for_is_found() {
    let mut disk = Memory::default();
    let text =
        "version: '3'\nservices: {web: {image: x, extends: {file: base.yaml, service: b}, <<: {image: w}}}\n";
    disk.insert("/p/compose.yaml", text);
    disk.insert("/p/base.yaml", "services: {b: {image: y, user: u}, c: {image: z}}\nvolumes: {v: }\n");
    let request = Request { working_directory: "/p".into(), ..Request::default() };
    let mut sources = SourceMap::new(Box::new(disk), "/p");
    let loaded = compose::load(&request, &mut sources).unwrap();
    let missing = |losses: &[Loss]| -> Vec<String> {
        let missing = losses::missing(&loaded.written, &loaded.tree, losses);
        missing.iter().map(|leaf| format!("{} {}", sources.place(leaf.span), leaf.path)).collect()
    };
    assert_eq!(missing(&loaded.losses), Vec::<String>::new());
    let every = [
        "compose.yaml:1:10 version",
        "compose.yaml:2:44 services.web.extends.file",
        "compose.yaml:2:64 services.web.extends.service",
        "compose.yaml:2:80 services.web.<<.image",
        "base.yaml:1:23 services.b.image",
        "base.yaml:1:47 services.c.image",
        "base.yaml:2:13 volumes.v",
    ];
    let mut found = missing(&[]);
    found.sort();
    let mut expected = every.map(str::to_owned);
    expected.sort();
    assert_eq!(found, expected);
    for index in 0..loaded.losses.len() {
        let mut fewer = loaded.losses.clone();
        let gone = fewer.remove(index);
        let is_held = fewer.iter().any(|loss| {
            loss.span.file == gone.span.file
                && loss.span.start <= gone.span.start
                && gone.span.end <= loss.span.end
        });
        let is_key = sources.text(gone.span) == "version" || sources.text(gone.span) == "extends";
        assert_eq!(missing(&fewer).is_empty(), is_held || is_key, "{gone:?}");
    }
}

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
