//! Entries of `security_opt`, as the engine takes them apart: at the first `=`, and only without one at the first `:`.

/// One entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SecurityOption<'a> {
    /// Whether programs may not gain rights.
    NoNewPrivileges(bool),
    /// The system call filter.
    Seccomp(&'a str),
    /// The AppArmor profile.
    AppArmor(&'a str),
    /// A part of the SELinux label.
    Label(&'a str),
    /// All of `/proc` and `/sys` is to be seen.
    OpenPaths,
    /// The engine knows it, and Kubernetes has no place for it.
    Foreign,
    /// The engine refuses it.
    Wrong,
}

/// The words that an entry may begin with.
pub(super) const WORDS: &[&str] =
    &["apparmor", "label", "no-new-privileges", "seccomp", "systempaths", "writable-cgroups"];

/// The word that an entry begins with.
pub(super) fn word(text: &str) -> &str {
    text.split(['=', ':']).next().unwrap_or_default()
}

/// Reads an entry.
pub(super) fn read(text: &str) -> SecurityOption<'_> {
    let parts = text.split_once('=').or_else(|| text.split_once(':'));
    match parts {
        None if text == "no-new-privileges" => SecurityOption::NoNewPrivileges(true),
        None if text == "writable-cgroups" => SecurityOption::Foreign,
        None => SecurityOption::Wrong,
        Some(("no-new-privileges", value)) => {
            boolean(value).map_or(SecurityOption::Wrong, SecurityOption::NoNewPrivileges)
        }
        Some((_, "")) => SecurityOption::Wrong,
        Some(("seccomp", value)) => SecurityOption::Seccomp(value),
        Some(("apparmor", value)) => SecurityOption::AppArmor(value),
        Some(("label", value)) => SecurityOption::Label(value),
        Some(("systempaths", "unconfined")) => SecurityOption::OpenPaths,
        Some(("writable-cgroups" | "credentialspec", _)) => SecurityOption::Foreign,
        Some((_, _)) => SecurityOption::Wrong,
    }
}

/// What Go's `strconv.ParseBool` accepts.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{SecurityOption, read, word};

    #[test]
    fn entries_are_taken_apart() {
        let cases = [
            ("no-new-privileges", SecurityOption::NoNewPrivileges(true)),
            ("no-new-privileges:true", SecurityOption::NoNewPrivileges(true)),
            ("no-new-privileges=false", SecurityOption::NoNewPrivileges(false)),
            ("no-new-privileges:yes", SecurityOption::Wrong),
            ("seccomp:unconfined", SecurityOption::Seccomp("unconfined")),
            ("seccomp=./chrome.json", SecurityOption::Seccomp("./chrome.json")),
            ("label=type:svirt_t", SecurityOption::Label("type:svirt_t")),
            ("label:disable", SecurityOption::Label("disable")),
            ("apparmor:docker-default", SecurityOption::AppArmor("docker-default")),
            ("systempaths=unconfined", SecurityOption::OpenPaths),
            ("systempaths=open", SecurityOption::Wrong),
            ("writable-cgroups=true", SecurityOption::Foreign),
            ("privileged", SecurityOption::Wrong),
            ("seccomp=", SecurityOption::Wrong),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!((word("secomp:x"), word("label=a:b")), ("secomp", "label"));
    }
}
