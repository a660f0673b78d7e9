//! What is known about images, from `mappings/images/`.
//!
//! In: an image reference. Out: the profile of its family, with what its tag changes. The most specific name wins, and
//! where an image has no tag but a digest, nothing that depends on the tag is taken for known.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::mapping::glob::{literal_length, matches};
use crate::mapping::reference::Reference;
use crate::mapping::security::Security;

/// What is known about the images of one family.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Profile {
    /// Its name.
    pub family: String,
    /// What it is, in a few words.
    pub what: String,
    /// The user of the image's configuration.
    pub starts_as: Option<StartsAs>,
    /// The user that the service itself runs as.
    pub user: User,
    /// Whether the image works when it is started as that user.
    pub runs_as_user: Option<bool>,
    /// Whether it works as any user.
    pub any_uid: bool,
    /// Whether the primary group must stay 0.
    pub group_zero: bool,
    /// How a start as root leaves root.
    pub root_steps_down: Option<StepsDown>,
    /// First words of a command, beside the family's own, with which its entrypoint leaves root.
    pub programs: Vec<String>,
    /// What it needs when it starts as root without any capability; nothing if nobody has looked.
    pub capabilities: Option<Vec<String>>,
    /// What its files need to be started at all.
    pub file_capabilities: Vec<String>,
    /// Whether programs in it gain rights.
    pub needs_escalation: bool,
    /// Ports it listens on.
    pub ports: Vec<Port>,
    /// Folders whose loss is the loss of data.
    pub data: Vec<Data>,
    /// Other paths that are written at run time.
    pub writable: Vec<String>,
    /// Whether it runs with a read-only root once those are mounted.
    pub read_only_root: Option<bool>,
    /// Why it does not.
    pub because: String,
    /// Folders of templates that it makes configuration of when it starts, in places that are read-only otherwise.
    pub renders: Vec<String>,
    /// Whether it keeps data.
    pub stateful: bool,
    /// Variables that it needs to be started as its user.
    pub as_user_environment: BTreeMap<String, String>,
    /// Checks that are known to be good.
    pub probes: Probes,
    /// Where its metrics are.
    pub metrics: Option<Metrics>,
    /// The signal that asks it to stop.
    pub stop_signal: String,
    /// What it needs.
    pub memory: Amount,
    /// What it needs.
    pub cpu: Amount,
    /// Variables that hold credentials.
    pub credentials: Vec<String>,
    /// What this was taken from.
    pub source: String,
    /// How sure it is.
    pub confidence: Confidence,
}

/// The user of an image's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartsAs {
    /// Root.
    Root,
    /// Another one.
    User,
}

/// How a start as root leaves root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepsDown {
    /// The entrypoint starts the service as its user.
    Entrypoint,
    /// A process of root starts workers as their user.
    Workers,
    /// Not at all.
    Never,
}

/// How sure a profile is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Ordinary knowledge that nobody checked.
    #[default]
    Assumed,
    /// Concluded from what was read.
    Deduced,
    /// Read in its source.
    Read,
}

/// A user of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct User {
    /// Its number.
    pub uid: Option<i64>,
    /// The number of its group.
    pub gid: Option<i64>,
    /// Its name.
    pub name: String,
}

/// A port that an image listens on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Its number.
    pub port: u16,
    /// `tcp` or `udp`.
    #[serde(default = "tcp")]
    pub protocol: String,
    /// What for, in one word.
    #[serde(default, rename = "for")]
    pub purpose: String,
}

fn tcp() -> String {
    "tcp".to_owned()
}

/// A folder with data.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Its path.
    pub path: String,
    /// How much room it gets unless someone says otherwise.
    #[serde(default)]
    pub size: String,
}

/// Checks that are known to be good.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Probes {
    /// Whether it can do its work.
    pub readiness: Option<Check>,
    /// Whether it is alive at all.
    pub liveness: Option<Check>,
    /// The least time to give it for a start.
    pub startup_seconds: Option<i64>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// A command that ends with 0.
    Exec(Vec<String>),
    /// A request that is answered.
    Http(Http),
    /// A connection that is accepted.
    Tcp(u16),
    /// A health service that says it serves.
    Grpc(u16),
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// The path.
    pub path: String,
    /// The port.
    pub port: u16,
    /// `HTTP` or `HTTPS`.
    #[serde(default)]
    pub scheme: Option<String>,
}

/// Where metrics are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// The port.
    pub port: u16,
    /// The path.
    pub path: String,
}

/// How much of something it needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Amount {
    /// What is set aside.
    pub request: String,
    /// What it may use at most.
    pub limit: String,
}

/// The profiles of all families.
#[derive(Debug)]
pub struct Images {
    rows: Vec<Row>,
    /// What holds where none of these fits.
    below: Option<&'static Self>,
}

/// A family as it is written; it is understood when an image of it turns up.
#[derive(Debug, Deserialize)]
struct Row {
    names: Vec<String>,
    #[serde(default)]
    variants: Vec<Variant>,
    #[serde(flatten)]
    facts: Map<String, Value>,
}

/// What tags change.
#[derive(Debug, Deserialize)]
struct Variant {
    tags: Vec<String>,
    #[serde(flatten)]
    facts: Map<String, Value>,
}

