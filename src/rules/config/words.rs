//! Credentials among the words of a command: each word refers to a variable that comes from a Secret instead.

use std::collections::BTreeMap;

use crate::rules::Context;
use crate::rules::config::environment::hold;
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
            let (Some(kept), Some(variable)) =
                (cx.credentials.place(secret), cx.credentials.holder(subject, secret))
            else {
                continue;
            };
            hold(subject, cx, variable, kept, secret, because, out);
            text.push_str(&escape(word.get(end..place.start).unwrap_or_default()));
            text.push_str(&reference(variable));
            end = place.end;
        }
        text.push_str(&escape(word.get(end..).unwrap_or_default()));
        text
    });
    hidden.collect()
}
