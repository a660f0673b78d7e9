//! Pictures of graphs: what every picture keeps to, and three of them to the byte.

#[path = "draw/graphs.rs"]
mod graphs;
#[path = "draw/plane.rs"]
mod plane;

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use cutover::graph::draw::{
    EdgeKind, NodeKind, Picture, PictureEdge, PictureGroup, TooLarge, dot, mermaid, svg,
};

use graphs::{edge, group, services, shop, tangled, woven};
use plane::Plane;

/// Pictures of all sizes, with and without networks and cycles, each with its drawing.
static GALLERY: LazyLock<Vec<(Picture, String)>> = LazyLock::new(|| {
    let plain = [1, 2, 5, 27, 60, 120].map(|count| woven(count, count as u64));
    let tangled = (0..40).map(|seed| tangled(3 + seed as usize, seed));
    let pictures = plain.into_iter().chain(tangled).chain([shop(), Picture::default()]);
    pictures.map(|picture| (picture.clone(), drawn(&picture))).collect()
});

fn drawn(picture: &Picture) -> String {
    svg(picture).unwrap_or_else(|refusal| panic!("{}: {refusal}", picture.title))
}

#[test]
fn the_same_picture_gives_the_same_bytes() {
    for (picture, text) in GALLERY.iter().filter(|(picture, _)| picture.nodes.len() < 30) {
        assert!(drawn(picture) == *text, "{}", picture.title);
        assert_eq!(mermaid(picture), mermaid(picture), "{}", picture.title);
        assert_eq!(dot(picture), dot(picture), "{}", picture.title);
    }
}

#[test]
fn cards_do_not_overlap_and_stay_on_the_page() {
    for (picture, text) in GALLERY.iter() {
        let plane = Plane::read(text);
        assert_eq!(plane.cards.len(), picture.nodes.len(), "{}", picture.title);
        for (place, (one, card)) in plane.cards.iter().enumerate() {
            assert!(plane.page.holds(card), "{}: {one} is outside of the page", picture.title);
            let other = plane.cards[..place].iter().find(|(_, other)| other.overlaps(card));
            assert!(other.is_none(), "{}: {one} overlaps {other:?}", picture.title);
        }
    }
}

#[test]
fn lines_run_through_no_card() {
    for (picture, text) in GALLERY.iter() {
        let through = Plane::read(text).lines_through_cards();
        assert!(through.is_empty(), "{}: {through:?}", picture.title);
    }
}

#[test]
fn every_edge_is_told_at_a_line_and_in_the_description() {
    for (picture, text) in GALLERY.iter() {
        let plane = Plane::read(text);
        let document = roxmltree::Document::parse(text).unwrap();
        let description = document.descendants().find(|node| node.tag_name().name() == "desc").unwrap();
        for edge in picture.edges.iter().filter(|edge| edge.from != edge.to) {
            let (from, to) = (&picture.nodes[edge.from].label, &picture.nodes[edge.to].label);
            let tells = |line: &str| {
                let (before, after) = line.split_once(edge.kind.meaning()).unwrap_or_default();
                names(before, from) && names(after, to)
            };
            let is_drawn = plane.lines.iter().any(|line| line.title.lines().any(tells));
            assert!(is_drawn, "{}: {from} {:?} {to}", picture.title, edge.kind);
            assert!(description.text().unwrap().lines().any(tells), "{}: {from} {to}", picture.title);
        }
    }
}

/// Whether one half of a sentence names a node; beyond eight they are only counted.
fn names(half: &str, name: &str) -> bool {
    let words = half.split([' ', ',']).map(|word| word.trim_end_matches('.'));
    half.contains(" more") || words.into_iter().any(|word| word == name)
}

#[test]
fn dependencies_point_down_or_right() {
    for picture in [5, 27, 60, 120].map(|count| woven(count, count as u64)) {
        let plane = Plane::read(&drawn(&picture));
        let ends = |edge: &PictureEdge| {
            let card = |node: usize| plane.card(&picture.nodes[node].label);
            (card(edge.from), card(edge.to))
        };
        let ends: Vec<_> = picture.edges.iter().map(ends).collect();
        let is_down = ends.iter().all(|(from, to)| from.bottom < to.top);
        let is_right = ends.iter().all(|(from, to)| from.right < to.left);
        assert!(is_down || is_right, "{}", picture.title);
    }
}

