//! Which values of a Compose project are secrets, taught to the [`Mask`] before anything is said.
//!
//! In: files as text, whether or not they can be parsed; trees; values of variables. Out: covered places and learnt
//! values. What cannot be told from a secret counts as one, but references (`${DB_PASSWORD}`, `/run/secrets/db`) stay
//! readable, and so do the words that the project uses as names.

mod entries;
mod lines;
mod words;

use std::ops::Range;

use crate::compose::secrecy::lines::{Secret, is_switch};
use crate::compose::secrecy::words::{SecretWord, secret_words, words_of_name};
use crate::finding::literal::literals;
use crate::finding::mask::Mask;
use crate::mapping::credentials::Credentials;
use crate::source::file::SourceMap;
use crate::source::node::{Map, Node, Value};
use crate::source::span::{FileId, Span};

/// The mappings whose keys are chosen by the user and whose values are never mappings: below a credential name there,
/// everything is a secret, however wrong its form.
const VARIABLES: &[&str] = &["environment", "args", "labels", "annotations", "driver_opts", "options"];

/// Learns a value that is a secret wherever it comes from.
pub fn learn_value(mask: &mut Mask, value: &str) {
    if !is_switch(value) && !literals(value).is_empty() {
        mask.learn(value);
    }
}

/// Learns what is secret in the value of a variable.
pub fn learn_variable(mask: &mut Mask, name: &str, value: &str) {
    if Credentials::embedded().is_credential_name(name) {
        learn_value(mask, value);
    } else {
        learn_secrets(mask, value, lines::secrets(value));
    }
}

/// The secret places in the value of a variable: all of it under the name of a credential.
#[must_use]
pub fn secrets_in_variable(name: &str, value: &str) -> Vec<Range<usize>> {
    if Credentials::embedded().is_credential_name(name) {
        let is_secret = !is_switch(value) && !literals(value).is_empty();
        return is_secret.then_some(0..value.len()).into_iter().collect();
    }
    lines::secrets(value).into_iter().filter(|secret| !secret.in_comment).map(|secret| secret.place).collect()
}

/// The secret places in the text of a file.
#[must_use]
pub fn secrets_in_text(text: &str) -> Vec<Range<usize>> {
    lines::secrets(text).into_iter().filter(|secret| !secret.in_comment).map(|secret| secret.place).collect()
}

/// The secret places among the words of a command, by word.
#[must_use]
pub fn secrets_in_words(words: &[String]) -> Vec<(usize, Range<usize>)> {
    let plain: Vec<&str> = words.iter().map(String::as_str).collect();
    let options = secret_words(&plain).into_iter().filter_map(|secret| {
        let word = words.get(secret.word)?;
        Some((secret.word, secret.start..word.len()))
    });
    let inside = words
        .iter()
        .enumerate()
        .flat_map(|(index, word)| lines::secrets(word).into_iter().map(move |secret| (index, secret.place)));
    let mut places: Vec<(usize, Range<usize>)> = options.chain(inside).collect();
    places.sort_by_key(|(word, place)| (*word, place.start, std::cmp::Reverse(place.end)));
    // Of places that overlap, the widest one that begins first stands for all.
    places.dedup_by(|next, kept| next.0 == kept.0 && next.1.start < kept.1.end);
    places
}

/// Covers a file that is a secret as a whole, and learns what is in it.
pub fn learn_file(mask: &mut Mask, sources: &SourceMap, file: FileId) {
    let text = sources.file(file).text();
    cover(mask, sources, Span::new(file, 0, text.len()));
    mask.learn(text);
    learn_text(mask, sources, file);
}

/// Covers and learns what is secret in a file by its text alone: an environment file, or one that cannot be parsed.
pub fn learn_text(mask: &mut Mask, sources: &SourceMap, file: FileId) {
    let text = sources.file(file).text();
    let secrets = lines::secrets(text);
    for secret in &secrets {
        cover(mask, sources, Span::new(file, secret.place.start, secret.place.end));
    }
    learn_secrets(mask, text, secrets);
    lines::names(text).for_each(|name| mask.name(name));
}

