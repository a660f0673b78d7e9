//! Which capabilities a container loses and gains: Docker's usual set, what Compose says, what the image needs.
//!
//! In: the two lists of Compose and who the container runs as. Out: the two lists of Kubernetes. Docker adds after it
//! drops, containerd drops after it adds, so that no name may stand in both lists.

use std::collections::BTreeSet;

use crate::mapping::security::{Capabilities, Security, capability};
use crate::plan::decision::Evidence;
use crate::policy::Hardening;
use crate::rules::security::evidence::{suffices, trust};
use crate::rules::security::identity::Identity;
use crate::rules::security::program;
use crate::rules::subject::Subject;

/// All capabilities.
pub(super) const ALL: &str = "ALL";
/// The one that Pod Security allows at *restricted*.
pub(super) const LOW_PORTS: &str = "NET_BIND_SERVICE";

/// What a container loses and gains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sets {
    /// What it loses.
    pub(super) drop: BTreeSet<String>,
    /// What it gains.
    pub(super) add: BTreeSet<String>,
}

/// What a container has before Compose's lists count.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ground {
    /// Docker's usual set.
    Usual,
    /// Nothing but what its image needs.
    Nothing {
        /// What that is.
        needs: BTreeSet<String>,
        /// Whether the process is root; others get no use of most capabilities.
        is_root: bool,
    },
}

/// The capabilities among names, as Kubernetes spells them.
pub(super) fn known(names: &[String]) -> BTreeSet<String> {
    let capabilities = &Security::embedded().capabilities;
    names.iter().map(|name| capability(name)).filter(|name| capabilities.is_known(name)).collect()
}

/// What a container loses and gains, and how good the reason is where it is not Compose.
pub(super) fn of(subject: &Subject<'_>, identity: &Identity) -> (Sets, Evidence) {
    let (ground, evidence) = ground(subject, identity);
    let (add, drop) = (known(&subject.container.cap_add), known(&subject.container.cap_drop));
    (combine(&add, &drop, &ground), evidence)
}

fn ground(subject: &Subject<'_>, identity: &Identity) -> (Ground, Evidence) {
    let (profile, level) = (subject.profile(), subject.hardening);
    if level == Hardening::Compatible {
        return (Ground::Usual, Evidence::Compose);
    }
    // A file that carries capabilities cannot even be started where one of them is missing.
    let of_files: BTreeSet<String> =
        profile.map(|profile| profile.file_capabilities.iter().cloned().collect()).unwrap_or_default();
    if identity.is_not_root() && suffices("drop-all", identity.evidence, level) {
        return (Ground::Nothing { needs: of_files, is_root: false }, identity.evidence);
    }
    let listed = profile.and_then(|profile| Some((profile, profile.capabilities.as_ref()?)));
    let all = |needed: &[String]| -> BTreeSet<String> { of_files.iter().chain(needed).cloned().collect() };
    let is_image_of_use = |needs: &Vec<String>| match needs.as_slice() {
        // What needs nothing under its own program needs nothing under another one either, unless that changes users.
        [] => !changes_rights(subject),
        _ => program::replaced_by(subject).is_none(),
    };
    if let Some((profile, needs)) = listed.filter(|(_, needs)| is_image_of_use(needs)) {
        let evidence = trust(profile);
        if suffices("drop-all", evidence, level) {
            return (Ground::Nothing { needs: all(needs), is_root: true }, evidence);
        }
    }
    if level == Hardening::Restricted {
        let needs = all(listed.map(|(_, needs)| needs.as_slice()).unwrap_or_default());
        return (Ground::Nothing { needs, is_root: true }, Evidence::Assumed);
    }
    (Ground::Usual, Evidence::Compose)
}

/// Programs that need capabilities whatever image they are in.
const CHANGES_RIGHTS: &[&str] = &[
    "adduser", "apk", "apt", "apt-get", "chgrp", "chown", "chroot", "cron", "crond", "dnf", "dpkg", "gosu",
    "ip", "iptables", "mknod", "mount", "ping", "runuser", "setpriv", "sshd", "su", "su-exec", "sudo",
    "tcpdump", "useradd", "yum",
];

/// Whether the command line that Compose writes runs such a program, or a script of which nobody knows what it runs.
fn changes_rights(subject: &Subject<'_>) -> bool {
    let mut words = program::words(subject.container);
    words.any(|(_, word)| CHANGES_RIGHTS.contains(&word) || word.ends_with(".sh"))
}

fn combine(add: &BTreeSet<String>, drop: &BTreeSet<String>, ground: &Ground) -> Sets {
    let all = || BTreeSet::from([ALL.to_owned()]);
    if add.contains(ALL) {
        let drop = drop.iter().filter(|name| name.as_str() != ALL).cloned().collect();
        return Sets { drop, add: all() };
    }
    let Capabilities { default: usual, baseline, .. } = &Security::embedded().capabilities;
    match ground {
        Ground::Nothing { needs, is_root } => {
            // Beyond *baseline* somebody meant it: files such as those of ping and tcpdump give it to any user.
            let is_of_use =
                |name: &&String| *is_root || !baseline.contains(*name) || name.as_str() == LOW_PORTS;
            let is_dropped = |name: &str| drop.contains(ALL) || drop.contains(name);
            let needed = needs.iter().filter(|name| !is_dropped(name));
            Sets { drop: all(), add: add.iter().filter(is_of_use).chain(needed).cloned().collect() }
        }
        Ground::Usual if drop.contains(ALL) => Sets { drop: all(), add: add.clone() },
        Ground::Usual => Sets {
            drop: drop.difference(add).cloned().collect(),
            add: add.iter().filter(|name| !usual.contains(*name)).cloned().collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Ground, combine, known};

    fn set(names: &str) -> BTreeSet<String> {
        names.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn names_are_spelled_as_kubernetes_does() {
        let names = ["cap_net_admin", "Chown", "all", "NET_ADMIM"].map(str::to_owned);
        assert_eq!(known(&names), set("ALL CHOWN NET_ADMIN"));
    }

    #[test]
    fn the_lists_of_compose_have_the_same_effect() {
        let root = || Ground::Nothing { needs: set("CHOWN SETUID"), is_root: true };
        let user = || Ground::Nothing { needs: set("NET_BIND_SERVICE"), is_root: false };
        let cases = [
            ("", "", Ground::Usual, "", ""),
            ("NET_ADMIN CHOWN", "", Ground::Usual, "", "NET_ADMIN"),
            ("NET_RAW", "NET_RAW MKNOD", Ground::Usual, "MKNOD", ""),
            ("CHOWN", "ALL", Ground::Usual, "ALL", "CHOWN"),
            ("ALL", "ALL MKNOD", Ground::Usual, "MKNOD", "ALL"),
            ("", "", root(), "ALL", "CHOWN SETUID"),
            ("NET_ADMIN", "CHOWN", root(), "ALL", "NET_ADMIN SETUID"),
            ("KILL", "ALL", root(), "ALL", "KILL"),
            ("CHOWN NET_ADMIN", "", user(), "ALL", "NET_ADMIN NET_BIND_SERVICE"),
            ("KILL NET_RAW", "ALL", user(), "ALL", "NET_RAW"),
        ];
        for (add, drop, ground, dropped, added) in cases {
            let sets = combine(&set(add), &set(drop), &ground);
            assert_eq!(
                (sets.drop, sets.add),
                (set(dropped), set(added)),
                "add {add}, drop {drop}, {ground:?}"
            );
        }
    }
}