#[test]
fn a_cycle_is_drawn_and_its_weakest_edge_is_marked() {
    let mut picture = services(3, &[(0, 1), (1, 2)]);
    picture.edges.insert(0, edge(2, 0, EdgeKind::Inferred));
    let plane = Plane::read(&drawn(&picture));
    assert_eq!(plane.lines.len(), 3);
    let back: Vec<_> = plane.lines.iter().filter(|line| line.class.contains("back")).collect();
    assert_eq!(back.len(), 1);
    assert!(
        back[0].title.starts_with("service-2 names in its configuration service-0."),
        "{}",
        back[0].title
    );
    assert!(back[0].title.ends_with("This closes a cycle."));

    let pair = services(2, &[(0, 1), (1, 0)]);
    let lines = Plane::read(&drawn(&pair)).lines;
    assert_eq!(lines.iter().filter(|line| line.class.contains("back")).count(), 1);

    let text = drawn(&services(1, &[(0, 0)]));
    assert!(text.contains("service-0 starts after itself."), "{text}");
    assert!(text.contains(">closes a cycle<"));
}

#[test]
fn services_with_the_same_edges_stand_in_one_frame() {
    let edges: Vec<(usize, usize)> = (0..20).flat_map(|from| (20..23).map(move |to| (from, to))).collect();
    let text = drawn(&services(23, &edges));
    assert!(text.contains("20 services alike: an edge counts for each"));
    // The three that all need are alike too, which leaves a single line for sixty edges.
    assert_eq!(Plane::read(&text).lines.len(), 1);
    let few = drawn(&services(3, &[(0, 2), (1, 2)]));
    assert!(!few.contains("alike"), "two services need no frame");
}

#[test]
fn services_without_edges_stand_in_a_grid() {
    let plane = Plane::read(&drawn(&services(40, &[])));
    let shape = (plane.page.right - plane.page.left) / (plane.page.bottom - plane.page.top);
    assert!((0.6..3.0).contains(&shape), "{shape}");
}

#[test]
fn boxes_hold_what_is_in_their_network_only() {
    let mut boxes = 0;
    for (picture, text) in GALLERY.iter() {
        let plane = Plane::read(text);
        boxes += plane.boxes.len();
        for frame in &plane.boxes {
            let inside: Vec<usize> = (0..picture.nodes.len())
                .filter(|node| frame.overlaps(&plane.card(&picture.nodes[*node].label)))
                .collect();
            let networks: BTreeSet<BTreeSet<usize>> =
                inside.iter().map(|node| picture.nodes[*node].groups.iter().copied().collect()).collect();
            assert_eq!(networks.len(), 1, "{}: a box around {inside:?}", picture.title);
            assert_eq!(networks.first().unwrap().len(), 1, "{}", picture.title);
            let is_whole = inside.iter().all(|node| frame.holds(&plane.card(&picture.nodes[*node].label)));
            assert!(is_whole, "{}", picture.title);
        }
    }
    assert!(boxes > 5, "the gallery must show boxes, and has {boxes}");
}

#[test]
fn services_in_several_networks_show_each() {
    let text = drawn(&shop());
    let document = roxmltree::Document::parse(&text).unwrap();
    let api = document
        .descendants()
        .find(|node| node.attribute("class") == Some("service") && tooltip(node).starts_with("api "));
    let api = api.unwrap();
    assert_eq!(tooltip(&api), "api (service)\nshop/api:4\nnetworks: front, back (internal)");
    let shown: Vec<&str> = api
        .descendants()
        .filter(|node| node.has_tag_name("text") || node.tag_name().name() == "text")
        .filter_map(|node| node.text())
        .collect();
    assert_eq!(shown, ["api", "shop/api:4", "front", "back"]);
}

