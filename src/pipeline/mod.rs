//! The stages in order, without input or output of their own.
//!
//! In: what is asked for and where files come from. Out: the result of the last stage that was needed, everything
//! there is to say, and on request the mask without which nothing of it is printed.

mod accept;
pub mod convert;
mod mappings;

use std::collections::{BTreeMap, HashSet};

use crate::compose::input::Request;
use crate::compose::notes::Notes;
use crate::compose::{self, Loaded, LoadedModel, secrecy};
use crate::finding::Finding;
use crate::finding::mask::Mask;
use crate::mapping::credentials::Credentials;
use crate::source::file::{FileSystem, SourceMap};
use crate::source::node::Node;
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
    /// The variables of the process, which may hold secrets.
    process: BTreeMap<String, String>,
}

/// A result that knows what was written and what became of it.
pub trait Written {
    /// The documents and the tree.
    fn trees(&self) -> (&[Document], &Node);
}

impl Written for Loaded {
    fn trees(&self) -> (&[Document], &Node) {
        (&self.written, &self.tree)
    }
}

impl Written for LoadedModel {
    fn trees(&self) -> (&[Document], &Node) {
        (&self.written, &self.tree)
    }
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
    Outcome { result, findings, sources, process: request.process.clone() }
}

/// Loads the model of a project, before it is read into types.
#[must_use]
pub fn load_model(request: &Request, disk: Box<dyn FileSystem>) -> Outcome<LoadedModel> {
    let mut sources = SourceMap::new(disk, request.working_directory.clone());
    let mut notes = Notes::default();
    let result = compose::load_model(request, &mut sources, &mut notes);
    Outcome { result, findings: notes.findings, sources, process: request.process.clone() }
}

impl<T: Written> Outcome<T> {
    /// The secrets of everything that was read: without this mask nothing of it is printed.
    #[must_use]
    pub fn mask(&self) -> Mask {
        let mut mask = Mask::default();
        for (file, _) in self.sources.files() {
            secrecy::learn_text(&mut mask, &self.sources, file);
        }
        if let Some(result) = &self.result {
            let (written, tree) = result.trees();
            let nothing = HashSet::new();
            let written = written.iter().filter_map(|document| construct(document, &nothing).ok());
            written.for_each(|document| secrecy::learn_tree(&mut mask, &self.sources, &document));
            secrecy::learn_tree(&mut mask, &self.sources, tree);
        }
        let credentials = Credentials::embedded();
        for (name, value) in self.process.iter().filter(|(name, _)| credentials.is_credential_name(name)) {
            secrecy::learn_variable(&mut mask, name, value);
        }
        mask
    }
}
