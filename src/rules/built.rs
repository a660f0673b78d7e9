//! What is known about an image that Compose builds: what is known about its base, as far as its Dockerfile leaves it.
//!
//! In: what a Dockerfile says. Out: a profile no surer than *deduced*, as nobody has run it.

use crate::facts::dockerfile::Built;
use crate::mapping::images::{Confidence, Data, Images, Port, Profile, StartsAs, StepsDown, User};

/// The profile of an image that is built so.
#[must_use]
pub fn profile(built: &Built, images: &Images) -> Option<Profile> {
    let base = match built.base.as_deref() {
        Some("scratch") => Some(scratch()),
        Some(base) => images.find(base),
        None => None,
    };
    // Of an unknown base only what the Dockerfile itself says is known.
    if base.is_none() && built.user.is_none() {
        return None;
    }
    let mut profile = base.unwrap_or_default();
    profile.confidence = profile.confidence.min(Confidence::Deduced);
    profile.source = "the Dockerfile of the service".to_owned();
    programs(&mut profile, built);
    user(&mut profile, built);
    ports_and_folders(&mut profile, built);
    Some(profile)
}

/// Nothing but what is copied into it: one program that was compiled elsewhere.
fn scratch() -> Profile {
    Profile {
        family: "scratch".to_owned(),
        starts_as: Some(StartsAs::Root),
        capabilities: Some(Vec::new()),
        confidence: Confidence::Deduced,
        ..Profile::default()
    }
}

/// Another program than that of the base: what was known about users, rights and checks need not hold for it.
fn programs(profile: &mut Profile, built: &Built) {
    let words = || built.entrypoint.iter().chain(&built.command).flatten();
    let is_script = |word: &String| word.split(char::is_whitespace).any(|part| part.ends_with(".sh"));
    if built.entrypoint.is_some() && profile.root_steps_down == Some(StepsDown::Entrypoint) {
        profile.root_steps_down = Some(StepsDown::Never);
        profile.runs_as_user = None;
        profile.capabilities = None;
        profile.read_only_root = None;
    }
    // A script may change users and owners, and a file with capabilities needs them.
    if words().any(is_script) || built.sets_capabilities {
        profile.capabilities = None;
        profile.read_only_root = None;
    }
    if let Some(signal) = &built.stop_signal {
        profile.stop_signal.clone_from(signal);
    }
}

fn user(profile: &mut Profile, built: &Built) {
    let Some(written) = &built.user else { return };
    let (name, group) = written.split_once(':').unwrap_or((written, ""));
    let of_base = Some(&profile.user).filter(|user| user.name == name && !name.is_empty());
    let uid = match name {
        "root" => Some(0),
        name => {
            name.parse().ok().or_else(|| built.users.get(name).copied()).or(of_base.and_then(|user| user.uid))
        }
    };
    let gid = group.parse().ok().or(of_base.and_then(|user| user.gid));
    let is_root = uid == Some(0);
    profile.user = User { uid, gid, name: name.to_owned() };
    profile.starts_as = Some(if is_root { StartsAs::Root } else { StartsAs::User });
    if !is_root {
        profile.runs_as_user = uid.map(|_| true);
        profile.root_steps_down = None;
    }
}

fn ports_and_folders(profile: &mut Profile, built: &Built) {
    for written in &built.exposed {
        let (number, protocol) = written.split_once('/').unwrap_or((written, "tcp"));
        let Ok(port) = number.parse() else { continue };
        if !profile.ports.iter().any(|known| known.port == port) {
            let protocol = protocol.to_ascii_lowercase();
            profile.ports.push(Port { port, protocol, purpose: String::new() });
        }
    }
    for path in &built.volumes {
        if !profile.data.iter().any(|known| known.path == *path) {
            profile.data.push(Data { path: path.clone(), size: String::new() });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::profile;
    use crate::facts::dockerfile::read;
    use crate::mapping::images::{Images, Profile, StartsAs};

    fn of(text: &str) -> Option<Profile> {
        profile(&read(text, "", &BTreeMap::new()).unwrap(), Images::embedded())
    }

    #[test]
    fn an_application_on_a_runtime_needs_nothing() {
        let built = of("FROM python:3.13\nEXPOSE 8000\nCMD [\"python\", \"app.py\"]\n").unwrap();
        assert_eq!((built.capabilities, built.ports.len()), (Some(Vec::new()), 1));
        let script = of("FROM python:3.13\nENTRYPOINT [\"./start.sh\"]\n").unwrap();
        assert_eq!(script.capabilities, None);
    }

    #[test]
    fn the_user_is_the_one_that_is_named() {
        let built = of("FROM node:22\nUSER node\n").unwrap();
        assert_eq!((built.user.uid, built.starts_as), (Some(1000), Some(StartsAs::User)));
        let own = of("FROM example.com/own\nRUN useradd -u 1234 app\nUSER app\n").unwrap();
        assert_eq!(own.user.uid, Some(1234));
        let named = of("FROM example.com/own\nUSER app\n").unwrap();
        assert_eq!((named.user.uid, named.runs_as_user), (None, None));
        assert!(of("FROM example.com/own\n").is_none());
    }

    #[test]
    fn content_on_a_server_leaves_it_as_it_is() {
        let built = of("FROM nginx:1.29\nCOPY . /usr/share/nginx/html\n").unwrap();
        assert_eq!(
            (built.family.as_str(), built.user.uid, built.runs_as_user),
            ("nginx", Some(101), Some(true))
        );
    }
}
