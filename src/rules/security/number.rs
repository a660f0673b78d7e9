//! Users and groups as Compose names them: numbers, or names whose number is known.
//!
//! Kubernetes takes numbers only, and the kubelet refuses a user that is a name where root is forbidden.

use crate::mapping::images::Profile;
use crate::plan::decision::Evidence;
use crate::rules::security::evidence::trust;

/// The largest number that the engine and Kubernetes accept.
const LARGEST: i64 = 2_147_483_647;
/// What every distribution calls `nobody`, and Debian's group `nogroup`.
const NOBODY: i64 = 65_534;

/// A user or a group as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Id<'a> {
    /// Not at all.
    Absent,
    /// By its number.
    Number(i64),
    /// By a number that nobody can have.
    TooLarge,
    /// By a name.
    Name(&'a str),
}

impl<'a> Id<'a> {
    /// Reads one of them.
    pub(super) fn read(text: &'a str) -> Self {
        if text.is_empty() {
            return Self::Absent;
        }
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::Name(text);
        }
        match text.parse::<i64>() {
            Ok(number) if number <= LARGEST => Self::Number(number),
            Ok(_) | Err(_) => Self::TooLarge,
        }
    }
}

/// The two parts of `user`: `USER`, `USER:GROUP`, `:GROUP`.
pub(super) fn user_and_group(text: &str) -> (Id<'_>, Id<'_>) {
    let (user, group) = text.split_once(':').unwrap_or((text, ""));
    (Id::read(user), Id::read(group))
}

/// The number of a user, and whose word that is.
pub(super) fn of_user(id: Id<'_>, profile: Option<&Profile>) -> Option<(i64, Evidence)> {
    match id {
        Id::Number(number) => Some((number, Evidence::Compose)),
        Id::Name("root") => Some((0, Evidence::Compose)),
        Id::Name(name) => {
            let known = profile.filter(|profile| profile.user.name == name);
            let number = known.and_then(|profile| Some((profile.user.uid?, trust(profile))));
            number.or_else(|| (name == "nobody").then_some((NOBODY, Evidence::Catalogue)))
        }
        Id::Absent | Id::TooLarge => None,
    }
}

/// The number of a group, and whose word that is. The group of a service has the name of its user nearly everywhere.
pub(super) fn of_group(id: Id<'_>, profile: Option<&Profile>) -> Option<(i64, Evidence)> {
    match id {
        Id::Number(number) => Some((number, Evidence::Compose)),
        Id::Name("root") => Some((0, Evidence::Compose)),
        Id::Name("nogroup") => Some((NOBODY, Evidence::Catalogue)),
        Id::Name(name) => {
            let known = profile.filter(|profile| profile.user.name == name && !profile.group_zero);
            known.and_then(|profile| Some((profile.user.gid?, trust(profile))))
        }
        Id::Absent | Id::TooLarge => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Evidence, Id, of_group, of_user, user_and_group};
    use crate::mapping::images::{Confidence, Profile, User};

    #[test]
    fn both_parts_are_read() {
        let cases = [
            ("", (Id::Absent, Id::Absent)),
            ("1000", (Id::Number(1000), Id::Absent)),
            ("1000:", (Id::Number(1000), Id::Absent)),
            ("1000:0", (Id::Number(1000), Id::Number(0))),
            (":33", (Id::Absent, Id::Number(33))),
            ("node:docker", (Id::Name("node"), Id::Name("docker"))),
            ("2147483647", (Id::Number(2_147_483_647), Id::Absent)),
            ("2147483648:99999999999999999999", (Id::TooLarge, Id::TooLarge)),
            ("-1", (Id::Name("-1"), Id::Absent)),
        ];
        for (text, expected) in cases {
            assert_eq!(user_and_group(text), expected, "{text}");
        }
    }

    #[test]
    fn names_are_looked_up_in_the_profile() {
        let user = User { uid: Some(70), gid: Some(71), name: "postgres".to_owned() };
        let profile = Profile { user, confidence: Confidence::Read, ..Profile::default() };
        assert_eq!(of_user(Id::Name("postgres"), Some(&profile)), Some((70, Evidence::Catalogue)));
        assert_eq!(of_group(Id::Name("postgres"), Some(&profile)), Some((71, Evidence::Catalogue)));
        assert_eq!(of_user(Id::Name("postgres"), None), None);
        assert_eq!(of_user(Id::Name("root"), None), Some((0, Evidence::Compose)));
        assert_eq!(of_user(Id::Name("nobody"), Some(&profile)), Some((65_534, Evidence::Catalogue)));
        assert_eq!(of_group(Id::Name("docker"), Some(&profile)), None);
    }
}
