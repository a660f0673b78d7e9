//! Places are right: the text at the place of a scalar is that scalar.

use cutover::compose::{self};
use cutover::source::file::{Disk, SourceMap};
use cutover::source::span::Span;
use cutover::source::yaml::{Document, Kind, NodeId, Style};

use crate::projects;

#[test]
fn every_scalar_of_every_project_is_where_its_place_says() {
    let mut checked = 0;
    let mut wrong = Vec::new();
    for project in projects::all() {
        let mut sources = SourceMap::new(Box::new(Disk), project.folder.clone());
        let loaded = compose::load(&project.request(&["*"]), &mut sources).unwrap();
        for document in &loaded.written {
            each_scalar(document, document.root(), &mut |text, style, span| {
                checked += 1;
                let written = sources.text(span);
                if !stands_for(written, text, style) {
                    wrong.push(format!(
                        "{}: {}: {written:?} is not {text:?}",
                        project.name,
                        sources.place(span)
                    ));
                }
            });
        }
    }
    assert!(checked > 1000, "only {checked} scalars were looked at");
    assert!(wrong.is_empty(), "{} of {checked}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_place_that_is_named_lies_inside_its_file() {
    let mut named = 0;
    for project in projects::all() {
        let mut sources = SourceMap::new(Box::new(Disk), project.folder.clone());
        let loaded = compose::load(&project.request(&[]), &mut sources).unwrap();
        for finding in &loaded.findings {
            for label in &finding.labels {
                named += 1;
                let text = sources.file(label.span.file).text();
                let bytes = label.span.start as usize..label.span.end as usize;
                assert!(text.get(bytes).is_some(), "{}: {finding:?}", project.name);
            }
        }
    }
    assert!(named > 10, "only {named} places were named");
}

fn each_scalar(document: &Document, id: NodeId, visit: &mut dyn FnMut(&str, Style, Span)) {
    let node = document.node(id);
    match &node.kind {
        Kind::Scalar { text, style } => visit(text, *style, node.span),
        Kind::Sequence(items) => items.iter().for_each(|item| each_scalar(document, *item, visit)),
        Kind::Mapping(entries) => entries.iter().for_each(|(key, value)| {
            each_scalar(document, *key, visit);
            each_scalar(document, *value, visit);
        }),
        Kind::Alias(_) => {}
    }
}

/// Whether what was written means the text; lines of block scalars and folded text are compared word by word.
fn stands_for(written: &str, text: &str, style: Style) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    match style {
        Style::Plain => words(written) == words(text),
        Style::SingleQuoted => {
            let inside = written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
            inside.is_some_and(|inside| words(&inside.replace("''", "'")) == words(text))
        }
        Style::DoubleQuoted => {
            let inside = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            inside.is_some_and(|inside| inside.contains('\\') || words(inside) == words(text))
        }
        Style::Literal | Style::Folded => words(written) == words(text),
    }
}
