//! Which program a container starts: the one of its image, or another one that Compose names.
//!
//! In: `entrypoint`, `command`, mounts and variables. Out: the key because of which what is known of the image's own
//! program does not hold.

use crate::compose::model::container::Container;
use crate::mapping::images::{Profile, StepsDown};
use crate::mapping::probes::ProbeTable;
use crate::rules::health::serving::serves;
use crate::rules::security::paths::is_within;
use crate::rules::subject::Subject;

/// The script that many images start with; it looks at the words behind it.
const USUAL_SCRIPT: &str = "docker-entrypoint.sh";
/// Variables with this beginning direct what nginx makes of its templates, wherever those come from.
const OF_TEMPLATES: &str = "NGINX_ENVSUBST_";

/// The key with which Compose starts another program than the image would, so that what is known of the image's does
/// not count.
pub(super) fn replaced_by(subject: &Subject<'_>) -> Option<&'static str> {
    replaced(subject.container, subject.profile())
}

fn replaced(container: &Container, profile: Option<&Profile>) -> Option<&'static str> {
    let entrypoint = container.entrypoint.0.as_deref();
    let (script, behind) = match entrypoint.map(<[String]>::split_first) {
        None => (None, <&[String]>::default()),
        Some(None) => return Some("entrypoint"),
        Some(Some((script, behind))) => (Some(base_name(script)), behind),
    };
    if script.is_some_and(|script| script != USUAL_SCRIPT) {
        return Some("entrypoint");
    }
    let key = if behind.is_empty() { "command" } else { "entrypoint" };
    let words = if behind.is_empty() { container.command.0.as_deref() } else { Some(behind) };
    profile.is_some_and(|profile| is_another(words, profile)).then_some(key)
}

/// Whether an entrypoint that is kept is told to run something that it does not leave root for.
fn is_another(words: Option<&[String]>, profile: &Profile) -> bool {
    let first = words.and_then(<[String]>::first).map_or("", |word| base_name(word));
    match profile.root_steps_down {
        Some(StepsDown::Entrypoint) => {
            !serves(words, &profile.family) && !profile.programs.iter().any(|own| own == first)
        }
        // The process of root starts its workers under a shell as well, but nobody knows what else the shell does.
        Some(StepsDown::Workers) => ProbeTable::embedded().is_shell(first),
        // What leaves root by no means does not do so under another program either.
        Some(StepsDown::Never) | None => false,
    }
}

/// Whether Compose has the container start with a shell, of which nobody knows what it writes.
pub(super) fn starts_with_shell(container: &Container) -> bool {
    let lines = [&container.entrypoint.0, &container.command.0];
    let mut firsts = lines.into_iter().filter_map(|words| words.as_deref().and_then(<[String]>::first));
    firsts.any(|first| ProbeTable::embedded().is_shell(base_name(first)))
}

/// The key that has the image make configuration out of templates when it starts, beside its read-only parts.
pub(super) fn renders(subject: &Subject<'_>) -> Option<&'static str> {
    rendered(subject.container, subject.profile()?)
}

fn rendered(container: &Container, profile: &Profile) -> Option<&'static str> {
    let of = |key, targets: Vec<&str>| {
        let is_source = |target: &&str| profile.renders.iter().any(|folder| is_within(target, folder));
        targets.iter().any(is_source).then_some(key)
    };
    let is_directed = !profile.renders.is_empty()
        && container.environment.0.keys().any(|name| name.starts_with(OF_TEMPLATES));
    of("volumes", container.volumes.iter().map(|mount| mount.target.as_str()).collect())
        .or_else(|| of("configs", container.configs.iter().map(|file| file.target.as_str()).collect()))
        .or_else(|| of("secrets", container.secrets.iter().map(|file| file.target.as_str()).collect()))
        .or_else(|| is_directed.then_some("environment"))
}

