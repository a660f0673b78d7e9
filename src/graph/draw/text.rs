//! Text in pictures: how wide it is, how it is shortened, what is never written.

/// Widths in thousandths of the font size, for Helvetica and the fonts made to its measure (Arial, Liberation Sans,
/// Nimbus Sans), which nearly every viewer has one of.
const REGULAR: &[(u32, &str)] = &[
    (191, "'"),
    (222, "ijl"),
    (260, "|"),
    (278, " !,./:;I[\\]ft"),
    (334, "()-`r{}"),
    (355, "\""),
    (389, "*"),
    (469, "^"),
    (500, "Jcksvxyz"),
    (556, "#$0123456789?L_abdeghnopqu"),
    (584, "+<=>~"),
    (611, "FTZ"),
    (667, "&ABEKPSVXY"),
    (722, "CDHNRUw"),
    (778, "GOQ"),
    (833, "Mm"),
    (889, "%"),
    (944, "W"),
    (1015, "@"),
];

/// The same for the bold cut.
const BOLD: &[(u32, &str)] = &[
    (238, "'"),
    (280, " ,./I\\ijl|"),
    (333, "!()-:;[]`ft"),
    (389, "*r{}"),
    (474, "\""),
    (500, "z"),
    (556, "#$0123456789J_aceksvxy"),
    (584, "+<=>^~"),
    (611, "?FLTZbdghnopqu"),
    (667, "EPSVXY"),
    (722, "&ABCDHKNRU"),
    (778, "GOQw"),
    (833, "M"),
    (889, "%m"),
    (944, "W"),
    (975, "@"),
];

/// A size and weight of text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Font {
    pub(super) size: f64,
    pub(super) bold: bool,
}

impl Font {
    /// How wide a text is, in pixels.
    pub(super) fn width(self, text: &str) -> f64 {
        let table = if self.bold { BOLD } else { REGULAR };
        let units: u32 = text.chars().map(|char| units(table, char)).sum();
        f64::from(units) * self.size / 1000.0
    }

    /// The text, shortened with an ellipsis where it is wider than `room`.
    pub(super) fn fit(self, text: &str, room: f64, keep: Keep) -> String {
        if self.width(text) <= room {
            return text.to_owned();
        }
        let chars: Vec<char> = text.chars().collect();
        let shortened = |kept: usize| {
            let (head, tail) = match keep {
                Keep::Ends => (kept.div_ceil(2), kept / 2),
                Keep::Tail => (0, kept),
            };
            let tail = chars.iter().skip(chars.len() - tail);
            chars.iter().take(head).chain(&['…']).chain(tail).collect::<String>()
        };
        let narrowest = self.size * 0.15;
        let most = chars.len().min((room / narrowest) as usize + 1);
        let kept = (0..most).rev().find(|kept| self.width(&shortened(*kept)) <= room);
        shortened(kept.unwrap_or(0))
    }
}

/// What of a text survives its shortening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// Its head and its tail: names, which differ at either end.
    Ends,
    /// Its tail: images, of which the tag matters more than the registry.
    Tail,
}

fn units(table: &[(u32, &str)], char: char) -> u32 {
    let listed = table.iter().find(|(_, chars)| chars.contains(char)).map(|(units, _)| *units);
    let by_block = || match u32::from(char) {
        0x300..=0x36F | 0x200B..=0x200F | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F | 0x2E80..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 => 1000,
        0x1F000..=0x3_FFFF => 1300,
        0x2000..=0x2BFF => 1000,
        _ => 720,
    };
    listed.unwrap_or_else(by_block)
}

/// The text on one line and without what no picture can show: breaks become blanks, other control characters vanish.
pub(super) fn printable(text: &str) -> String {
    let one_line = text.chars().map(|char| if matches!(char, '\n' | '\r' | '\t') { ' ' } else { char });
    one_line.filter(|char| !is_unprintable(*char)).collect()
}

/// Control characters, characters that XML refuses, and those that turn the direction of what follows.
pub(super) fn is_unprintable(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{FFFE}' | '\u{FFFF}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}')
        || matches!(char, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A count with its word.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::{Font, Keep, printable};

    const FONT: Font = Font { size: 10.0, bold: false };

    #[test]
    fn a_text_is_as_wide_as_its_letters() {
        assert!((FONT.width("ill") - 6.66).abs() < 1e-9);
        assert!(FONT.width("日本") > FONT.width("ab"));
        assert!(Font { bold: true, ..FONT }.width("il") > FONT.width("il"));
    }

    #[test]
    fn a_text_is_shortened_only_where_it_must_be() {
        assert_eq!(FONT.fit("short", 100.0, Keep::Ends), "short");
        let name = FONT.fit("snuba-subscription-consumer", 80.0, Keep::Ends);
        assert!(name.starts_with("snuba") && name.ends_with("sumer") && name.contains('…'), "{name}");
        assert!(FONT.width(&name) <= 80.0);
        assert!(FONT.fit("some/long/path/of/an/image:1.2.3", 80.0, Keep::Tail).ends_with("image:1.2.3"));
        assert_eq!(FONT.fit("anything", 0.0, Keep::Ends), "…");
    }

    #[test]
    fn control_characters_vanish_and_breaks_become_blanks() {
        assert_eq!(printable("a\nb\u{0}\u{1b}[1m\u{7f}\u{202e}c"), "a b[1mc");
    }
}