/// Covers and learns what is secret in a tree, before or after variables were put in, and keeps its names readable.
pub fn learn_tree(mask: &mut Mask, sources: &SourceMap, tree: &Node) {
    let mut walk = Walk { mask, sources, table: Credentials::embedded() };
    walk.node(tree, "");
    let definitions = tree.as_map().and_then(|root| root.get("secrets")).and_then(Node::as_map);
    for (_, definition) in definitions.into_iter().flat_map(Map::iter) {
        if let Some(content) = definition.node.as_map().and_then(|definition| definition.get("content")) {
            walk.hide(content, "");
        }
    }
}

/// Covers a place but for the indentation in it, so that an excerpt keeps its shape.
fn cover(mask: &mut Mask, sources: &SourceMap, span: Span) {
    let mut start = span.start as usize;
    for line in sources.text(span).split_inclusive('\n') {
        let indentation = line.len() - line.trim_start().len();
        mask.cover(Span::new(span.file, start + indentation, start + line.trim_end().len()));
        start += line.len();
    }
}

fn learn_secrets(mask: &mut Mask, text: &str, secrets: Vec<Secret>) {
    for secret in secrets.into_iter().filter(|secret| !secret.in_comment) {
        let value = text.get(secret.place).unwrap_or_default();
        mask.learn(value);
        // YAML may have read the value as an alias, or as a key.
        let bare = value.trim_start_matches(['*', '&']);
        let key = bare.split_once(": ").map_or(bare, |(key, _)| key).trim_end_matches(':');
        if key.len() < value.len() {
            mask.learn(bare);
            mask.learn(key);
        }
    }
}

struct Walk<'a> {
    mask: &'a mut Mask,
    sources: &'a SourceMap,
    table: &'static Credentials,
}

impl Walk<'_> {
    /// Visits a value that stands under a key, or in a list under it.
    fn node(&mut self, node: &Node, key: &str) {
        match &node.value {
            Value::Map(map) => self.map(map, key),
            Value::List(items) => self.list(items, key),
            Value::Text(text) => self.text(node, text),
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Uint(_)
            | Value::Float(_)
            | Value::Time(_) => {}
        }
    }

    fn map(&mut self, map: &Map, parent: &str) {
        for (key, entry) in map.iter() {
            let is_map = entry.node.as_map().is_some();
            let is_hidden = self.table.is_credential_name(key) && (!is_map || VARIABLES.contains(&parent));
            if is_hidden {
                self.hide(&entry.node, key);
            } else {
                self.node(&entry.node, key);
                self.keep_names(key, entry.node.as_text().unwrap_or_default());
            }
            self.mask.name(key);
        }
    }

    /// A password that is also the name of a user, a database or an image says nothing where it is used as such.
    fn keep_names(&mut self, key: &str, text: &str) {
        if self.table.is_key_of_name(key) {
            words_of_name(text).for_each(|word| self.mask.name(word));
        }
    }

    fn list(&mut self, items: &[Node], key: &str) {
        let words: Vec<&str> = items.iter().map(|item| item.as_text().unwrap_or_default()).collect();
        for SecretWord { word, start } in secret_words(&words) {
            if let Some(item) = items.get(word) {
                let value = item.as_text().and_then(|text| text.get(start..)).unwrap_or_default();
                self.hide_scalar(item, start, value);
            }
        }
        for item in items {
            self.node(item, key);
        }
    }

    /// Text of which a part may be secret.
    fn text(&mut self, node: &Node, text: &str) {
        learn_secrets(self.mask, text, lines::secrets(text));
        for Secret { place, in_comment: _ } in lines::secrets(self.sources.text(node.span)) {
            self.cover(node, place);
        }
    }

    /// A value that is secret with all that is in it.
    fn hide(&mut self, node: &Node, key: &str) {
        match &node.value {
            Value::Map(map) => map.iter().for_each(|(key, entry)| self.hide(&entry.node, key)),
            Value::List(items) => items.iter().for_each(|item| self.hide(item, key)),
            Value::Null | Value::Bool(_) => {}
            Value::Text(text) if is_switch(text) => {}
            Value::Text(text) | Value::Time(text) => self.hide_value(node, key, text),
            Value::Int(number) => self.hide_value(node, key, &number.to_string()),
            Value::Uint(number) => self.hide_value(node, key, &number.to_string()),
            Value::Float(number) => self.hide_value(node, key, &number.to_string()),
        }
    }

    fn hide_value(&mut self, node: &Node, key: &str, value: &str) {
        let written = scalar(self.sources.text(node.span)).1;
        // What was an item `NAME=value` of a list still has the place of that item.
        let is_item = !key.is_empty() && written.strip_prefix(key).is_some_and(|rest| rest.starts_with('='));
        self.hide_scalar(node, if is_item { key.len() + 1 } else { 0 }, value);
    }

    /// Covers what is written for a scalar from a byte on, and learns the value that it has there.
    fn hide_scalar(&mut self, node: &Node, start: usize, value: &str) {
        let (quote, written) = scalar(self.sources.text(node.span));
        let start = start.min(written.len());
        for part in literals(written.get(start..).unwrap_or_default()) {
            self.cover(node, quote + start + part.start..quote + start + part.end);
        }
        if node.uses.is_some() {
            learn_value(self.mask, value);
        } else {
            literals(value).into_iter().for_each(|part| self.mask.learn(value.get(part).unwrap_or_default()));
        }
    }

    fn cover(&mut self, node: &Node, part: Range<usize>) {
        let start = node.span.start as usize;
        cover(self.mask, self.sources, Span::new(node.span.file, start + part.start, start + part.end));
    }
}