impl Images {
    /// The embedded table.
    ///
    /// # Panics
    /// If the embedded table is broken, which a test rules out.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static TABLE: LazyLock<Images> = LazyLock::new(|| Images { rows: embedded!("images"), below: None });
        &TABLE
    }

    /// The embedded table below rows of somebody's own, which [`Profile::check`] has found right.
    #[must_use]
    pub fn over_embedded(rows: Vec<Value>) -> Self {
        let rows = rows.into_iter().filter_map(|row| serde_json::from_value(row).ok()).collect();
        Self { rows, below: Some(Self::embedded()) }
    }

    /// The profile of an image by what is written of it.
    #[must_use]
    pub fn find(&self, image: &str) -> Option<Profile> {
        self.profile(&Reference::parse(image).ok()?)
    }

    /// The profile of an image, if its family is known.
    #[must_use]
    pub fn profile(&self, image: &Reference) -> Option<Profile> {
        let row = self.row(&image.familiar())?;
        Profile::of(row, image.effective_tag()).ok()
    }

    fn row(&self, name: &str) -> Option<&Row> {
        let specific = |row: &Row| {
            let fitting = row.names.iter().filter(|pattern| matches(pattern, name));
            fitting.map(|pattern| literal_length(pattern)).max()
        };
        let fitting = self.rows.iter().filter_map(|row| Some((specific(row)?, row)));
        let best = fitting.max_by_key(|(length, _)| *length).map(|(_, row)| row);
        best.or_else(|| self.below?.row(name))
    }
}

impl Profile {
    fn of(row: &Row, tag: Option<&str>) -> Result<Self, serde_json::Error> {
        let mut facts = row.facts.clone();
        for variant in &row.variants {
            let fits = |tag: &str| variant.tags.iter().any(|pattern| matches(pattern, tag));
            if tag.is_some_and(fits) {
                facts.extend(variant.facts.clone());
            } else if tag.is_none() {
                variant.facts.keys().for_each(|uncertain| {
                    facts.remove(uncertain);
                });
            }
        }
        serde_json::from_value(Value::Object(facts))
    }

    /// Whether a fact can stand in a row.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub fn check(key: &str, value: Value) -> Result<(), String> {
        let facts = Value::Object(Map::from_iter([(key.to_owned(), value)]));
        let profile: Self = serde_json::from_value(facts).map_err(|error| error.to_string())?;
        let folders =
            profile.data.iter().map(|data| &data.path).chain(&profile.writable).chain(&profile.renders);
        if let Some(path) = folders.clone().find(|path| !path.starts_with('/')) {
            return Err(format!("`{path}` is no absolute path"));
        }
        let known = &Security::embedded().capabilities;
        let mut rights = profile.capabilities.iter().flatten().chain(&profile.file_capabilities);
        rights
            .find(|name| !known.is_known(name))
            .map_or(Ok(()), |name| Err(format!("there is no capability `{name}`")))
    }

    /// Whether a start as root ends as its user without help.
    #[must_use]
    pub fn is_root_for_long(&self) -> bool {
        self.starts_as == Some(StartsAs::Root) && self.root_steps_down != Some(StepsDown::Entrypoint)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Images, Profile};
    use crate::mapping::reference::Reference;

    fn profile(image: &str) -> Option<Profile> {
        Images::embedded().profile(&Reference::parse(image).unwrap())
    }

    #[test]
    fn every_row_can_be_understood() {
        let mut families = BTreeSet::new();
        let mut names = BTreeSet::new();
        for row in &Images::embedded().rows {
            let tags = row
                .variants
                .iter()
                .flat_map(|variant| variant.tags.iter().map(|tag| Some(tag.replace('*', ""))));
            for tag in std::iter::once(None).chain(tags) {
                let profile = Profile::of(row, tag.as_deref())
                    .unwrap_or_else(|error| panic!("{:?}: {error}", row.names));
                assert!(!profile.source.is_empty(), "{} has no source", profile.family);
                assert!(
                    profile.capabilities.iter().flatten().all(|name| !name.starts_with("CAP_")),
                    "{}",
                    profile.family
                );
            }
            assert!(
                families.insert(row.facts["family"].to_string()),
                "{:?} stands there twice",
                row.facts["family"]
            );
            row.names.iter().for_each(|name| assert!(names.insert(name), "{name} stands there twice"));
        }
        assert!(families.len() >= 60, "{} families", families.len());
    }

    #[test]
    fn the_tag_decides_who_the_user_is() {
        assert_eq!(profile("postgres:17").unwrap().user.uid, Some(999));
        assert_eq!(profile("postgres:17-alpine").unwrap().user.uid, Some(70));
        let digest = format!("postgres@sha256:{}", "0".repeat(64));
        assert_eq!(profile(&digest).unwrap().user.uid, None);
        assert!(profile("example.com/team/app:1").is_none());
    }

    #[test]
    fn old_versions_are_not_taken_for_new_ones() {
        for (image, expected) in [("rabbitmq:3.8-management", false), ("rabbitmq:3.1.5", false)] {
            assert_eq!(profile(image).unwrap().read_only_root, Some(expected), "{image}");
        }
        for image in ["rabbitmq:3.13-management", "rabbitmq:3.10", "rabbitmq:4", "rabbitmq"] {
            assert_eq!(profile(image).unwrap().read_only_root, Some(true), "{image}");
        }
        let old = profile("grafana/grafana:4.6.3").unwrap();
        assert_eq!((old.user.uid, old.runs_as_user, old.any_uid), (None, None, false));
        assert_eq!(profile("grafana/grafana:11.0.0").unwrap().user.uid, Some(472));
        assert_eq!(profile("influxdb:1.1.1").unwrap().runs_as_user, Some(false));
        assert_eq!(profile("influxdb:1.11").unwrap().user.uid, Some(1500));
    }
}
