//! Which files make a project, and which variables they see.
//!
//! In: what the command line and the process say. Out: the files in order, the project directory, the environment,
//! the name and the active profiles, all found as Docker Compose finds them.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::compose::dotenv::{self, Format};
use crate::compose::environment::{Environment, Variable};
use crate::compose::notes::Notes;
use crate::compose::relative::{clean, join};
use crate::finding::Finding;
use crate::source::file::{FileSystem, Kind, ReadError, SourceMap};
use crate::source::node::VariableSource;
use crate::source::span::{FileId, Span};

/// Names of Compose files, best first.
const FILE_NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// Names of files that are laid over the first one, best first.
const OVERRIDE_NAMES: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// The name of the file with variables for interpolation.
const DOTENV: &str = ".env";

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The folder that the user stands in; absolute.
    pub working_directory: PathBuf,
    /// The user's home, for `~`.
    pub home: Option<PathBuf>,
    /// The variables of the process.
    pub process: BTreeMap<String, String>,
    /// Compose files as given; `-` is standard input.
    pub files: Vec<String>,
    /// `--project-directory`
    pub project_directory: Option<String>,
    /// `--project-name`
    pub project_name: Option<String>,
    /// `--profile`
    pub profiles: Vec<String>,
    /// `--env-file`
    pub env_files: Vec<String>,
    /// Whether variables stay as they are written.
    pub no_interpolate: bool,
    /// The cap on the nodes of a document; Docker Compose's own where nothing is said.
    pub max_nodes: Option<usize>,
    /// The services asked for; all where none is named.
    pub services: Vec<String>,
    /// Whether networks, volumes, configs and secrets stay that no service uses.
    pub keep_unused: bool,
    /// What of the loading is left out.
    pub skip: Skip,
}

/// Parts of the loading that can be left out, as with Docker Compose's options of these names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skip {
    /// `--no-normalize`: implicit networks, dependencies and names.
    pub normalize: bool,
    /// `--no-path-resolution`: relative paths stay relative.
    pub path_resolution: bool,
    /// `--no-env-resolution`: environment files are not read.
    pub env_resolution: bool,
    /// `--no-consistency`: references are not checked.
    pub consistency: bool,
    /// Neither the schema nor the rules of single values are checked, as for `--variables`.
    pub validation: bool,
}

impl Request {
    /// The request for what stands at a path: a folder means starting there, a file means `-f`.
    ///
    /// # Errors
    /// Nothing that can be read stands there.
    pub fn for_project(mut self, project: &Path, disk: &dyn FileSystem) -> Result<Self, Box<Finding>> {
        let path = self.working_directory.join(project);
        match disk.kind(&path) {
            Ok(Kind::Directory) => self.working_directory = path,
            Ok(Kind::File | Kind::Other) => self.files.push(project.display().to_string()),
            Err(error) => return Err(Box::new(no_such_project(project, &error))),
        }
        Ok(self)
    }
}

fn no_such_project(project: &Path, error: &io::Error) -> Finding {
    let name = project.display();
    let is_absent = matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
    let title = if is_absent {
        format!("{name} is neither a folder nor a file")
    } else {
        format!("{name} cannot be read: {error}")
    };
    let finding =
        Finding::unreadable("no-such-project", title).because("PROJECT is a folder or a Compose file");
    let is_word = project.components().count() == 1 && project.extension().is_none();
    match name.to_string().as_str() {
        "-" => finding.help("`-f -` reads standard input"),
        name if is_word => {
            finding.help(format!("services are named with `--service`, as in `--service {name}`"))
        }
        _ => finding.help("correct the path"),
    }
}

/// A project's input, found and read.
#[derive(Clone, Debug)]
pub struct Input {
    /// The Compose files, in the order in which they are laid over each other.
    pub files: Vec<FileId>,
    /// The folder that relative paths start from.
    pub project_directory: PathBuf,
    /// The variables that interpolation sees.
    pub environment: Environment,
    /// The name given by option or variable.
    pub explicit_name: Option<String>,
    /// The active profiles.
    pub profiles: Vec<String>,
}

