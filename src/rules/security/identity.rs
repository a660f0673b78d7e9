//! Who a container runs as in the end, and how anyone knows.
//!
//! In: Compose, the policy, the profile of the image, the level. Out: an [`Identity`]. A number of Compose wins, then
//! one of the policy; an image is only started as another user where the evidence suffices for the level.

use crate::mapping::images::{Profile, StartsAs, StepsDown};
use crate::mapping::security::Security;
use crate::mapping::versions;
use crate::plan::decision::Evidence;
use crate::policy::Hardening;
use crate::rules::Context;
use crate::rules::security::evidence::{suffices, trust};
use crate::rules::security::number::{Id, of_group, of_user, user_and_group};
use crate::rules::security::{host, program, sets};
use crate::rules::subject::Subject;
use crate::source::path::ComposePath;

/// The number for a user that may be any.
const ANY_USER: i64 = 1000;
/// What Pod Security makes of users in a Pod that has its own.
const OWN_USERS: &str = "user-namespaces-relax-pod-security";

/// A user, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// One that is not root, by its number.
    User(i64),
    /// One that is not root, whose number nobody has read.
    Named,
    /// Root, at least at the start.
    Root,
    /// Nobody knows.
    Unknown,
}

/// Why it is that user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Compose or the policy names it.
    Said,
    /// The image starts as it, and nothing else is known to work.
    OfImage,
    /// The image works when it is started as it.
    Works,
    /// The image would leave root by itself, but with this key Compose replaces the program that does so.
    ProgramReplaced(&'static str),
    /// It has to stay root, because of this.
    NeedsRoot(&'static str),
    /// Whoever it is, it is nobody outside of its Pod.
    OwnUsers,
    /// Something has to be written at this level, and nobody knows whether it works.
    Assumed,
}

/// Who a container runs as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// The user.
    pub(super) who: Who,
    /// The primary group, if it is known.
    pub(super) group: Option<i64>,
    /// Whether the manifests say so; if not, it is left to the image.
    pub(super) is_written: bool,
    /// How good the reason is.
    pub(super) evidence: Evidence,
    /// The lines it follows from.
    pub(super) because: Vec<ComposePath>,
    /// The reason.
    pub(super) reason: Reason,
}

impl Identity {
    /// Whether the process is known not to be root.
    pub(super) fn is_not_root(&self) -> bool {
        matches!(self.who, Who::User(_) | Who::Named)
    }
}

/// Who the container of a service runs as.
pub(super) fn of(subject: &Subject<'_>, cx: &Context<'_>) -> Identity {
    let (user, group) = said(subject);
    let mut identity = match user {
        Some(identity) => identity,
        None => of_image(subject, cx),
    };
    if let Some(group) = group {
        identity.group = Some(group);
        // A group can only be written beside a user.
        identity.is_written |= matches!(identity.who, Who::User(_) | Who::Root);
    }
    identity
}

/// What Compose says, and the policy where Compose gives no number.
fn said(subject: &Subject<'_>) -> (Option<Identity>, Option<i64>) {
    let profile = subject.profile();
    let identity = |(number, evidence): (i64, Evidence), because: Vec<ComposePath>| Identity {
        who: if number == 0 { Who::Root } else { Who::User(number) },
        group: None,
        is_written: true,
        evidence,
        because,
        reason: Reason::Said,
    };
    let number = |id| if let Id::Number(number) = id { Some(number) } else { None };
    let (user, group) = user_and_group(&subject.container.user);
    let group = of_group(group, profile).map(|(group, _)| group);
    if let Some(known) = of_user(user, profile) {
        return (Some(identity(known, vec![subject.at("user")])), group);
    }
    let (policy_user, policy_group) = user_and_group(subject.policy.user.as_deref().unwrap_or_default());
    let by_policy = number(policy_user).map(|user| identity((user, Evidence::Policy), Vec::new()));
    // The group of a user that nobody can name must not end up beside another one.
    let has_its_user = by_policy.is_some() || user == Id::Absent;
    let group = group.or_else(|| number(policy_group)).filter(|_| has_its_user);
    (by_policy, group)
}