/// A scalar as it is written without its quotes or the line that introduces a block, and where that starts.
fn scalar(written: &str) -> (usize, &str) {
    let inner = match written.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let inner = written.get(1..).unwrap_or_default();
            return (1, inner.strip_suffix(quote).unwrap_or(inner));
        }
        Some('|' | '>') => written.find('\n').map_or(0, |at| at + 1),
        Some(_) | None => 0,
    };
    (inner, written.get(inner..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{learn_file, learn_text, learn_tree, learn_value, learn_variable};
    use crate::finding::mask::Mask;
    use crate::source::file::{Memory, SourceMap};
    use crate::source::node::{Map, Node, Value, VariableSource, VariableUse};
    use crate::source::span::{FileId, Span};

    /// A file, and a way to name what is in it.
    struct Sample {
        sources: SourceMap,
        file: FileId,
    }

    impl Sample {
        fn new(text: &str) -> Self {
            let mut sources = SourceMap::new(Box::new(Memory::default()), "/");
            let file = sources.add("compose.yaml", text);
            Self { sources, file }
        }

        /// The scalar that is written as `written` and means `value`.
        fn scalar(&self, written: &str, value: Value) -> Node {
            let start = self.sources.file(self.file).text().find(written).unwrap();
            Node::new(value, Span::new(self.file, start, start + written.len()))
        }

        fn text(&self, written: &str) -> Node {
            self.scalar(written, Value::Text(written.trim_matches(['"', '\'']).to_owned()))
        }

        fn list<const N: usize>(&self, written: [&str; N]) -> Node {
            let items = written.map(|item| self.text(item));
            Node::new(Value::List(items.into()), Span::new(self.file, 0, 0))
        }

        fn map<const N: usize>(&self, entries: [(&str, Node); N]) -> Node {
            let mut map = Map::default();
            for (key, node) in entries {
                map.insert(key, Span::new(self.file, 0, 0), node);
            }
            Node::new(Value::Map(map), Span::new(self.file, 0, 0))
        }

        fn masked(&self, mask: &Mask) -> String {
            let text = self.sources.file(self.file).text();
            mask.excerpt(&self.sources, Span::new(self.file, 0, text.len())).into_owned()
        }

        fn masked_tree(&self, tree: &Node) -> (String, Mask) {
            let mut mask = Mask::default();
            learn_tree(&mut mask, &self.sources, tree);
            (self.masked(&mask), mask)
        }
    }

    #[test]
    fn values_under_credential_names_are_hidden_in_any_form() {
        let sample = Sample::new(
            "A_PASSWORD: planted1\nB_TOKEN: \"planted2\"\n- C_SECRET=planted3\nPIN: 123456\nX: y\n",
        );
        let tree = sample.map([
            ("A_PASSWORD", sample.text("planted1")),
            ("B_TOKEN", sample.text("\"planted2\"")),
            ("environment", sample.list(["C_SECRET=planted3"])),
            ("PIN", sample.scalar("123456", Value::Int(123_456))),
            ("X", sample.text("y")),
        ]);
        let (masked, mask) = sample.masked_tree(&tree);
        assert_eq!(
            masked,
            "A_PASSWORD: ********\nB_TOKEN: \"********\"\n- C_SECRET=********\nPIN: ******\nX: y\n"
        );
        assert_eq!(mask.text("planted1 planted2 planted3 123456 y"), "*** *** *** *** y");
    }

    #[test]
    fn lists_that_became_mappings_keep_the_name_readable() {
        let sample = Sample::new("- \"C_SECRET=planted3\"\n");
        let value = sample.scalar("\"C_SECRET=planted3\"", Value::Text("planted3".to_owned()));
        let tree = sample.map([("environment", sample.map([("C_SECRET", value)]))]);
        assert_eq!(sample.masked_tree(&tree).0, "- \"C_SECRET=********\"\n");
    }

    #[test]
    fn words_of_commands_are_hidden() {
        let sample =
            Sample::new("[redis-server, --requirepass, planted1, --masterauth=planted2, mysql, -pplanted3]");
        let words =
            ["redis-server", "--requirepass", "planted1", "--masterauth=planted2", "mysql", "-pplanted3"];
        let tree = sample.map([("command", sample.list(words))]);
        let expected = "[redis-server, --requirepass, ********, --masterauth=********, mysql, -p********]";
        assert_eq!(sample.masked_tree(&tree).0, expected);
    }

    #[test]
    fn wrong_forms_hide_their_values_too() {
        let sample =
            Sample::new("PASSWORD: {a: planted1, b: [planted2]}\npassword-manager: {image: vaultwarden}\n");
        let password = sample.map([("a", sample.text("planted1")), ("b", sample.list(["planted2"]))]);
        let service = sample.map([("image", sample.text("vaultwarden"))]);
        let tree = sample.map([
            ("environment", sample.map([("PASSWORD", password)])),
            ("services", sample.map([("password-manager", service)])),
        ]);
        let expected = "PASSWORD: {a: ********, b: [********]}\npassword-manager: {image: vaultwarden}\n";
        assert_eq!(sample.masked_tree(&tree).0, expected);
    }

    #[test]
    fn the_content_of_secrets_is_hidden_and_their_names_are_not() {
        let sample = Sample::new(
            "secrets: {db_password: {content: planted1, file: ./db_password}, web: [db_password]}",
        );
        let definition =
            sample.map([("content", sample.text("planted1")), ("file", sample.text("./db_password"))]);
        let service = sample.map([("secrets", sample.list(["db_password"]))]);
        let tree = sample.map([
            ("secrets", sample.map([("db_password", definition)])),
            ("services", sample.map([("web", service)])),
        ]);
        let expected = "secrets: {db_password: {content: ********, file: ./db_password}, web: [db_password]}";
        assert_eq!(sample.masked_tree(&tree).0, expected);
    }

    #[test]
    fn references_stay_before_and_after_interpolation() {
        let sample = Sample::new("PASSWORD: ${PASSWORD:-planted1}\nURL: postgres://u:${PASSWORD}@db\n");
        let written = [("PASSWORD", "${PASSWORD:-planted1}"), ("URL", "postgres://u:${PASSWORD}@db")];
        let before = sample.map(written.map(|(key, written)| (key, sample.text(written))));
        let (masked, mask) = sample.masked_tree(&before);
        let expected = "PASSWORD: ${PASSWORD:-********}\nURL: postgres://u:${PASSWORD}@db\n";
        assert_eq!(masked, expected);
        assert_eq!(mask.text("planted1"), "***");

        let uses = [VariableUse { name: "PASSWORD".to_owned(), source: VariableSource::Process }];
        let values = ["planted2", "postgres://u:planted2@db"];
        let mut entries = written.map(|(key, written)| (key, sample.text(written)));
        for ((_, node), value) in entries.iter_mut().zip(values) {
            node.value = Value::Text(value.to_owned());
            node.uses = Some(uses.clone().into());
        }
        let (masked, mask) = sample.masked_tree(&sample.map(entries));
        assert_eq!(masked, expected);
        assert_eq!(mask.text("planted2"), "***");
    }

    #[test]
    fn switches_and_names_stay_readable() {
        let sample =
            Sample::new("POSTGRES_PASSWORD: keycloak\nPOSTGRES_USER: keycloak\nUSES_TOKEN: \"yes\"\n");
        let tree = sample.map([
            ("POSTGRES_PASSWORD", sample.text("keycloak")),
            ("POSTGRES_USER", sample.text("keycloak")),
            ("USES_TOKEN", sample.text("\"yes\"")),
        ]);
        let (masked, mask) = sample.masked_tree(&tree);
        assert_eq!(masked, "POSTGRES_PASSWORD: ********\nPOSTGRES_USER: keycloak\nUSES_TOKEN: \"yes\"\n");
        assert_eq!(mask.text("service `keycloak`"), "service `keycloak`");
    }

    #[test]
    fn text_is_enough() {
        let sample = Sample::new("A_PASSWORD=planted1\nURL=redis://:planted2@h\nX=y\n");
        let mut mask = Mask::default();
        learn_text(&mut mask, &sample.sources, sample.file);
        assert_eq!(sample.masked(&mask), "A_PASSWORD=********\nURL=redis://:********@h\nX=y\n");
        assert_eq!(mask.text("planted1 planted2"), "*** ***");
    }

    #[test]
    fn names_in_text_stay_readable() {
        let sample = Sample::new(
            "DB_PASSWORD=keycloak\nDB_USER=keycloak\ngitea:\n  A_TOKEN: gitea\n  X: swordfish\n  B_PASS: swordfish\n",
        );
        let mut mask = Mask::default();
        learn_text(&mut mask, &sample.sources, sample.file);
        assert_eq!(mask.text("keycloak gitea swordfish"), "keycloak gitea ***");
    }

    #[test]
    fn a_secret_file_is_secret_line_by_line() {
        let sample = Sample::new("planted line 1\nplanted line 2\n");
        let mut mask = Mask::default();
        learn_file(&mut mask, &sample.sources, sample.file);
        assert_eq!(sample.masked(&mask), "**************\n**************\n");
        assert_eq!(mask.text("it holds `planted line 2`"), "it holds `***`");
    }

    #[test]
    fn variables_are_judged_by_name_and_by_value() {
        let mut mask = Mask::default();
        learn_variable(&mut mask, "DB_PASSWORD", "planted$1");
        learn_variable(&mut mask, "URL", "https://u:planted2@h");
        learn_variable(&mut mask, "HOME", "/home/planted3");
        learn_variable(&mut mask, "MY_SECRET", "/run/secrets/planted4");
        learn_value(&mut mask, "true");
        let text = "planted$1 planted2 /home/planted3 /run/secrets/planted4 true";
        assert_eq!(mask.text(text), "*** *** /home/planted3 /run/secrets/planted4 true");
        assert!(matches!(mask.text("nothing secret"), Cow::Borrowed(_)));
    }
}
