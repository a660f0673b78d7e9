//! The only reader: files of a project by path, kept with their text so that a span can be shown later.
//!
//! Reading never blocks and never follows surprises: what is not a regular file is refused by name, and a file that is
//! too large is refused before it is read.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::source::span::{FileId, Position, Span};

/// The largest file that is read.
const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// The name under which standard input is asked for.
const STDIN: &str = "-";

/// The device that is always empty, which people name to say that there is no file.
const NULL_DEVICE: &str = "/dev/null";

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Directory,
    /// A pipe, a socket, a device.
    Other,
}

/// Where files come from: the disk, or memory in tests and for library users.
pub trait FileSystem: fmt::Debug {
    /// What stands at a path, links followed; an error if nothing can be seen there.
    ///
    /// # Errors
    /// Whatever the system says, `NotFound` where there is nothing.
    fn kind(&self, path: &Path) -> io::Result<Kind>;

    /// The bytes of a regular file.
    ///
    /// # Errors
    /// Whatever the system says.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The path without links in it.
    ///
    /// # Errors
    /// Whatever the system says.
    fn real(&self, path: &Path) -> io::Result<PathBuf>;

    /// What lies in a folder, sorted.
    ///
    /// # Errors
    /// Whatever the system says.
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;

    /// All of standard input.
    ///
    /// # Errors
    /// Whatever the system says.
    fn stdin(&self) -> io::Result<Vec<u8>>;
}

/// The real disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl FileSystem for Disk {
    fn kind(&self, path: &Path) -> io::Result<Kind> {
        let meta = std::fs::metadata(path)?;
        Ok(if meta.is_file() {
            Kind::File
        } else if meta.is_dir() {
            Kind::Directory
        } else {
            Kind::Other
        })
    }

    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads")]
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let bytes = std::fs::metadata(path)?.len();
        if bytes > MAX_FILE_BYTES {
            let text = format!("{bytes} bytes are more than the limit of {MAX_FILE_BYTES}");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
        }
        std::fs::read(path)
    }

    fn real(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::canonicalize(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let mut paths =
            std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        paths.sort();
        Ok(paths)
    }

    fn stdin(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        io::stdin().lock().take(MAX_FILE_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Files in memory, by absolute path; folders exist where a file lies below them.
#[derive(Clone, Debug, Default)]
pub struct Memory(std::collections::BTreeMap<PathBuf, Vec<u8>>);

impl Memory {
    /// Puts a file in.
    pub fn insert(&mut self, path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) {
        self.0.insert(path.into(), bytes.into());
    }
}

impl FileSystem for Memory {
    fn kind(&self, path: &Path) -> io::Result<Kind> {
        if self.0.contains_key(path) {
            return Ok(Kind::File);
        }
        let has_children = self.0.keys().any(|file| file.starts_with(path));
        if has_children { Ok(Kind::Directory) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn real(&self, path: &Path) -> io::Result<PathBuf> {
        self.kind(path).map(|_| path.to_path_buf())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let below = |file: &Path| Some(folder.join(file.strip_prefix(folder).ok()?.components().next()?));
        let paths: std::collections::BTreeSet<PathBuf> =
            self.0.keys().filter_map(|file| below(file)).collect();
        Ok(paths.into_iter().collect())
    }

    fn stdin(&self) -> io::Result<Vec<u8>> {
        self.read(Path::new(STDIN))
    }
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is nothing at the path: the user's mistake.
    #[error("{} does not exist", .0.display())]
    Missing(PathBuf),
    /// A folder stands there: the user's mistake.
    #[error("{} is a directory", .0.display())]
    Directory(PathBuf),
    /// A pipe, socket or device stands there, and is not opened because that could block.
    #[error("{} is not a regular file", .0.display())]
    NotRegular(PathBuf),
    /// The system refuses.
    #[error("{} cannot be read: {reason}", .path.display())]
    System {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
}

impl ReadError {
    /// The error in the words in which Docker Compose passes on what the system says.
    #[must_use]
    pub fn in_system_words(&self) -> String {
        if let Self::Missing(path) = self {
            format!("open {}: no such file or directory", path.display())
        } else {
            self.to_string()
        }
    }
}

/// One file with its text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    name: String,
    path: PathBuf,
    text: String,
    line_starts: Vec<u32>,
    broken_at: Option<u32>,
    is_wide: bool,
}

impl SourceFile {
    fn new(name: String, path: PathBuf, Decoded { text, broken_at, is_wide }: Decoded) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX));
        let line_starts = std::iter::once(0).chain(after_breaks).collect();
        Self { name, path, text, line_starts, broken_at, is_wide }
    }

    /// The name that messages use.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text, decoded.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the first byte stands that is no text, if there is one; it reads as a replacement character.
    #[must_use]
    pub fn broken_at(&self) -> Option<u32> {
        self.broken_at
    }

    /// Whether it was UTF-16, which only Compose files may be.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.is_wide
    }

    /// The line and column of a byte.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|line| self.line_starts.get(line)).copied().unwrap_or(0);
        let before = self.text.get(start as usize..offset as usize).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }
}

/// All files that were read, and the way to read more.
#[derive(Debug)]
pub struct SourceMap {
    files: Vec<SourceFile>,
    disk: Box<dyn FileSystem>,
    shown_from: PathBuf,
}

