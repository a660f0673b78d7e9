//! `logging`: the node keeps the output of containers, and a Pod cannot say where it goes.

use crate::finding::Severity;
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};
use crate::source::path::ComposePath;

/// Accounts for log drivers.
pub(super) struct Logging;

/// Options that say how the engine turns its files over.
const ROTATION: &[&str] = &["compress", "max-file", "max-size"];

/// What a driver asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// Files on the node.
    Files,
    /// Nothing is kept.
    Nothing,
    /// It goes elsewhere.
    Elsewhere,
}

impl Rule for Logging {
    fn id(&self) -> &'static str {
        "logging"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let at = subject.at("logging");
        let driver = subject.container.logging.as_ref().map(|logging| logging.driver.as_str());
        let driver = driver.unwrap_or_default();
        let place = at.key("driver");
        match wish(driver) {
            Wish::Files => files(subject, &at, out),
            Wish::Nothing => {
                let title = "the node keeps the output all the same";
                let note = "no Pod can switch that off; the kubelet limits how much there is of it";
                out.find_as(Severity::Note, &place, title, note);
                out.manual_quietly(&at, "the node keeps the output; a quiet program has to be configured so");
            }
            Wish::Elsewhere => {
                let says = format!(
                    "no Pod can choose the log driver `{driver}`: a log agent on the nodes is needed"
                );
                out.manual_as(&place, &says);
                out.manual_quietly(&at, "it belongs into the configuration of the log agent");
            }
        }
    }

    /// Another program than a container is behind these services, so that nobody logs for them.
    fn project(&self, cx: &Context<'_>, out: &mut Draft<'_>) {
        let provided = cx.loaded.project.services.iter().filter(|(_, service)| service.provider.is_some());
        for (name, _) in provided {
            let at = ComposePath::of(["services", name, "logging"]);
            out.dropped_as(&at, "the service is no container, so that there is no output to keep");
        }
    }
}

/// The files of the node, with what the kubelet says about them.
fn files(subject: &Subject<'_>, at: &ComposePath, out: &mut Draft<'_>) {
    out.dropped_as(&at.key("driver"), "the node keeps the output in files too");
    let options = at.key("options");
    for option in ROTATION {
        out.dropped_as(
            &options.key(*option),
            "K3s turns the files over itself: `containerLogMaxSize` and `containerLogMaxFiles` of the kubelet say how",
        );
    }
    let others = subject.container.logging.iter().flat_map(|logging| logging.options.0.keys());
    for option in others.filter(|option| !ROTATION.contains(&option.as_str())) {
        out.dropped_as(
            &options.key(option.as_str()),
            "the files of the node have no such option; a log agent adds the names and labels of Pods",
        );
    }
    out.dropped_as(at, "the node keeps the output in files");
}

fn wish(driver: &str) -> Wish {
    match driver {
        "" | "json-file" | "local" => Wish::Files,
        "none" => Wish::Nothing,
        _ => Wish::Elsewhere,
    }
}

#[cfg(test)]
mod tests {
    use super::{Wish, wish};

    #[test]
    fn drivers_that_write_files_are_those_of_the_node() {
        let rows = [
            ("", Wish::Files),
            ("json-file", Wish::Files),
            ("local", Wish::Files),
            ("none", Wish::Nothing),
            ("fluentd", Wish::Elsewhere),
            ("journald", Wish::Elsewhere),
        ];
        for (driver, expected) in rows {
            assert_eq!(wish(driver), expected, "{driver}");
        }
    }
}