/// Finds and reads the input of a project. None if something that was told stops the run.
pub fn find(request: &Request, sources: &mut SourceMap, notes: &mut Notes) -> Option<Input> {
    let mut finder = Finder { request, sources, notes, environment: process_environment(request) };
    finder.read_env_files(&request.files);
    finder.adopt_compose_variables();
    let paths = finder.compose_files()?;
    finder.read_env_files(&paths);
    let files = finder.read_compose_files(&paths);
    let environment = finder.environment.clone();
    let profiles = match request.profiles.as_slice() {
        [] => environment
            .value("COMPOSE_PROFILES")
            .unwrap_or_default()
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect(),
        given => given.to_vec(),
    };
    let named = request.project_name.as_deref().filter(|name| !name.is_empty());
    let explicit_name = named.or_else(|| environment.filled("COMPOSE_PROJECT_NAME")).map(str::to_owned);
    if let Some(name) = &explicit_name
        && *name != normalized_name(name)
    {
        notes.tell(invalid_name(name));
    }
    let project_directory = working_directory(request, &paths);
    (!notes.stops()).then_some(Input { files, project_directory, environment, explicit_name, profiles })
}

fn process_environment(request: &Request) -> Environment {
    let mut environment = Environment::of_process(request.process.clone());
    let here = request.working_directory.display().to_string();
    environment.set_if_absent("PWD", &here, &VariableSource::Loader);
    environment
}

/// A name as Docker Compose makes it of any text: lower case, letters, digits, `-` and `_`, not starting with these.
#[must_use]
pub fn normalized_name(text: &str) -> String {
    let kept: String =
        text.to_lowercase().chars().filter(|c| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-')).collect();
    kept.trim_start_matches(['_', '-']).to_owned()
}

/// The finding about a name that must be valid already.
#[must_use]
pub fn invalid_name(name: &str) -> Finding {
    let title = format!(
        "invalid project name {name:?}: must consist only of lowercase alphanumeric characters, hyphens, and \
         underscores as well as start with a letter or number"
    );
    let finding = Finding::refused("bad-project-name", title);
    match normalized_name(name) {
        valid if valid.is_empty() => finding.help("write letters and digits, such as `shop`"),
        valid => finding.help(format!("`{valid}` would be valid")),
    }
}

/// The folder that relative paths start from: as asked, else that of the first file, else where the user stands.
fn working_directory(request: &Request, files: &[String]) -> PathBuf {
    let absolute = |text: &str| absolute(&request.working_directory, text);
    if let Some(folder) = request.project_directory.as_deref().filter(|folder| !folder.is_empty()) {
        return absolute(folder);
    }
    match files.iter().find(|file| *file != "-") {
        Some(file) => absolute(file).parent().map_or_else(|| PathBuf::from("/"), Path::to_path_buf),
        None => request.working_directory.clone(),
    }
}

fn absolute(folder: &Path, text: &str) -> PathBuf {
    PathBuf::from(if text.starts_with('/') { clean(text) } else { join(folder, text) })
}

struct Finder<'a> {
    request: &'a Request,
    sources: &'a mut SourceMap,
    notes: &'a mut Notes,
    environment: Environment,
}

