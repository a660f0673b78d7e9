//! `user`: numbers for the user and the group, and no root wherever the evidence allows.
//!
//! Root is only forbidden where a number is written that is not 0, as the kubelet refuses everything else.

use k8s_openapi::api::core::v1::EnvVar;

use crate::finding::Severity;
use crate::mapping::images::StartsAs;
use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, PodSetting, Setting};
use crate::policy::Hardening;
use crate::rules::draft::Draft;
use crate::rules::escape::escape;
use crate::rules::security::identity::{self, Identity, Reason, Who};
use crate::rules::security::number::{Id, of_group, of_user, user_and_group};
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

/// Sets the user, the group, and whether root is refused.
pub(super) struct RunAs;

impl Rule for RunAs {
    fn id(&self) -> &'static str {
        "user"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let identity = identity::of(subject, cx);
        write(subject, &identity, out);
        environment(subject, &identity, out);
        tell(subject, &identity, out);
        close(subject, &identity, out);
    }
}

fn write(subject: &Subject<'_>, identity: &Identity, out: &mut Draft<'_>) {
    let mut settings = Vec::new();
    match identity.who {
        Who::User(number) => {
            settings.extend([ContainerSetting::User(number), ContainerSetting::NonRoot(true)])
        }
        Who::Root => settings.push(ContainerSetting::User(0)),
        Who::Named | Who::Unknown => {}
    }
    settings.extend(identity.group.map(ContainerSetting::Group));
    for setting in settings.into_iter().filter(|_| identity.is_written) {
        let target = subject.container_target();
        out.decide(target, Setting::Container(setting), identity.evidence, &identity.because);
    }
    if identity.reason == Reason::OwnUsers {
        let setting = Setting::Pod(PodSetting::HostUsers(false));
        out.decide(subject.workload_target(), setting, identity.evidence, &identity.because);
    }
}

/// What the image has to be told when it is not started as root.
fn environment(subject: &Subject<'_>, identity: &Identity, out: &mut Draft<'_>) {
    let is_switched = matches!(identity.reason, Reason::Works | Reason::Assumed);
    let profile =
        subject.profile().filter(|profile| is_switched && profile.starts_as == Some(StartsAs::Root));
    let wanted = profile.into_iter().flat_map(|profile| &profile.as_user_environment);
    for (name, value) in wanted.filter(|(name, _)| !subject.container.environment.0.contains_key(*name)) {
        let variable = EnvVar { name: name.clone(), value: Some(escape(value)), ..EnvVar::default() };
        let setting = Setting::Container(ContainerSetting::Env(Box::new(variable)));
        out.decide(subject.container_target(), setting, Evidence::Catalogue, &[subject.at("image")]);
    }
}

fn tell(subject: &Subject<'_>, identity: &Identity, out: &mut Draft<'_>) {
    let image = subject.at("image");
    let is_strict = subject.hardening == Hardening::Restricted;
    match identity.reason {
        Reason::Said if is_strict && identity.who == Who::Root => {
            let title = "stays root, as the project says, so that the Pod does not meet *restricted*";
            out.find_as(Severity::Note, &subject.at("user"), title, "");
        }
        Reason::ProgramReplaced(key) => {
            let title =
                format!("stays root, as `{key}` replaces the program of the image that would leave root");
            out.find(&subject.at(key), &title);
        }
        Reason::NeedsRoot(why) if is_strict => {
            let title = format!("stays the user that the image starts as, {why}");
            out.find_as(Severity::Note, &image, &title, "the Pod may not meet *restricted*");
        }
        Reason::OwnUsers if is_strict => {
            let why = match identity.who {
                Who::Root => "it starts as root",
                Who::Named => "nobody has read the number of its user",
                Who::User(_) | Who::Unknown => "nobody knows its user",
            };
            let title = format!("{why}, so that its Pod gets users of its own");
            out.find_as(
                Severity::Note,
                &image,
                &title,
                "whoever it is in there, it is nobody outside of the Pod",
            );
        }
        Reason::Assumed => {
            if let Who::User(number) = identity.who {
                let title = format!("it may not start, as nobody knows whether it works as user {number}");
                out.find(&image, &title);
            }
        }
        Reason::Said | Reason::OfImage | Reason::Works | Reason::OwnUsers | Reason::NeedsRoot(_) => {}
    }
}

fn close(subject: &Subject<'_>, identity: &Identity, out: &mut Draft<'_>) {
    let (path, profile) = (subject.at("user"), subject.profile());
    let (user, group) = user_and_group(&subject.container.user);
    let is_user_known = of_user(user, profile).is_some();
    let is_group_known = of_group(group, profile).is_some();
    match (user, group) {
        (Id::TooLarge, _) | (_, Id::TooLarge) => {
            let says = "the largest number of a user or a group is 2147483647, in Docker too";
            out.manual_quietly(&path, says);
            out.find_as(Severity::Error, &path, says, "");
        }
        (Id::Name(name), _) if !is_user_known && identity.reason == Reason::Said => {
            let says =
                format!("Kubernetes takes no names; the number of `{name}` is the one that the policy gives");
            out.approximated_as(&path, &says);
        }
        (Id::Name(name), _) if !is_user_known => {
            let says = format!("{}, as nobody has read which number `{name}` has", instead(identity));
            out.manual_quietly(&path, &says);
            let help = format!(
                "write the numbers that `id {name}` prints in the image into `services.{}.user` in cutover.yaml, as \
                 `USER:GROUP`: Kubernetes takes no names",
                subject.name
            );
            out.find_with(Severity::Warning, &path, &says, &help);
        }
        (_, Id::Name(name)) if !is_group_known => {
            let says = format!("the group `{name}` is left out, as nobody has read which number it has");
            out.approximated_as(&path, &says);
            out.find(&path, &says);
        }
        (Id::Absent, Id::Number(_) | Id::Name(_)) if !identity.is_written => {
            out.manual_as(&path, "Kubernetes takes a group only beside a user, whose number nobody has read");
        }
        (Id::Absent | Id::Number(_) | Id::Name(_), Id::Absent | Id::Number(_) | Id::Name(_)) => {
            out.translated(&path);
        }
    }
}

/// Who a container runs as that should run as a user of whom only the name is known.
fn instead(identity: &Identity) -> String {
    match identity.who {
        Who::User(number) if identity.is_written => format!("the Pod runs as user {number} instead"),
        Who::User(_) | Who::Named => "the Pod runs as the image's own user instead".to_owned(),
        Who::Root => "the Pod runs as the image's own user instead, which is root".to_owned(),
        Who::Unknown => "the Pod runs as the image's own user instead, which may be root".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::instead;
    use crate::plan::decision::Evidence;
    use crate::rules::security::identity::{Identity, Reason, Who};

    #[test]
    fn whoever_takes_the_place_of_a_name_is_named() {
        let identity = |who, is_written| Identity {
            who,
            group: None,
            is_written,
            evidence: Evidence::Assumed,
            because: Vec::new(),
            reason: Reason::OfImage,
        };
        let cases = [
            (Who::User(1000), true, "user 1000"),
            (Who::User(1000), false, "own user"),
            (Who::Root, false, "is root"),
            (Who::Unknown, false, "may be root"),
        ];
        for (who, is_written, expected) in cases {
            assert!(instead(&identity(who, is_written)).contains(expected), "{who:?}");
        }
    }
}
