//! `storage_opt`: how much a container may write beside its volumes.

use crate::compose::grammar::size;
use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::resources::quantity::{MEBIBYTE, bytes};
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

/// Limits what is written beside volumes.
pub(super) struct EphemeralStorage;

const RESOURCE: &str = "ephemeral-storage";

impl Rule for EphemeralStorage {
    fn id(&self) -> &'static str {
        "ephemeral-storage"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let at = subject.at("storage_opt");
        for (option, value) in &subject.container.storage_opt {
            let path = at.key(option.as_str());
            let size = size::parse(value).ok().filter(|size| *size > 0);
            match (option.as_str(), size) {
                ("size", Some(size)) => {
                    let settings = [
                        (ContainerSetting::Limit(RESOURCE, bytes(size)), Evidence::Compose),
                        (ContainerSetting::Request(RESOURCE, bytes(of_limit(size))), Evidence::Default),
                    ];
                    for (setting, evidence) in settings {
                        let because = std::slice::from_ref(&path);
                        out.decide(
                            subject.container_target(),
                            Setting::Container(setting),
                            evidence,
                            because,
                        );
                    }
                    out.approximated(&path);
                }
                ("size", None) => out.manual_as(&path, &format!("`{value}` is no size: write `10g`")),
                (option, _) => {
                    out.dropped_as(
                        &path,
                        &format!("the storage driver of Docker is not there, and so `{option}` is not"),
                    );
                }
            }
        }
        out.approximated(&at);
    }
}

/// What is set aside: a tenth, or all of it would have to be free on the node.
fn of_limit(limit: i64) -> i64 {
    let tenth = limit / 10;
    limit.min((tenth - tenth % MEBIBYTE).max(50 * MEBIBYTE))
}

#[cfg(test)]
mod tests {
    use super::{MEBIBYTE, of_limit};

    #[test]
    fn a_tenth_is_set_aside() {
        for (limit, expected) in [(10_240, 1024), (100, 50), (20, 20), (1005, 100)] {
            assert_eq!(of_limit(limit * MEBIBYTE), expected * MEBIBYTE, "{limit}");
        }
    }
}