fn tooltip(node: &roxmltree::Node<'_, '_>) -> String {
    let title = node.children().find(|child| child.tag_name().name() == "title");
    title.and_then(|title| title.text()).unwrap_or_default().to_owned()
}

#[test]
fn a_picture_is_self_contained_and_says_what_it_is() {
    for (_, text) in GALLERY.iter() {
        let document = roxmltree::Document::parse(text).unwrap();
        let root = document.root_element();
        assert_eq!(root.attribute("role"), Some("img"));
        let first: Vec<&str> = root
            .children()
            .filter(|node| node.is_element())
            .map(|node| node.tag_name().name())
            .take(2)
            .collect();
        assert_eq!(first, ["title", "desc"]);
        for node in document.descendants().filter(|node| node.is_element()) {
            let name = node.tag_name().name();
            assert!(["svg", "title", "desc", "style", "g", "rect", "path", "text"].contains(&name), "{name}");
            assert!(
                node.attributes()
                    .all(|attribute| !attribute.value().contains("url(") && attribute.name() != "href")
            );
        }
        assert!(!text.contains("@import") && !text.contains("url("));
        assert!(text.contains("@media (prefers-color-scheme:dark)"));
    }
}

#[test]
fn hostile_texts_stay_texts() {
    let hostile = "</text><script>alert(1)</script>&amp;\"'\\]]>`{}|\u{0}\u{1b}\u{202e}\n--> end";
    let mut picture = shop();
    picture.title = hostile.to_owned();
    for node in &mut picture.nodes {
        node.id = hostile.to_owned();
        node.label = hostile.to_owned();
        node.detail = Some(hostile.to_owned());
        node.marks = vec![hostile.to_owned()];
    }
    for edge in &mut picture.edges {
        edge.label = Some(hostile.to_owned());
    }
    picture.groups = vec![group(hostile), PictureGroup { external: true, ..group(hostile) }];
    let text = drawn(&picture);
    let plane = Plane::read(&text);
    assert_eq!(plane.cards.len(), picture.nodes.len());
    let shown = "</text><script>alert(1)</script>&amp;\"'\\]]>`{}| --> end (service)";
    assert!(plane.cards.iter().any(|(title, _)| title == shown), "{:?}", plane.cards[0]);

    let chart = mermaid(&picture);
    let (_, body) = chart.split_once("flowchart TB").unwrap();
    let labels = body.split('"').skip(1).step_by(2);
    let markup = ['<', '>', '`', '{', '}', '|', '\\', '\'', '&'];
    assert!(labels.map(|label| label.replace("<br/>", "")).all(|label| !label.contains(markup)), "{chart}");
    assert!(chart.chars().all(|char| char == '\n' || !char.is_control()));

    let graph = dot(&picture);
    assert!(graph.chars().all(|char| char == '\n' || !char.is_control()));
    assert_eq!(
        strings_of(&graph).iter().filter(|label| label.contains("alert")).count(),
        2 + 11 + 15 + 2,
        "{graph}"
    );
}

/// The strings in quotes of a DOT text, as its grammar reads them.
fn strings_of(graph: &str) -> Vec<String> {
    let mut strings = Vec::new();
    let mut chars = graph.chars();
    while chars.by_ref().any(|char| char == '"') {
        let mut string = String::new();
        while let Some(char) = chars.next().filter(|char| *char != '"') {
            string.push(char);
            string.extend((char == '\\').then(|| chars.next()).flatten());
        }
        strings.push(string);
    }
    strings
}

#[test]
fn identifiers_are_plain_and_different() {
    let mut picture = services(3, &[(0, 1), (1, 2)]);
    for (node, id) in picture.nodes.iter_mut().zip(["end", "a b", "a.b"]) {
        node.id = id.to_owned();
    }
    for text in [mermaid(&picture), dot(&picture)] {
        for id in ["service_end", "service_a_b", "service_a_b_2"] {
            assert!(
                text.contains(&format!("  {id}[")) || text.contains(&format!("  {id} [")),
                "{id} in {text}"
            );
        }
    }
}