impl Finder<'_> {
    /// Reads the environment files that count while `files` are the Compose files; what is set stays, and of the files
    /// the later one wins.
    fn read_env_files(&mut self, files: &[String]) {
        let given = self.given_env_files();
        let paths: Vec<PathBuf> = if !given.is_empty() {
            given.iter().map(|file| absolute(&self.request.working_directory, file)).collect()
        } else if self.is_dotenv_disabled() {
            Vec::new()
        } else {
            let path = working_directory(self.request, files).join(DOTENV);
            let exists = self.sources.kind(&path).is_some_and(|kind| kind != Kind::Directory);
            if exists { vec![path] } else { Vec::new() }
        };
        match read_variables(&paths, &self.environment, self.sources) {
            Ok(found) => found.into_iter().for_each(|(name, Variable { value, source })| {
                self.environment.set_if_absent(&name, &value, &source);
            }),
            Err(findings) => self.notes.findings.extend(findings),
        }
    }

    fn given_env_files(&self) -> Vec<String> {
        if !self.request.env_files.is_empty() {
            return self.request.env_files.clone();
        }
        let listed = self.request.process.get("COMPOSE_ENV_FILES").map(String::as_str).unwrap_or_default();
        listed.split(',').filter(|file| !file.is_empty()).map(str::to_owned).collect()
    }

    fn is_dotenv_disabled(&mut self) -> bool {
        let Some(text) = self.environment.value("COMPOSE_DISABLE_ENV_FILE") else { return false };
        match text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => true,
            "0" | "f" | "F" | "false" | "FALSE" | "False" => false,
            _ => {
                let title = format!("strconv.ParseBool: parsing {text:?}: invalid syntax");
                let finding = Finding::refused("bad-variable", title)
                    .help("`COMPOSE_DISABLE_ENV_FILE` must be `true` or `false`");
                self.notes.tell(finding);
                true
            }
        }
    }

    /// `COMPOSE_…` variables of an environment file count as if the process had them, so `.env` can switch itself off.
    fn adopt_compose_variables(&mut self) {
        let by_process = self.request.process.contains_key("COMPOSE_DISABLE_ENV_FILE");
        if !by_process && self.is_dotenv_disabled() {
            self.environment.retain(|name, variable| {
                name.starts_with("COMPOSE_") || !matches!(variable.source, VariableSource::File(_))
            });
        }
    }

    fn compose_files(&mut self) -> Option<Vec<String>> {
        if !self.request.files.is_empty() {
            return Some(self.request.files.clone());
        }
        if let Some(listed) = self.environment.value("COMPOSE_FILE") {
            let separator = self.environment.filled("COMPOSE_PATH_SEPARATOR").unwrap_or(":");
            return Some(listed.split(separator).map(str::to_owned).collect());
        }
        let found = self.discover(&working_directory(self.request, &[]));
        if found.is_none() {
            let finding = Finding::refused("no-compose-file", "no configuration file provided: not found")
                .because(format!("looked for {} here and in every folder above", FILE_NAMES.join(", ")))
                .help("name the folder or the file of the project, or use `-f FILE`");
            self.notes.tell(finding);
        }
        found
    }

    fn discover(&mut self, start: &Path) -> Option<Vec<String>> {
        for folder in start.ancestors() {
            let found = self.existing(folder, &FILE_NAMES);
            let Some(first) = found.first().cloned() else { continue };
            self.tell_choice("config", &found);
            let overrides = self.existing(folder, &OVERRIDE_NAMES);
            self.tell_choice("override", &overrides);
            return Some(std::iter::once(first).chain(overrides.into_iter().next()).collect());
        }
        None
    }

    fn existing(&self, folder: &Path, names: &[&str]) -> Vec<String> {
        let paths = names.iter().map(|name| folder.join(name));
        paths
            .filter(|path| self.sources.kind(path).is_some())
            .map(|path| path.display().to_string())
            .collect()
    }

    fn tell_choice(&mut self, what: &str, found: &[String]) {
        if let [first, _, ..] = found {
            let title = format!("Found multiple {what} files with supported names: {}", found.join(", "));
            let finding = Finding::warning("several-compose-files", title).because(format!("Using {first}"));
            self.notes.tell(finding.help("remove the others, or name the files with `-f`"));
        }
    }

    /// Says so if it was `COMPOSE_FILE` that named a file, and where that was set.
    fn listed(&self, path: &str, finding: Finding) -> Finding {
        if !self.request.files.is_empty() {
            return finding;
        }
        let Some(variable) = self.environment.get("COMPOSE_FILE") else { return finding };
        let finding = finding.help("correct `COMPOSE_FILE`, or unset it");
        let VariableSource::File(name) = &variable.source else {
            return finding.because("`COMPOSE_FILE` in the environment names it");
        };
        let finding = finding.because(format!("`COMPOSE_FILE` in {name} names it"));
        let Some((id, file)) = self.sources.files().find(|(_, file)| file.name() == name) else {
            return finding;
        };
        let mut start = 0;
        let mut place = None;
        for line in file.text().split_inclusive('\n') {
            let assignment = line.trim_start().trim_start_matches("export ").trim_start();
            if assignment.starts_with("COMPOSE_FILE") {
                place = line.find(path).map(|at| start + at);
            }
            start += line.len();
        }
        match place {
            Some(at) => finding.at(Span::new(id, at, at + path.len()), "named here"),
            None => finding,
        }
    }

    fn read_compose_files(&mut self, paths: &[String]) -> Vec<FileId> {
        let mut files = Vec::new();
        for path in paths {
            let read = if path == "-" {
                self.sources.read_stdin()
            } else {
                self.sources.read(&absolute(&self.request.working_directory, path))
            };
            match read {
                Ok(file) => {
                    if files.contains(&file) {
                        self.notes.tell(same_file_twice(path));
                    }
                    files.push(file);
                }
                Err(error) => {
                    let finding = unreadable_compose_file(path, &error);
                    let finding = self.listed(path, finding);
                    self.notes.tell(finding);
                }
            }
        }
        files
    }
}

