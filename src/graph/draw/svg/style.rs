//! What things look like: tables of colours for both themes, and the style sheet made of them.

use crate::graph::draw::card::{CHIP, DETAIL, LABEL};
use crate::graph::draw::text::Font;

/// The class of the whole picture; every rule is bound to it, so that a page may hold pictures.
pub(super) const ROOT: &str = "cutover-graph";
/// How many networks have a colour of their own before colours repeat.
pub(super) const HUES: usize = 8;
/// The title of the picture.
pub(super) const TITLE: Font = Font { size: 17.0, bold: true };

/// A class, a property, and its colour in the light theme and in the dark one.
const SURFACES: &[(&str, &str, &str, &str)] = &[
    (".page", "fill", "#ffffff", "#0d1117"),
    (".ink", "fill", "#1f2328", "#e6edf3"),
    (".muted", "fill", "#57606a", "#a3adb8"),
    (".card", "fill", "#ffffff", "#1b222b"),
    (".card", "stroke", "#818b98", "#6e7b8a"),
    (".icon", "stroke", "#57606a", "#a3adb8"),
    (".frame", "fill", "#f3f5f7", "#141a22"),
    (".frame", "stroke", "#b3bcc6", "#46505c"),
    (".chip", "fill", "#eceff2", "#2a323c"),
    (".chip", "stroke", "#8b949e", "#77828e"),
    (".net0", "fill", "#ddf0ff", "#12304d"),
    (".net0", "stroke", "#2f7fc1", "#4b93d0"),
    (".net1", "fill", "#e2f5e2", "#143a20"),
    (".net1", "stroke", "#3a8f4a", "#4fa862"),
    (".net2", "fill", "#fff0dc", "#44300f"),
    (".net2", "stroke", "#b9770e", "#c98d2e"),
    (".net3", "fill", "#f1e6ff", "#33204f"),
    (".net3", "stroke", "#8a5fc9", "#9d78d6"),
    (".net4", "fill", "#ffe3ea", "#4a1d2b"),
    (".net4", "stroke", "#c94f74", "#d4708f"),
    (".net5", "fill", "#dcf5f3", "#0f3a3a"),
    (".net5", "stroke", "#23908a", "#3fa9a2"),
    (".net6", "fill", "#f6f3cf", "#3b380d"),
    (".net6", "stroke", "#8d8620", "#a9a13a"),
    (".net7", "fill", "#e9e9f7", "#2a2b45"),
    (".net7", "stroke", "#6f73b5", "#888cc9"),
];

/// A class of edges, and its colour in the light theme and in the dark one; the last one that fits wins.
const LINES: &[(&str, &str, &str)] = &[
    (".started", "#57606a", "#9aa5b1"),
    (".healthy", "#1a7f37", "#3fb950"),
    (".completed", "#8250df", "#b78bff"),
    (".link", "#0969da", "#58a6ff"),
    (".namespace", "#bf3989", "#f778ba"),
    (".volumes", "#7d4e00", "#d4a72c"),
    (".mount", "#7d4e00", "#d4a72c"),
    (".inferred", "#3d6f8e", "#79b8d8"),
    (".back", "#cf222e", "#ff7b72"),
];

/// What does not depend on the theme.
const SHAPES: &[&str] = &[
    ".line{fill:none;stroke-width:1.5}",
    ".tip{fill:none;stroke-width:1.5;stroke-linejoin:round}",
    ".icon{fill:none;stroke-width:1.3;stroke-linecap:round;stroke-linejoin:round}",
    ".box{fill-opacity:.45}",
    ".external .card{stroke-dasharray:5 3}",
    ".inferred .line{stroke-dasharray:6 4}",
    ".namespace .line{stroke-width:3}",
    ".edge:hover .line{stroke-width:3.5}",
];

#[derive(Clone, Copy)]
enum Theme {
    Light,
    Dark,
}

/// The style sheet.
pub(super) fn sheet() -> String {
    let shapes: String = SHAPES.iter().map(|rule| format!(".{ROOT} {rule}\n")).collect();
    format!(
        ".{ROOT}{{max-width:100%;height:auto;font-family:Helvetica,Arial,\"Liberation Sans\",sans-serif}}\n\
         {}{shapes}{}@media (prefers-color-scheme:dark){{\n{}}}",
        fonts(),
        colours(Theme::Light),
        colours(Theme::Dark),
    )
}

fn fonts() -> String {
    let rule = |(class, font): (&str, Font)| {
        let weight = if font.bold { ";font-weight:700" } else { "" };
        format!(".{ROOT} .{class}{{font-size:{}px{weight}}}\n", font.size)
    };
    [("title", TITLE), ("label", LABEL), ("detail", DETAIL), ("small", CHIP)].map(rule).concat()
}

fn colours(theme: Theme) -> String {
    let surfaces = SURFACES.iter().map(|(class, property, light, dark)| {
        let colour = theme.pick(light, dark);
        format!(".{ROOT} {class}{{{property}:{colour}}}\n")
    });
    let lines = LINES.iter().map(|(class, light, dark)| {
        let colour = theme.pick(light, dark);
        format!(
            ".{ROOT} {class} .line,.{ROOT} {class} .tip{{stroke:{colour}}}\n.{ROOT} {class} .solid{{fill:{colour}}}\n"
        )
    });
    surfaces.chain(lines).collect()
}

impl Theme {
    fn pick<'a>(self, light: &'a str, dark: &'a str) -> &'a str {
        match self {
            Self::Light => light,
            Self::Dark => dark,
        }
    }
}
