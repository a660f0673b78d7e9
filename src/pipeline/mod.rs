//! The stages in order, without input or output of their own.
//!
//! In: what is asked for and where files come from. Out: the result of the last stage that was needed, everything
//! there is to say, and the mask without which nothing of it is printed.

use std::collections::HashSet;

use crate::compose::input::Request;
use crate::compose::notes::Notes;
use crate::compose::{self, Loaded, LoadedModel, secrecy};
use crate::finding::Finding;
use crate::finding::mask::Mask;
use crate::mapping::credentials::Credentials;
use crate::source::file::{FileSystem, SourceMap};
use crate::source::node::{Node, VariableSource};
use crate::source::yaml::{Document, construct};

/// What came of a run, good or bad.
#[derive(Debug)]
pub struct Outcome<T> {
    /// The result, if there is one.
    pub result: Option<T>,
    /// All there is to say.
    pub findings: Vec<Finding>,
    /// The files that were read.
    pub sources: SourceMap,
    /// What must not be printed.
    pub mask: Mask,
}

/// Loads a project.
#[must_use]
pub fn load(request: &Request, disk: Box<dyn FileSystem>) -> Outcome<Loaded> {
    let mut sources = SourceMap::new(disk, request.working_directory.clone());
    let (result, findings) = match compose::load(request, &mut sources) {
        Ok(mut loaded) => {
            let findings = std::mem::take(&mut loaded.findings);
            (Some(loaded), findings)
        }
        Err(findings) => (None, findings),
    };
    let known = result.as_ref().map(|loaded| (loaded.written.as_slice(), &loaded.tree));
    let mask = mask(request, &sources, known);
    Outcome { result, findings, sources, mask }
}

/// Loads the model of a project, before it is read into types.
#[must_use]
pub fn load_model(request: &Request, disk: Box<dyn FileSystem>) -> Outcome<LoadedModel> {
    let mut sources = SourceMap::new(disk, request.working_directory.clone());
    let mut notes = Notes::default();
    let result = compose::load_model(request, &mut sources, &mut notes);
    let known = result.as_ref().map(|model| (model.written.as_slice(), &model.tree));
    let mask = mask(request, &sources, known);
    Outcome { result, findings: notes.findings, sources, mask }
}

/// Learns the secrets of everything that was read.
fn mask(request: &Request, sources: &SourceMap, known: Option<(&[Document], &Node)>) -> Mask {
    let mut mask = Mask::default();
    for (file, _) in sources.files() {
        secrecy::learn_text(&mut mask, sources, file);
    }
    if let Some((written, tree)) = known {
        let nothing = HashSet::new();
        let written = written.iter().filter_map(|document| construct(document, &nothing).ok());
        written.for_each(|document| secrecy::learn_tree(&mut mask, sources, &document));
        secrecy::learn_tree(&mut mask, sources, tree);
    }
    let credentials = Credentials::embedded();
    for (name, value) in &request.process {
        if credentials.is_credential_name(name) {
            secrecy::learn_variable(&mut mask, name, value);
        }
    }
    mask
}

/// Where the value of a variable came from, in words.
#[must_use]
pub fn source_name(source: &VariableSource) -> String {
    match source {
        VariableSource::Process => "the environment".to_owned(),
        VariableSource::File(path) => path.clone(),
        VariableSource::Loader => "set by the loader".to_owned(),
        VariableSource::Written => "written in the Compose file".to_owned(),
        VariableSource::Unset => "unset".to_owned(),
    }
}