/// Every word of `entrypoint` and `command`, also of the text that a shell is given, without its folders; with its key.
pub(super) fn words(container: &Container) -> impl Iterator<Item = (&'static str, &str)> {
    let lines = [("entrypoint", &container.entrypoint.0), ("command", &container.command.0)];
    let is_between = |char: char| char.is_whitespace() || ";|&()\"'`".contains(char);
    let words = lines.into_iter().flat_map(|(key, line)| line.iter().flatten().map(move |word| (key, word)));
    words.flat_map(move |(key, word)| word.split(is_between).map(move |part| (key, base_name(part))))
}

fn base_name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::{rendered, replaced, starts_with_shell, words};
    use crate::compose::model::container::Container;
    use crate::compose::model::mount::Mount;
    use crate::mapping::images::Images;

    fn container(entrypoint: Option<&str>, command: Option<&str>) -> Container {
        let line = |text: &str| text.split('|').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let mut container = Container::default();
        container.entrypoint.0 = entrypoint.map(line);
        container.command.0 = command.map(line);
        container
    }

    #[test]
    fn the_program_is_the_image_s_or_another() {
        let cases = [
            ("redis:7", None, None, None),
            ("redis:7", None, Some(""), None),
            ("redis:7", None, Some("redis-server|--appendonly|yes"), None),
            ("redis:7", None, Some("--appendonly|yes"), None),
            ("redis:7", None, Some("sh|-c|redis-server --save 60"), Some("command")),
            ("valkey/valkey:8", None, Some("sh|-c|valkey-server"), Some("command")),
            ("redis:7", Some("docker-entrypoint.sh"), Some("sh|-c|x"), Some("command")),
            ("redis:7", Some("/usr/local/bin/docker-entrypoint.sh|bash"), None, Some("entrypoint")),
            ("redis:7", Some("/bin/sh|-c"), Some("redis-server"), Some("entrypoint")),
            ("redis:7", Some(""), Some("redis-server"), Some("entrypoint")),
            ("flink:1", None, Some("taskmanager"), None),
            ("zookeeper:3.9", None, Some("zkServer.sh|start-foreground"), None),
            ("nginx:1", None, Some("nginx|-g|daemon off;"), None),
            ("nginx:1", None, Some("/bin/bash|-c|envsubst"), Some("command")),
            ("node:22", None, Some("sh|-c|npm start"), None),
            ("example.com/app", None, Some("sh|-c|x"), None),
        ];
        for (image, entrypoint, command, expected) in cases {
            let profile = Images::embedded().find(image);
            let container = container(entrypoint, command);
            assert_eq!(replaced(&container, profile.as_ref()), expected, "{image} {command:?}");
        }
    }

    #[test]
    fn shells_are_recognised_where_they_start() {
        assert!(starts_with_shell(&container(None, Some("/bin/sh|-c|x"))));
        assert!(starts_with_shell(&container(Some("bash"), None)));
        assert!(!starts_with_shell(&container(Some("tini|--"), Some("app|sh"))));
    }

    #[test]
    fn templates_are_rendered_from_mounts_and_by_variables() {
        let nginx = Images::embedded().find("nginx:1").unwrap();
        let mounted = |target: &str| {
            let mut container = Container::default();
            container.volumes.push(Mount { target: target.to_owned(), ..Mount::default() });
            rendered(&container, &nginx)
        };
        assert_eq!(mounted("/etc/nginx/templates/"), Some("volumes"));
        assert_eq!(mounted("/etc/nginx/templates/default.conf.template"), Some("volumes"));
        assert_eq!(mounted("/etc/nginx/conf.d"), None);
        assert_eq!(rendered(&Container::default(), &nginx), None);
    }

    #[test]
    fn words_inside_of_shell_text_count() {
        let container = container(Some("/usr/bin/sudo|-E"), Some("sh|-c|a; (su-exec b)"));
        let found: Vec<_> = words(&container).filter(|(_, word)| word.starts_with("su")).collect();
        assert_eq!(found, [("entrypoint", "sudo"), ("command", "su-exec")]);
    }
}