impl SourceMap {
    /// A map that reads from `disk` and names files as seen from the folder `shown_from`.
    #[must_use]
    pub fn new(disk: Box<dyn FileSystem>, shown_from: impl Into<PathBuf>) -> Self {
        Self { files: Vec::new(), disk, shown_from: shown_from.into() }
    }

    /// Adds text that was not read from a path, such as standard input.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let name = name.into();
        let path = PathBuf::from(&name);
        self.push(SourceFile::new(name, path, Decoded { text: text.into(), broken_at: None, is_wide: false }))
    }

    fn push(&mut self, file: SourceFile) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(file);
        id
    }

    /// Reads a file, decodes it and keeps it; a file that was read before is not read again.
    ///
    /// # Errors
    /// [`ReadError`] if it is missing, not a regular file, or refused by the system.
    pub fn read(&mut self, path: &Path) -> Result<FileId, ReadError> {
        if let Some(known) = self.files.iter().position(|file| file.path == path) {
            return Ok(FileId(u32::try_from(known).unwrap_or(u32::MAX)));
        }
        let bytes = self.bytes(path)?;
        let name = self.shown(path);
        Ok(self.push(SourceFile::new(name, path.to_path_buf(), decode(bytes))))
    }

    /// Reads standard input, once.
    ///
    /// # Errors
    /// [`ReadError::System`] if the system refuses or the text cannot be decoded.
    pub fn read_stdin(&mut self) -> Result<FileId, ReadError> {
        let name = "<stdin>".to_owned();
        let system =
            |error: io::Error| ReadError::System { path: PathBuf::from(&name), reason: error.to_string() };
        let bytes = self.disk.stdin().map_err(system)?;
        Ok(self.push(SourceFile::new(name.clone(), PathBuf::from(&name), decode(bytes))))
    }

    /// The bytes of a regular file, not kept; none of the device that is always empty.
    ///
    /// # Errors
    /// As [`SourceMap::read`].
    pub fn bytes(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        let system = |error: io::Error| {
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
                ReadError::Missing(path.to_path_buf())
            } else {
                ReadError::System { path: path.to_path_buf(), reason: error.to_string() }
            }
        };
        match self.disk.kind(path).map_err(system)? {
            Kind::File => self.disk.read(path).map_err(system),
            Kind::Directory => Err(ReadError::Directory(path.to_path_buf())),
            Kind::Other if self.real(path) == Path::new(NULL_DEVICE) => Ok(Vec::new()),
            Kind::Other => Err(ReadError::NotRegular(path.to_path_buf())),
        }
    }

    /// What lies in a folder, sorted; nothing if it cannot be seen.
    #[must_use]
    pub fn list(&self, folder: &Path) -> Vec<PathBuf> {
        self.disk.list(folder).unwrap_or_default()
    }

    /// What stands at a path, if anything can be seen there.
    #[must_use]
    pub fn kind(&self, path: &Path) -> Option<Kind> {
        self.disk.kind(path).ok()
    }

    /// The path without links, or itself where that cannot be found out.
    #[must_use]
    pub fn real(&self, path: &Path) -> PathBuf {
        self.disk.real(path).unwrap_or_else(|_| path.to_path_buf())
    }

    /// A path as messages show it: relative where it lies below the folder the user stands in.
    #[must_use]
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.shown_from).unwrap_or(path).display().to_string()
    }

    /// A file.
    ///
    /// # Panics
    /// If the id is of another map, which is a bug.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        self.files.get(id.0 as usize).expect("a file id belongs to the map that made it")
    }

    /// All files, in the order they were read.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The text of a span.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// `file:line:column` of the start of a span.
    #[must_use]
    pub fn place(&self, span: Span) -> String {
        let file = self.file(span.file);
        let Position { line, column } = file.position(span.start);
        format!("{}:{line}:{column}", file.name)
    }
}

/// Text, and where it is broken.
struct Decoded {
    text: String,
    broken_at: Option<u32>,
    is_wide: bool,
}

/// Bytes to text as go-yaml decodes them: UTF-8, or UTF-16 where a byte-order mark says so.
fn decode(bytes: Vec<u8>) -> Decoded {
    let wide = |pairs: &[u8], join: fn([u8; 2]) -> u16| {
        let units = pairs.chunks(2).map(|pair| if let [a, b] = pair { join([*a, *b]) } else { 0xD800 });
        lossy(char::decode_utf16(units).map(Result::ok))
    };
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => match String::from_utf8(bytes) {
            Ok(text) => Decoded { text, broken_at: None, is_wide: false },
            Err(error) => Decoded {
                broken_at: u32::try_from(error.utf8_error().valid_up_to()).ok(),
                text: String::from_utf8_lossy(error.as_bytes()).into_owned(),
                is_wide: false,
            },
        },
    }
}

fn lossy(characters: impl Iterator<Item = Option<char>>) -> Decoded {
    let mut decoded = Decoded { text: String::new(), broken_at: None, is_wide: true };
    for character in characters {
        let character = character.unwrap_or_else(|| {
            decoded.broken_at = decoded.broken_at.or_else(|| u32::try_from(decoded.text.len()).ok());
            char::REPLACEMENT_CHARACTER
        });
        decoded.text.push(character);
    }
    decoded
}
