//! The loading of one model: files, documents, includes and extensions, in the order of Docker Compose.
//!
//! In: the files of a project. Out: one canonical tree. Every stage tells all it finds; the next one begins only if
//! nothing stops the run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::compose::accounts::Accounts;
use crate::compose::environment::Environment;
use crate::compose::interpolate::interpolate;
use crate::compose::merge::merge;
use crate::compose::normalize::resolve_named_variables;
use crate::compose::notes::{Fate, Notes};
use crate::compose::relative::{self, Base};
use crate::compose::reset::{self, MAX_NODES, Resets};
use crate::compose::{canonical, defaults, extends, include, promote, rules, schema, unique};
use crate::finding::Finding;
use crate::mapping::keys::Keys;
use crate::source::file::SourceMap;
use crate::source::node::{Map, Node, Value};
use crate::source::path::PatternTable;
use crate::source::span::{FileId, Span};
use crate::source::yaml::{self, Document, Limits, YamlError};

/// What Compose files end in.
const FORMATS: [&str; 3] = ["yaml", "yml", "json"];

/// A run of the loader: what all models of a project share.
pub(crate) struct Loader<'a> {
    /// The files.
    pub(crate) sources: &'a mut SourceMap,
    /// What there is to say.
    pub(crate) notes: &'a mut Notes,
    /// The key table.
    pub(crate) keys: &'a Keys,
    /// What `~` stands for.
    pub(crate) home: Option<PathBuf>,
    /// Whether variables stay as they are written.
    pub(crate) no_interpolate: bool,
    /// Whether neither the schema nor the rules of single values are checked.
    pub(crate) skip_validation: bool,
    /// The project directory, if paths of the project's own files stay relative to it.
    pub(crate) unresolved_from: Option<PathBuf>,
    /// The cap on nodes, if it is not Docker Compose's own.
    pub(crate) max_nodes: Option<usize>,
    /// Documents by file, so that a file that is reached twice is parsed once.
    pub(crate) documents: HashMap<FileId, Vec<Document>>,
    /// Included models by what determines them.
    pub(crate) included: HashMap<include::Key, Node>,
    /// What was written, and what became of it while it was read.
    pub(crate) accounts: Accounts,
}

/// Where and with what a model is loaded.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// The folder that relative paths start from.
    pub(crate) folder: PathBuf,
    /// The variables.
    pub(crate) environment: Environment,
    /// The files that led here by `include`, outermost first.
    pub(crate) chain: Vec<PathBuf>,
}

/// How far a file is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// A file of the model: includes, extensions and the schema.
    Whole,
    /// A file that is only extended from.
    Base,
}

/// A model in the making, and what the last document asked to clear.
pub(crate) struct Model {
    /// The tree.
    pub(crate) tree: Node,
    /// The tags of the last document.
    pub(crate) resets: Resets,
}

