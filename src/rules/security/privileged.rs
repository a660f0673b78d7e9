//! `privileged`: kept as it is, and told, as hardly anything needs all of it.

use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

/// Gives a container all rights on its node.
pub(super) struct Privileged;

impl Rule for Privileged {
    fn id(&self) -> &'static str {
        "privileged"
    }

    fn service(&self, subject: &Subject<'_>, _cx: &Context<'_>, out: &mut Draft<'_>) {
        let path = subject.at("privileged");
        if subject.container.privileged {
            let setting = Setting::Container(ContainerSetting::Privileged(true));
            out.decide(subject.container_target(), setting, Evidence::Compose, std::slice::from_ref(&path));
            out.find(&path, "it has every right on its node, and whoever breaks into it has them too");
        }
        out.translated(&path);
    }
}
