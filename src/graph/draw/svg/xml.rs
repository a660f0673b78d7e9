//! XML, written so that it is well-formed whatever the texts are.

use crate::graph::draw::text::is_unprintable;

/// A document in the making.
#[derive(Debug, Default)]
pub(super) struct Xml {
    text: String,
    open: Vec<&'static str>,
}

/// The name and value of an attribute.
pub(super) type Attribute<'a> = (&'static str, &'a str);

impl Xml {
    /// Begins an element.
    pub(super) fn open(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.start(name, attributes);
        self.text.push_str(">\n");
        self.open.push(name);
    }

    /// Ends the element that was begun last.
    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.indent();
            self.text.push_str(&format!("</{name}>\n"));
        }
    }

    /// An element with nothing in it.
    pub(super) fn leaf(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.start(name, attributes);
        self.text.push_str("/>\n");
    }

    /// An element with text in it.
    pub(super) fn text(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.start(name, attributes);
        self.text.push('>');
        escape(&mut self.text, text);
        self.text.push_str(&format!("</{name}>\n"));
    }

    /// The document; everything that is still open is closed.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.text
    }

    fn start(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.indent();
        self.text.push('<');
        self.text.push_str(name);
        for (name, value) in attributes {
            self.text.push_str(&format!(" {name}=\""));
            escape(&mut self.text, value);
            self.text.push('"');
        }
    }

    fn indent(&mut self) {
        self.text.extend(std::iter::repeat_n(' ', self.open.len()));
    }
}

fn escape(out: &mut String, text: &str) {
    for char in text.chars().filter(|char| *char == '\n' || !is_unprintable(*char)) {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(char),
        }
    }
}

/// A number of pixels: one decimal, and only if there is one.
pub(super) fn px(value: f64) -> String {
    let tenths = (value * 10.0).round();
    if tenths % 10.0 == 0.0 { format!("{}", (tenths / 10.0) as i64) } else { format!("{:.1}", tenths / 10.0) }
}

#[cfg(test)]
mod tests {
    use super::{Xml, px};

    #[test]
    fn texts_and_attributes_are_escaped_and_elements_closed() {
        let mut xml = Xml::default();
        xml.open("g", &[("class", "a\"<b>&")]);
        xml.text("text", &[], "<script>&\u{0}\u{7}\"");
        assert_eq!(
            xml.finish(),
            "<g class=\"a&quot;&lt;b&gt;&amp;\">\n <text>&lt;script&gt;&amp;&quot;</text>\n</g>\n"
        );
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([px(3.0), px(-0.01), px(2.25), px(1.96)], ["3", "0", "2.3", "2"]);
    }
}
