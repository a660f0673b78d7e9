//! An account for each workload, without a token, and no variables about Services.
//!
//! Nothing that ran under Docker knows the API of Kubernetes; variables of Services collide with those of applications.

use crate::plan::decision::{Evidence, Target};
use crate::plan::setting::{PodSetting, Setting};
use crate::rules::draft::Draft;
use crate::rules::subject::Subject;
use crate::rules::{Context, Rule};

/// Gives a workload an account that can do nothing.
pub(super) struct TokenAndLinks;

impl Rule for TokenAndLinks {
    fn id(&self) -> &'static str {
        "token-and-links"
    }

    fn service(&self, subject: &Subject<'_>, cx: &Context<'_>, out: &mut Draft<'_>) {
        let account = Target::ServiceAccount(subject.object.clone());
        out.decide(account.clone(), Setting::Exists, Evidence::Default, &[]);
        for secret in &cx.policy.pull_secrets {
            let setting = Setting::Pod(PodSetting::PullSecret(secret.clone()));
            out.decide(account.clone(), setting, Evidence::Policy, &[]);
        }
        let settings = [
            PodSetting::ServiceAccount(subject.object.clone()),
            PodSetting::AutomountToken(false),
            PodSetting::ServiceLinks(false),
        ];
        for setting in settings {
            out.decide(subject.workload_target(), Setting::Pod(setting), Evidence::Default, &[]);
        }
    }
}