#[test]
fn long_names_are_shortened_and_whole_in_the_tooltip() {
    let mut picture = services(1, &[]);
    let name = "a-service-with-a-name-that-goes-on-and-on-and-on-until-nobody-reads-it-any-more";
    picture.nodes[0].label = name.to_owned();
    picture.nodes[0].detail = Some(format!("registry.example/{name}:1.2.3"));
    let text = drawn(&picture);
    let plane = Plane::read(&text);
    let card = plane.card(name);
    assert!(card.right - card.left < 260.0);
    assert!(text.contains(":1.2.3</text>"), "the tag of an image stays");
    assert!(!text.contains(&format!(">{name}<")), "the name is shortened");
}

#[test]
fn edges_and_networks_that_do_not_exist_are_left_out() {
    let mut picture = services(2, &[(0, 1), (0, 7), (9, 1), (8, 8)]);
    picture.nodes[0].groups = vec![5];
    assert_eq!(Plane::read(&drawn(&picture)).lines.len(), 1);
    assert_eq!(mermaid(&picture).matches("-->").count(), 1);
    assert_eq!(dot(&picture).matches("->").count(), 1);
}

#[test]
fn an_empty_picture_is_a_picture() {
    let picture = Picture { title: "nothing".to_owned(), ..Picture::default() };
    assert!(drawn(&picture).contains("nothing to draw"));
    assert_eq!(mermaid(&picture), "---\ntitle: \"nothing\"\n---\nflowchart TB\n");
    assert!(dot(&picture).ends_with("}\n"));
}