/// What follows from the image and the level.
fn of_image(subject: &Subject<'_>, cx: &Context<'_>) -> Identity {
    let left = left_to_image(subject);
    if subject.hardening == Hardening::Compatible {
        return left;
    }
    if !left.is_not_root()
        && let Some(why) = needs_root(subject, cx)
    {
        return Identity { reason: Reason::NeedsRoot(why), ..left };
    }
    if let Some((number, profile)) = fitting(subject) {
        let starts_as_root = profile.starts_as != Some(StartsAs::User);
        let replaced = program::replaced_by(subject).filter(|_| starts_as_root);
        // What an image writes at its start beside its volumes belongs to root where it starts as root.
        let is_doubtful = replaced.is_some() || (starts_as_root && program::renders(subject).is_some());
        let evidence = if is_doubtful { Evidence::Assumed } else { trust(profile) };
        if suffices("non-root", evidence, subject.hardening) {
            let reason = if evidence == Evidence::Assumed { Reason::Assumed } else { Reason::Works };
            let (who, group) = (Who::User(number), group_of(profile));
            return Identity { who, group, is_written: true, evidence, reason, ..left };
        }
        if let Some(key) = replaced.filter(|_| profile.root_steps_down == Some(StepsDown::Entrypoint)) {
            return Identity { reason: Reason::ProgramReplaced(key), ..left };
        }
    }
    if subject.hardening == Hardening::Restricted {
        return of_nobody(subject, cx, left);
    }
    // Users of its own cost a Pod nothing, and make root in it nobody outside.
    let has_own = versions::has(OWN_USERS, cx.policy.kubernetes) && host::may_have_own_users(subject, cx);
    match left.who {
        Who::Root | Who::Named | Who::Unknown
            if has_own && suffices("own-users", Evidence::Default, subject.hardening) =>
        {
            Identity { reason: Reason::OwnUsers, ..left }
        }
        Who::User(_) | Who::Root | Who::Named | Who::Unknown => left,
    }
}

/// What the image does by itself.
fn left_to_image(subject: &Subject<'_>) -> Identity {
    let profile = subject.profile();
    let who = match profile.map(|profile| (profile.starts_as, profile.user.uid)) {
        Some((Some(StartsAs::User), Some(number))) if number != 0 => Who::User(number),
        Some((Some(StartsAs::User), _)) => Who::Named,
        Some((Some(StartsAs::Root), _)) => Who::Root,
        Some((None, _)) | None => Who::Unknown,
    };
    let is_user = matches!(who, Who::User(_));
    Identity {
        who,
        group: profile.filter(|_| is_user).and_then(group_of),
        is_written: false,
        evidence: profile.map_or(Evidence::Assumed, trust),
        because: vec![subject.at("image")],
        reason: Reason::OfImage,
    }
}

/// Why a container that starts as root has to stay root.
fn needs_root(subject: &Subject<'_>, cx: &Context<'_>) -> Option<&'static str> {
    let (container, profile) = (subject.container, subject.profile());
    let usual = &Security::embedded().capabilities.default;
    let leaves_root = profile.is_some_and(|profile| profile.root_steps_down == Some(StepsDown::Entrypoint));
    if container.privileged {
        Some("as it is privileged")
    } else if sets::known(&container.cap_add).iter().any(|name| !usual.contains(name)) {
        Some("as `cap_add` gives it rights that only root can use")
    } else if profile.is_some_and(|profile| profile.runs_as_user == Some(false)) {
        Some("as this image is known to need root")
    } else if host::shares_namespaces(container) || (!leaves_root && host::uses_files(container, cx)) {
        Some("as it works on its node")
    } else {
        None
    }
}

/// The user that the image can be started as.
fn fitting<'s>(subject: &'s Subject<'_>) -> Option<(i64, &'s Profile)> {
    let profile = subject.profile()?;
    let works = profile.runs_as_user == Some(true) || profile.starts_as == Some(StartsAs::User);
    let own = profile.user.uid.filter(|number| *number != 0);
    // An image without ports is a box of tools, and what it works as depends on the command.
    let is_server = !profile.ports.is_empty();
    let number = match own {
        Some(number) if works => Some(number),
        Some(_) | None if profile.any_uid && is_server => Some(own.unwrap_or(ANY_USER)),
        Some(_) | None => None,
    };
    number.map(|number| (number, profile))
}

/// The group belongs to the user, unless group 0 is how the image opens its files to any user.
fn group_of(profile: &Profile) -> Option<i64> {
    match (profile.group_zero, profile.any_uid) {
        (true, true) => Some(0),
        (true, false) => None,
        (false, _) => profile.user.gid,
    }
}

/// At `restricted` a user has to be there even if nobody knows one.
fn of_nobody(subject: &Subject<'_>, cx: &Context<'_>, left: Identity) -> Identity {
    if !host::may_have_own_users(subject, cx) {
        return Identity { reason: Reason::NeedsRoot("as it works on its node"), ..left };
    }
    if versions::has(OWN_USERS, cx.policy.kubernetes) {
        return Identity { evidence: Evidence::Assumed, reason: Reason::OwnUsers, ..left };
    }
    let who = Who::User(ANY_USER);
    Identity {
        who,
        group: None,
        is_written: true,
        evidence: Evidence::Assumed,
        reason: Reason::Assumed,
        ..left
    }
}