impl Loader<'_> {
    /// Loads the files of one model and makes one canonical tree of them.
    pub(crate) fn model(&mut self, files: &[FileId], scope: &mut Scope) -> Option<Node> {
        let span = files.first().map(|file| Span::new(*file, 0, 0))?;
        let mut model =
            Model { tree: Node::new(Value::Map(Map::default()), span), resets: Resets::default() };
        let mut bases = extends::Bases::default();
        for (index, file) in files.iter().enumerate() {
            let Some(grown) = self.file(*file, model, scope, Depth::Whole, &mut bases) else {
                self.survey_files(files.get(index + 1..).unwrap_or_default(), scope);
                return None;
            };
            model = grown;
        }
        let mut tree = model.tree;
        defaults::add(&mut tree, self.notes);
        if !self.skip_validation {
            rules::check(&tree, self.notes);
        }
        let is_included = !scope.chain.is_empty();
        if is_included || self.unresolved_from.is_none() {
            self.resolve_paths(&mut tree, &scope.folder);
        }
        resolve_named_variables(&mut tree, &scope.environment);
        (!self.notes.stops()).then_some(tree)
    }

    /// Resolves the paths of a tree that belongs to a folder; where paths stay relative, to the project directory.
    pub(crate) fn resolve_paths(&mut self, tree: &mut Node, folder: &Path) {
        let home = self.home.clone();
        let relative = self.unresolved_from.as_ref().and_then(|project| folder.strip_prefix(project).ok());
        let folder = match relative {
            Some(same) if same.as_os_str().is_empty() => Path::new("."),
            Some(below) => below,
            None => folder,
        };
        relative::resolve(tree, Base { folder, home: home.as_deref() }, self.sources, self.notes);
    }

    /// Lays the documents of a file over a model.
    pub(crate) fn file(
        &mut self,
        file: FileId,
        mut model: Model,
        scope: &mut Scope,
        depth: Depth,
        bases: &mut extends::Bases,
    ) -> Option<Model> {
        let chain = scope.chain.len();
        let documents = self.parsed(file)?;
        for (index, document) in documents.iter().enumerate() {
            let Some(grown) = self.document(file, document, model, scope, depth, bases) else {
                self.survey(file, documents.get(index + 1..).unwrap_or_default(), scope);
                return None;
            };
            model = grown;
        }
        scope.chain.truncate(chain);
        Some(model)
    }

    /// Looks for what is wrong in further files by themselves, after a mistake in one that they would be laid over.
    fn survey_files(&mut self, files: &[FileId], scope: &Scope) {
        for file in files {
            let documents = self.parsed(*file).unwrap_or_default();
            self.survey(*file, &documents, scope);
        }
    }

    fn survey(&mut self, file: FileId, documents: &[Document], scope: &Scope) {
        for document in documents {
            self.apart(|this| {
                let (mut tree, _) = this.values(file, document, Depth::Whole)?;
                if !this.no_interpolate {
                    interpolate(&mut tree, &scope.environment, this.notes);
                    this.continues()?;
                }
                promote::promote(&mut tree, this.notes);
                this.survey_tree(tree)
            });
        }
    }

    /// Checks a document by itself; what it leaves to others is no mistake.
    fn survey_tree(&mut self, mut tree: Node) -> Option<()> {
        without_nulls(&mut tree);
        tree.as_map_mut()?.remove("include");
        unique::enforce(&mut tree, self.notes);
        if !self.skip_validation {
            self.notes.findings.extend(schema::validate(&tree, self.keys));
        }
        self.continues()?;
        canonical::canonical(&mut tree, self.no_interpolate, self.notes);
        Some(())
    }

    /// Does something as if nothing had been told yet, and keeps of its findings those that stop the run.
    pub(crate) fn apart<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::take(&mut self.notes.findings);
        let result = look(self);
        let found = std::mem::replace(&mut self.notes.findings, before);
        let is_whole = |finding: &Finding| finding.stops() && !NEED_OTHERS.contains(&finding.id);
        self.notes.findings.extend(found.into_iter().filter(is_whole));
        result
    }

    pub(crate) fn parsed(&mut self, file: FileId) -> Option<Vec<Document>> {
        if let Some(known) = self.documents.get(&file) {
            return Some(known.clone());
        }
        if let Some(at) = self.sources.file(file).broken_at() {
            let title = format!("failed to parse {}: yaml: invalid UTF-8", self.sources.file(file).name());
            let finding = Finding::refused("bad-encoding", title);
            let at = Span::new(file, at as usize, at as usize + char::REPLACEMENT_CHARACTER.len_utf8());
            self.notes.tell(finding.at(at, "not valid text").help("save the file as UTF-8"));
            return None;
        }
        let parsed = yaml::parse(file, self.sources.file(file).text(), &Limits::default());
        for error in &parsed.errors {
            self.tell_yaml(file, error);
        }
        let is_broken = !parsed.errors.is_empty();
        self.documents.insert(file, parsed.documents.clone());
        (!is_broken).then_some(parsed.documents)
    }

    fn tell_yaml(&mut self, file: FileId, error: &YamlError) {
        let name = self.sources.file(file).name().to_owned();
        let line = self.sources.file(file).position(error.span.start).line;
        let mut finding = Finding::refused(
            "bad-yaml",
            format!("failed to parse {name}: yaml: line {line}: {}", error.message),
        )
        .at(error.span, "");
        for (span, text) in &error.labels {
            finding = finding.at(*span, text.clone());
        }
        if let Some(help) = &error.help {
            finding = finding.help(help.clone());
        }
        let finding = self.foreign(file, finding);
        self.notes.tell(finding);
    }

    /// Says so if a file cannot be a Compose file by its name.
    fn foreign(&self, file: FileId, finding: Finding) -> Finding {
        let path = self.sources.file(file).path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        let is_foreign = match extension.as_deref() {
            Some(extension) => !FORMATS.contains(&extension),
            None => name.ends_with("file"),
        };
        if !is_foreign {
            return finding;
        }
        finding
            .because(format!("`{name}` is not a Compose file by its name"))
            .help("name a Compose file: it is YAML, and begins with `services:`")
    }

    /// Lays one document over a model.
    fn document(
        &mut self,
        file: FileId,
        document: &Document,
        mut model: Model,
        scope: &mut Scope,
        depth: Depth,
        bases: &mut extends::Bases,
    ) -> Option<Model> {
        let (mut tree, resets) = self.values(file, document, depth)?;
        if !self.no_interpolate {
            interpolate(&mut tree, &scope.environment, self.notes);
            self.continues()?;
        }
        promote::promote(&mut tree, self.notes);
        if depth == Depth::Whole {
            let path = self.sources.file(file).path().to_path_buf();
            scope.chain.push(path);
            if include::apply(self, &mut tree, scope, &resets).is_none() {
                self.apart(|this| this.survey_tree(tree));
                return None;
            }
        }
        resets.apply(&mut model.tree, self.notes);
        if depth == Depth::Whole {
            extends::apply(self, file, &mut tree, scope, &resets, bases)?;
        }
        model.tree = merge(model.tree, tree, self.notes);
        self.continues()?;
        self.settle(file, &mut model.tree, depth)?;
        Some(Model { tree: model.tree, resets })
    }

    /// The values of a document, without those that only direct the loading.
    fn values(&mut self, file: FileId, document: &Document, depth: Depth) -> Option<(Node, Resets)> {
        let resets = match reset::collect(document, self.max_nodes.unwrap_or(MAX_NODES)) {
            Ok(resets) => resets,
            Err(finding) => {
                self.notes.tell(*finding);
                return None;
            }
        };
        let tree = match yaml::construct(document, &resets.dropped) {
            Ok(tree) => tree,
            Err(errors) => {
                errors.iter().for_each(|error| self.tell_yaml(file, error));
                return None;
            }
        };
        if tree.as_map().is_none() {
            self.tell_not_a_mapping(file, &tree);
            return None;
        }
        reset::tell_unknown_tags(document, self.notes);
        self.accounts.read(document, &resets, depth, self.notes);
        Some((tree, resets))
    }

    /// Checks a model that has grown by a document, and brings it into its canonical form.
    fn settle(&mut self, file: FileId, tree: &mut Node, depth: Depth) -> Option<()> {
        unique::enforce(tree, self.notes);
        if depth == Depth::Whole && !self.skip_validation {
            let problems = schema::validate(tree, self.keys);
            self.notes.findings.extend(problems);
            self.drop_version(file, tree);
        }
        self.continues()?;
        canonical::canonical(tree, self.no_interpolate, self.notes);
        omit_empty(tree, self.notes);
        self.continues()?;
        unique::enforce(tree, self.notes);
        self.continues()
    }

    fn continues(&self) -> Option<()> {
        (!self.notes.stops()).then_some(())
    }

    fn tell_not_a_mapping(&mut self, file: FileId, tree: &Node) {
        let finding = Finding::refused("not-a-mapping", "top-level object must be a mapping")
            .at(tree.span, if tree.is_null() { "this document is empty" } else { "" })
            .help("begin with `services:` and put each service below it");
        let finding = self.foreign(file, finding);
        self.notes.tell(finding);
    }

    fn drop_version(&mut self, file: FileId, tree: &mut Node) {
        let Some(entry) = tree.as_map_mut().and_then(|map| map.remove("version")) else { return };
        self.notes.lose(entry.key, Fate::Consumed, None);
        self.notes.lose(entry.node.span, Fate::Consumed, None);
        let name = self.sources.file(file).path().display().to_string();
        let title = format!(
            "{name}: the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion"
        );
        self.notes.tell(Finding::note("obsolete-version", title).at(entry.key, "").help("remove the line"));
    }
}

