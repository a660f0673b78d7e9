//! Mounts in short form: `[SOURCE:]TARGET[:OPTION,...]`.

/// What a short form says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShortVolume {
    /// The volume's name or the path on the host; empty for an anonymous volume.
    pub source: String,
    /// The path in the container, as written.
    pub target: String,
    /// Whether the source is a path on the host.
    pub is_bind: bool,
    /// Whether the mount is read-only.
    pub read_only: bool,
    /// Whether the image's content is kept out of a new volume.
    pub nocopy: bool,
    /// The mount propagation, for bind mounts.
    pub propagation: Option<String>,
    /// The SELinux label, for bind mounts.
    pub selinux: Option<String>,
    /// Whether the text has the form that gets no option block at all: one or two characters.
    pub is_tiny: bool,
    /// Options that Docker Compose passes over in silence.
    pub unknown_options: Vec<String>,
}

/// Reads a mount in short form.
///
/// # Errors
/// The text that Docker Compose prints.
pub fn parse(text: &str) -> Result<ShortVolume, String> {
    if text.is_empty() {
        return Err("invalid empty volume spec".to_owned());
    }
    if text.len() <= 2 {
        return Ok(ShortVolume { target: text.to_owned(), is_tiny: true, ..ShortVolume::default() });
    }
    let mut volume = ShortVolume::default();
    let invalid = |problem: &str| format!("invalid spec: {text}: {problem}");
    let parts = sections(text);
    let last = parts.len().saturating_sub(1);
    for (position, part) in parts.iter().enumerate() {
        if part.is_empty() {
            return Err(invalid("empty section between colons"));
        }
        if volume.source.is_empty() && position == last {
            volume.target.clone_from(part);
        } else if volume.source.is_empty() {
            volume.source.clone_from(part);
        } else if volume.target.is_empty() {
            volume.target.clone_from(part);
        } else if position != last {
            return Err(invalid("too many colons"));
        } else {
            part.split(',').for_each(|option| volume.set(option));
        }
    }
    volume.is_bind = is_host_path(&volume.source);
    Ok(volume)
}

impl ShortVolume {
    fn set(&mut self, option: &str) {
        match option {
            "ro" => self.read_only = true,
            "rw" => self.read_only = false,
            "nocopy" => self.nocopy = true,
            "z" | "Z" => self.selinux = Some(option.to_owned()),
            "private" | "rprivate" | "shared" | "rshared" | "slave" | "rslave" => {
                self.propagation = Some(option.to_owned());
            }
            _ => self.unknown_options.push(option.to_owned()),
        }
    }
}

/// The parts between colons; a colon behind a single letter is a Windows drive, one inside `${…}` belongs to it.
fn sections(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut open_variables = 0_usize;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '$' if characters.peek() == Some(&'{') => {
                open_variables += 1;
                part.push(character);
            }
            '}' if open_variables > 0 => {
                open_variables -= 1;
                part.push(character);
            }
            ':' if open_variables == 0 && !is_drive(&part) => parts.push(std::mem::take(&mut part)),
            _ => part.push(character),
        }
    }
    parts.push(part);
    parts
}

fn is_drive(part: &str) -> bool {
    let mut characters = part.chars();
    characters.next().is_some_and(char::is_alphabetic) && characters.next().is_none()
}

/// Whether the source of a short form is a path on the host.
#[must_use]
pub fn is_host_path(source: &str) -> bool {
    if source.starts_with(['.', '/', '~']) || source.starts_with("\\\\") {
        return true;
    }
    let mut characters = source.chars();
    characters.next().is_some_and(char::is_alphabetic) && characters.next() == Some(':')
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn short_mounts_are_split_as_compose_splits_them() {
        let rows = [
            ("/a", ("", "/a", false)),
            ("./a", ("", "./a", false)),
            ("n:/b", ("", "n:/b", false)),
            ("name:/b", ("name", "/b", false)),
            ("./a:/b:ro", ("./a", "/b", true)),
            ("C:\\a:/b", ("C:\\a", "/b", true)),
            ("~/a:/b:z", ("~/a", "/b", true)),
            ("${X:-a:b}:/c", ("${X:-a:b}", "/c", false)),
        ];
        for (text, (source, target, is_bind)) in rows {
            let volume = parse(text).unwrap();
            assert_eq!(
                (volume.source.as_str(), volume.target.as_str(), volume.is_bind),
                (source, target, is_bind)
            );
        }
        assert_eq!(parse("a1:/b:cached,ro").unwrap().unknown_options, ["cached"]);
    }

    #[test]
    fn bad_mounts_say_what_compose_says() {
        let rows = [
            ("", "invalid empty volume spec"),
            ("::/b", "invalid spec: ::/b: empty section between colons"),
            ("ab:/c:ro:x", "invalid spec: ab:/c:ro:x: too many colons"),
        ];
        for (text, problem) in rows {
            assert_eq!(parse(text).err().as_deref(), Some(problem), "{text}");
        }
    }
}
