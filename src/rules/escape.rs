//! Dollar signs: Kubernetes replaces `$(NAME)` in commands, arguments and literal values, and `$$` means one `$`.
//!
//! In: text as the container is to see it. Out: text that Kubernetes turns into exactly that.

/// Text that Kubernetes gives to the container as it is.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        escaped.push(char);
        if char == '$' && matches!(chars.peek(), Some('$' | '(')) {
            escaped.push('$');
        }
    }
    escaped
}

/// A reference that Kubernetes replaces by the value of a variable.
#[must_use]
pub fn reference(variable: &str) -> String {
    format!("$({variable})")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::escape;

    /// What Kubernetes makes of a text, from the description of `third_party/forked/golang/expansion`.
    fn expand(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                out.push('$');
                rest = after;
            } else if let Some((name, after)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')'))
            {
                out.push_str(&value(name).unwrap_or_else(|| format!("$({name})")));
                rest = after;
            } else {
                out.push('$');
            }
        }
        out + rest
    }

    #[test]
    fn what_kubernetes_would_replace_is_kept() {
        for text in ["$(date)", "$$", "$$$", "$", "a$b", "$$(X)", "${X}", "cost: 5$", "$$$$(A)$"] {
            assert_eq!(expand(&escape(text), |_| Some("replaced".to_owned())), text);
        }
        assert_eq!(escape("${X} $y"), "${X} $y", "what needs no escape has none");
    }

    proptest! {
        #[test]
        fn any_text_arrives_as_it_is(text in "[$()a ]{0,12}") {
            prop_assert_eq!(expand(&escape(&text), |_| Some("replaced".to_owned())), text);
        }
    }
}
