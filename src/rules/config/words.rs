//! Credentials among the words of a command: each word refers to a variable that comes from a Secret instead.

use std::collections::BTreeMap;

use crate::plan::decision::Evidence;
use crate::plan::setting::{ContainerSetting, Setting};
use crate::rules::Context;
use crate::rules::config::environment::{from_secret, holder_of, keep};
use crate::rules::draft::Draft;
use crate::rules::escape::{escape, reference};
use crate::rules::subject::Subject;
use crate::source::path::ComposePath;

/// Words as Kubernetes is to be told them: dollar signs kept, credentials out of sight.
pub(in crate::rules) fn without_secrets(
    subject: &Subject<'_>,
    cx: &Context<'_>,
    words: &[String],
    because: &ComposePath,
    out: &mut Draft<'_>,
) -> Vec<String> {
    let mut places: BTreeMap<usize, Vec<std::ops::Range<usize>>> = BTreeMap::new();
    for (word, place) in cx.credentials.in_words(words) {
        places.entry(word).or_default().push(place);
    }
    let hidden = words.iter().enumerate().map(|(index, word)| {
        let mut text = String::new();
        let mut end = 0;
        for place in places.get(&index).into_iter().flatten() {
            let secret = word.get(place.clone()).unwrap_or_default();
            let Some(kept) = cx.credentials.place(secret) else { continue };
            keep(kept, secret, because, out);
            let variable = holder_of(subject, secret).unwrap_or_else(|| kept.key.clone());
            let setting = ContainerSetting::Env(Box::new(from_secret(&variable, kept)));
            let target = subject.container_target();
            out.decide(target, Setting::Container(setting), Evidence::Compose, std::slice::from_ref(because));
            text.push_str(&escape(word.get(end..place.start).unwrap_or_default()));
            text.push_str(&reference(&variable));
            end = place.end;
        }
        text.push_str(&escape(word.get(end..).unwrap_or_default()));
        text
    });
    hidden.collect()
}