/// The variables of environment files: the later file wins, and sees what the earlier ones and `outside` say.
///
/// # Errors
/// The first file that cannot be read, and what is wrong in it.
pub(crate) fn read_variables(
    paths: &[PathBuf],
    outside: &Environment,
    sources: &mut SourceMap,
) -> Result<BTreeMap<String, Variable>, Vec<Finding>> {
    let mut found: BTreeMap<String, Variable> = BTreeMap::new();
    let lookup = |name: &str| outside.value(name).map(str::to_owned);
    for path in paths {
        let file = sources.read(path).map_err(|error| vec![unreadable_env_file(&error)])?;
        let source = VariableSource::File(sources.file(file).name().to_owned());
        let known = found.iter().map(|(name, variable)| (name.clone(), variable.value.clone())).collect();
        if let Some(finding) = dotenv::wide_file(Format::Compose, file, path, sources) {
            return Err(vec![finding]);
        }
        let contents = dotenv::parse(sources.file(file).text(), Format::Compose, known, &lookup);
        let contents = contents.map_err(|errors| {
            errors.iter().map(|error| error.finding(Format::Compose, file, path)).collect::<Vec<_>>()
        })?;
        for assignment in contents.assignments {
            found.insert(assignment.key, Variable { value: assignment.value, source: source.clone() });
        }
    }
    Ok(found)
}

fn unreadable_env_file(error: &ReadError) -> Finding {
    let title = if let ReadError::Missing(path) = error {
        format!("couldn't find env file: {}", path.display())
    } else {
        error.to_string()
    };
    Finding::unreadable("unreadable-env-file", title).help("check `--env-file` and `COMPOSE_ENV_FILES`")
}

fn same_file_twice(path: &str) -> Finding {
    Finding::warning("same-file-twice", format!("{path} is given twice, and laid over itself"))
        .because("entries of its lists that nothing tells apart stand twice then")
        .help("name it once, in `-f` or in `COMPOSE_FILE`")
}

fn unreadable_compose_file(path: &str, error: &ReadError) -> Finding {
    let title = error.in_system_words();
    let finding = Finding::unreadable("unreadable-compose-file", title)
        .because(format!("it was asked for as `{path}`"));
    match error {
        ReadError::Directory(_) => {
            finding.help("name the file in it; a folder is named without `-f`, as in `cutover config FOLDER`")
        }
        ReadError::Missing(_) | ReadError::NotRegular(_) | ReadError::System { .. } => {
            finding.help("correct the path; it starts from the current folder")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::normalized_name;

    #[test]
    fn names_are_normalized() {
        let rows = [("My App.1", "myapp1"), ("_-x", "x"), ("\u{c9}t\u{e9}", "t"), ("a_b-c", "a_b-c")];
        for (text, name) in rows {
            assert_eq!(normalized_name(text), name, "{text}");
        }
    }
}
