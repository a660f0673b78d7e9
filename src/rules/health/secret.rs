//! The words of a check as they may be written down: dollar signs kept, credentials out of sight.

use crate::rules::Context;
use crate::rules::config::environment::hold;
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
        let (kept, holder) = (cx.credentials.place(secret)?, cx.credentials.holder(subject, secret)?);
        hold(subject, cx, holder, kept, secret, because, out);
        Some(holder.to_owned())
    };
    hidden(words, &secrets, &mut variable_of).map(|words| escaped(&words))
}
