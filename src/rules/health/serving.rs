//! Whether a command starts the service of an image, rather than another of its programs.
//!
//! Probes of the catalogue fit only the service itself, and so does what is known of its user and its rights.

use crate::mapping::probes::ProbeTable;

/// Whether a command starts the service of an image of this family; one that is not there leaves the image's own.
pub(in crate::rules) fn serves(command: Option<&[String]>, family: &str) -> bool {
    let Some(first) = command.and_then(<[String]>::first) else { return true };
    let word = first.rsplit('/').next().unwrap_or(first);
    let stem = family.rsplit('-').next().unwrap_or(family);
    word.starts_with('-')
        || word == stem
        || word == format!("{stem}d")
        || word == format!("{stem}-server")
        || ProbeTable::embedded().is_serving_word(word)
}

#[cfg(test)]
mod tests {
    use super::serves;

    #[test]
    fn a_command_tells_whether_the_service_runs() {
        let rows = [
            (None, "redis", true),
            (Some(vec!["redis-server", "--appendonly"]), "redis", true),
            (Some(vec!["keydb-server", "/etc/keydb/keydb.conf"]), "keydb", true),
            (Some(vec!["-c", "max_connections=9"]), "postgres", true),
            (Some(vec!["mysqld"]), "mysql", true),
            (Some(vec!["server", "/data"]), "minio", true),
            (Some(vec!["redis-cli", "monitor"]), "redis", false),
            (Some(vec!["worker"]), "authentik", false),
            (Some(vec!["sh", "-c", "sleep 9"]), "postgres", false),
        ];
        for (command, family, expected) in rows {
            let words: Option<Vec<String>> =
                command.map(|words| words.into_iter().map(str::to_owned).collect());
            assert_eq!(serves(words.as_deref(), family), expected, "{words:?}");
        }
    }
}
