//! The words of a check as they may be written down: dollar signs kept, credentials out of sight.

use k8s_openapi::api::core::v1::{EnvVar, EnvVarSource, SecretKeySelector};

use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, Setting};
use crate::rules::Context;
use crate::rules::draft::Draft;
use crate::rules::escape::escape;
use crate::rules::health::hide::hidden;
use crate::rules::subject::Subject;
use crate::source::path::ComposePath;

/// The words; nothing if they hold a credential that no variable of the container holds too.
pub(super) fn without_secrets(
    subject: &Subject<'_>,
    cx: &Context<'_>,
    words: &[String],
    because: &ComposePath,
    out: &mut Draft<'_>,
) -> Option<Vec<String>> {
    let secrets = cx.credentials.in_words(words);
    let escaped = |words: &[String]| words.iter().map(|word| escape(word)).collect();
    if secrets.is_empty() {
        return Some(escaped(words));
    }
    let mut variable_of = |secret: &str| {
        let mut variables = subject.container.environment.0.iter();
        let holder =
            variables.find(|(_, value)| value.as_deref() == Some(secret)).map(|(name, _)| name.clone());
        holder.or_else(|| kept(subject, cx, secret, because, out))
    };
    hidden(words, &secrets, &mut variable_of).map(|words| escaped(&words))
}

/// The variable for a credential that the project keeps in a Secret.
fn kept(
    subject: &Subject<'_>,
    cx: &Context<'_>,
    secret: &str,
    because: &ComposePath,
    out: &mut Draft<'_>,
) -> Option<String> {
    let place = cx.credentials.place(secret)?;
    let selector = SecretKeySelector { name: place.secret.clone(), key: place.key.clone(), optional: None };
    let source = EnvVarSource { secret_key_ref: Some(selector), ..EnvVarSource::default() };
    let variable = EnvVar { name: place.key.clone(), value: None, value_from: Some(source) };
    let is_taken = subject.container.environment.0.contains_key(&place.key);
    let setting = Setting::Container(ContainerSetting::Env(Box::new(variable)));
    (!is_taken).then(|| {
        out.decide(subject.container_target(), setting, Evidence::Compose, std::slice::from_ref(because));
        place.key.clone()
    })
}