/// What can be wrong only as long as other files have not been laid over it.
const NEED_OTHERS: [&str; 2] = ["missing-key", "merge-conflict"];

fn without_nulls(node: &mut Node) {
    let Some(map) = node.as_map_mut() else { return };
    let nulls: Vec<String> =
        map.iter().filter(|(_, entry)| entry.node.is_null()).map(|(key, _)| key.to_owned()).collect();
    nulls.iter().for_each(|key| drop(map.remove(key)));
    map.iter_mut().for_each(|(_, entry)| without_nulls(&mut entry.node));
}

/// The reference's `Path` of a file for its messages.
pub(crate) fn file_path(sources: &SourceMap, file: FileId) -> &Path {
    sources.file(file).path()
}

/// Lists that cannot use empty texts.
static WITHOUT_EMPTY: LazyLock<PatternTable<()>> =
    LazyLock::new(|| PatternTable::new([("services.*.dns", ()), ("jobs.*.dns", ())]));

/// Takes empty texts out of lists that cannot use them.
pub(crate) fn omit_empty(tree: &mut Node, notes: &mut Notes) {
    for (section, entry) in tree.as_map_mut().into_iter().flat_map(Map::iter_mut) {
        let below = WITHOUT_EMPTY.cursor().key(section);
        for (name, container) in entry.node.as_map_mut().into_iter().flat_map(Map::iter_mut) {
            let below = below.key(name).key("dns");
            let dns = container.node.as_map_mut().and_then(|map| map.get_mut("dns"));
            if let (Some(()), Some(Value::List(items))) = (below.value(), dns.map(|dns| &mut dns.value)) {
                items.retain(|item| {
                    let is_empty = item.is_null() || item.as_text() == Some("");
                    if is_empty {
                        notes.lose(item.span, Fate::Empty, None);
                    }
                    !is_empty
                });
            }
        }
    }
}