#[test]
fn large_pictures_take_bounded_time() {
    let start = Instant::now();
    drawn(&woven(120, 1));
    drawn(&woven(1_000, 1));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn what_is_too_large_is_refused_with_a_next_step() {
    let start = Instant::now();
    let refused = svg(&woven(10_000, 1)).unwrap_err();
    assert_eq!(refused.nodes, 10_000);
    assert!(refused.to_string().contains("write Mermaid or DOT"), "{refused}");
    for text in [mermaid(&woven(10_000, 1)), dot(&woven(10_000, 1))] {
        assert!(text.contains("service_service_9999"), "the other formats write it");
    }
    // Fewer nodes, but long wires past a thousand rows.
    let long: Vec<(usize, usize)> =
        (1..1_200).flat_map(|from| [(from, from - 1), (from, from / 2)]).collect();
    assert_eq!(svg(&services(1_200, &long)), Err(TooLarge { nodes: 1_200, edges: long.len() }));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn text_has_contrast_in_both_themes() {
    let text = drawn(&shop());
    let (light, dark) = text.split_once("@media").unwrap();
    let mut pairs = 0;
    for sheet in [light, dark] {
        let surfaces = ["page", "card", "frame", "chip"]
            .map(str::to_owned)
            .into_iter()
            .chain((0..8).map(|hue| format!("net{hue}")));
        for surface in surfaces {
            for ink in ["ink", "muted"] {
                // Boxes and chips carry no muted text.
                if ink == "muted" && (surface.starts_with("net") || surface == "chip") {
                    continue;
                }
                let ratio = contrast(colour(sheet, ink), colour(sheet, &surface));
                assert!(ratio >= 4.5, "{ink} on {surface}: {ratio:.2}");
                pairs += 1;
            }
        }
    }
    assert_eq!(pairs, 2 * (12 + 3));
}

fn colour(sheet: &str, class: &str) -> [f64; 3] {
    let rule = format!(".{class}{{fill:#");
    let at = sheet.find(&rule).unwrap_or_else(|| panic!("no rule {rule}")) + rule.len();
    [0, 2, 4].map(|part| f64::from(u8::from_str_radix(&sheet[at + part..at + part + 2], 16).unwrap()) / 255.0)
}

/// The contrast ratio of WCAG 2.
fn contrast(one: [f64; 3], two: [f64; 3]) -> f64 {
    let luminance = |colour: [f64; 3]| {
        let linear = colour
            .map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (one, two) = (luminance(one), luminance(two));
    (one.max(two) + 0.05) / (one.min(two) + 0.05)
}

#[test]
fn the_legend_explains_what_is_there_and_nothing_else() {
    let text = drawn(&shop());
    for words in [
        "starts after",
        "waits until healthy",
        "waits until completed",
        "optional",
        "closes a cycle",
        "named in configuration",
    ] {
        assert!(text.contains(&format!(">{words}</text>")), "{words}");
    }
    let plain = drawn(&services(2, &[(0, 1)]));
    assert!(plain.contains(">starts after</text>"));
    for words in ["waits until healthy", "optional", "closes a cycle", "volume"] {
        assert!(!plain.contains(&format!(">{words}</text>")), "{words}");
    }
}

#[test]
fn the_shop_is_drawn_to_the_byte() {
    let picture = shop();
    for (name, text) in
        [("shop.svg", drawn(&picture)), ("shop.mmd", mermaid(&picture)), ("shop.dot", dot(&picture))]
    {
        golden(name, &text);
    }
}

#[expect(clippy::disallowed_methods, reason = "the test is its own edge")]
fn golden(name: &str, text: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/draw").join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{name} is not as recorded: look at it, then record it with UPDATE=1");
}

/// Prints the numbers of `docs/decisions/0004-graph-layout.md`.
#[test]
#[ignore = "a measurement, for reading"]
fn measure() {
    println!(
        "| picture | edges | crossings | through nodes | size | time |\n| --- | --- | --- | --- | --- | --- |"
    );
    for count in [5, 27, 120, 300] {
        let picture = woven(count, count as u64);
        let times = (0..5).map(|_| {
            let start = Instant::now();
            drawn(&picture);
            start.elapsed()
        });
        let time = times.min().unwrap();
        let plane = Plane::read(&drawn(&picture));
        let size = (plane.page.right - plane.page.left, plane.page.bottom - plane.page.top);
        println!(
            "| {} | {} | {} | {} | {} x {} | {:.1} ms |",
            picture.title,
            picture.edges.len(),
            plane.crossings(),
            plane.lines_through_cards().len(),
            size.0,
            size.1,
            time.as_secs_f64() * 1000.0
        );
    }
}

#[test]
fn kinds_of_edges_are_told_apart_without_colour() {
    let mut looks = BTreeSet::new();
    for kind in EdgeKind::ALL {
        let mut picture = services(2, &[]);
        picture.edges.push(edge(0, 1, kind));
        let text = drawn(&picture);
        let document = roxmltree::Document::parse(&text).unwrap();
        let is_tip = |class: &str| class.starts_with("tip");
        let tip = document.descendants().find(|node| node.attribute("class").is_some_and(is_tip)).unwrap();
        let is_dashed = text.contains(&format!(".{} .line{{stroke-dasharray", kind.word()));
        let is_thick = text.contains(&format!(".{} .line{{stroke-width", kind.word()));
        let look = (
            tip.attribute("class").map(str::to_owned),
            tip.attribute("d").map(str::to_owned),
            is_dashed,
            is_thick,
        );
        assert!(looks.insert(look), "{kind:?} looks like another");
        assert_eq!(is_dashed, kind == EdgeKind::Inferred, "only what is inferred is dashed");
    }
}

#[test]
fn kinds_of_nodes_are_told_apart() {
    let text = drawn(&shop());
    let document = roxmltree::Document::parse(&text).unwrap();
    let mut icons = BTreeSet::new();
    for kind in NodeKind::ALL.into_iter().filter(|kind| *kind != NodeKind::Service) {
        let card = document.descendants().find(|node| node.attribute("class") == Some(kind.word())).unwrap();
        let icon = card.children().find(|node| node.attribute("class") == Some("icon")).unwrap();
        assert!(icons.insert(icon.attribute("d").unwrap()), "{kind:?} looks like another");
        assert!(text.contains(&format!(">{}</text>", kind.word())), "{kind:?} is in the legend");
    }
}
