//! Image references: `registry/repository:tag@digest`, as the engine reads them.

use std::fmt;

/// Registries that hold Docker Hub's images under the same names.
const MIRRORS: &[&str] =
    &["docker.io/", "index.docker.io/", "registry-1.docker.io/", "mirror.gcr.io/", "public.ecr.aws/docker/"];

/// An image reference, taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// The host of the registry; `docker.io` where none is written.
    pub registry: String,
    /// The repository in it, with `library/` where Docker Hub implies it.
    pub repository: String,
    /// The tag, if one is written.
    pub tag: Option<String>,
    /// The digest, if one is written.
    pub digest: Option<String>,
}

impl Reference {
    /// Reads a reference.
    ///
    /// # Errors
    /// One line that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest.to_owned())),
            None => (text, None),
        };
        let (name, tag) = match name.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag.to_owned())),
            _ => (name, None),
        };
        let is_host = |first: &str| {
            first == "localhost"
                || first.contains(['.', ':'])
                || first.chars().any(|char| char.is_ascii_uppercase())
        };
        let (registry, repository) = match name.split_once('/') {
            Some((first, rest)) if is_host(first) => (first.to_owned(), rest.to_owned()),
            Some(_) => ("docker.io".to_owned(), name.to_owned()),
            None => ("docker.io".to_owned(), format!("library/{name}")),
        };
        let reference = Self { registry, repository, tag, digest };
        reference.problem().map_or(Ok(reference), Err)
    }

    fn problem(&self) -> Option<String> {
        let (registry, repository) = (&self.registry, &self.repository);
        if !registry
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | ':' | '[' | ']'))
        {
            return Some(format!("`{registry}` is no name of a registry"));
        }
        if registry.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_err()) {
            return Some(format!("`{registry}` has no port that is a number"));
        }
        let short = repository.strip_prefix("library/").unwrap_or(repository);
        if let Some(upper) = short.chars().find(char::is_ascii_uppercase) {
            return Some(format!("a repository has no capital letters, and `{short}` has `{upper}`"));
        }
        if !repository.split('/').all(is_component) {
            return Some(format!("`{short}` is no name of a repository"));
        }
        if let Some(tag) = self.tag.as_ref().filter(|tag| !is_tag(tag)) {
            return Some(format!("`{tag}` is no tag"));
        }
        let digest = self.digest.as_ref().filter(|digest| !is_digest(digest))?;
        Some(format!("`{digest}` is no digest"))
    }

    /// The name that tables use: without Docker Hub, its mirrors, and `library/`.
    #[must_use]
    pub fn familiar(&self) -> String {
        // A counting relay in front of Docker Hub has a name for each project.
        let is_relay = self.registry.ends_with(".docker.scarf.sh");
        let full = format!("{}/{}", if is_relay { "docker.io" } else { &self.registry }, self.repository);
        let hub = MIRRORS.iter().find_map(|mirror| full.strip_prefix(mirror));
        let name = hub.unwrap_or(&full);
        name.strip_prefix("library/").unwrap_or(name).to_owned()
    }

    /// The tag, `latest` where none is written; nothing if only a digest says which image it is.
    #[must_use]
    pub fn effective_tag(&self) -> Option<&str> {
        match (&self.tag, &self.digest) {
            (Some(tag), _) => Some(tag),
            (None, None) => Some("latest"),
            (None, Some(_)) => None,
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = self.effective_tag() {
            write!(f, ":{tag}")?;
        }
        self.digest.as_ref().map_or(Ok(()), |digest| write!(f, "@{digest}"))
    }
}

fn is_component(text: &str) -> bool {
    let is_word = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit();
    let edges = text.starts_with(is_word) && text.ends_with(is_word);
    edges && text.chars().all(|char| is_word(char) || matches!(char, '.' | '_' | '-'))
}

fn is_tag(text: &str) -> bool {
    let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
    (1..=128).contains(&text.len())
        && text.starts_with(is_word)
        && text.chars().all(|char| is_word(char) || matches!(char, '.' | '-'))
}

fn is_digest(text: &str) -> bool {
    let hex = text.strip_prefix("sha256:").or_else(|| text.strip_prefix("sha512:"));
    hex.is_some_and(|hex| hex.len() >= 32 && hex.chars().all(|char| char.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::Reference;

    #[test]
    fn references_are_taken_apart() {
        let cases = [
            ("postgres", "docker.io/library/postgres:latest", "postgres"),
            ("postgres:17-alpine", "docker.io/library/postgres:17-alpine", "postgres"),
            ("grafana/grafana:11.2.0", "docker.io/grafana/grafana:11.2.0", "grafana/grafana"),
            ("localhost:5000/a/b:1", "localhost:5000/a/b:1", "localhost:5000/a/b"),
            ("ghcr.io/x/y", "ghcr.io/x/y:latest", "ghcr.io/x/y"),
            ("public.ecr.aws/docker/library/redis:8", "public.ecr.aws/docker/library/redis:8", "redis"),
            ("x.docker.scarf.sh/apache/superset:1", "x.docker.scarf.sh/apache/superset:1", "apache/superset"),
            ("docker.io/nginx:1", "docker.io/nginx:1", "nginx"),
        ];
        for (text, full, familiar) in cases {
            let reference = Reference::parse(text).unwrap();
            assert_eq!((reference.to_string().as_str(), reference.familiar().as_str()), (full, familiar));
        }
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for text in ["", "Nginx", "a b", "nginx:", "nginx:a/b", "x//y", "nginx@sha256:12", "-x", "nginx:-1"] {
            assert!(Reference::parse(text).is_err(), "{text}");
        }
    }
}
