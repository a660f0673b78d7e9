//! A drawn SVG as geometry again, read with a parser that is not ours.

use roxmltree::{Document, Node};

/// A place.
pub(crate) type Point = (f64, f64);

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rect {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Rect {
    /// Whether the insides of two rectangles meet.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether another rectangle lies within.
    pub(crate) fn holds(&self, other: &Self) -> bool {
        self.left <= other.left
            && other.right <= self.right
            && self.top <= other.top
            && other.bottom <= self.bottom
    }

    fn grown(&self, by: f64) -> Self {
        Self { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    fn has(&self, point: Point) -> bool {
        self.left < point.0 && point.0 < self.right && self.top < point.1 && point.1 < self.bottom
    }
}

/// A line with what it means.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) class: String,
    pub(crate) title: String,
    /// Its strokes, as chains of points.
    pub(crate) chains: Vec<Vec<Point>>,
}

impl Line {
    fn ends(&self) -> Vec<Point> {
        let first = self.chains.first().and_then(|chain| chain.first());
        let last = self.chains.last().and_then(|chain| chain.last());
        first.into_iter().chain(last).copied().collect()
    }

    fn segments(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        self.chains.iter().flat_map(|chain| chain.windows(2).map(|pair| (pair[0], pair[1])))
    }
}

/// What is drawn, without its legend.
#[derive(Clone, Debug)]
pub(crate) struct Plane {
    pub(crate) page: Rect,
    /// Cards by the first line of their tooltip.
    pub(crate) cards: Vec<(String, Rect)>,
    pub(crate) boxes: Vec<Rect>,
    pub(crate) lines: Vec<Line>,
}

impl Plane {
    /// Reads an SVG.
    pub(crate) fn read(svg: &str) -> Self {
        let document = Document::parse(svg).expect("well-formed XML");
        let root = document.root_element();
        let view: Vec<f64> = numbers(root.attribute("viewBox").unwrap());
        let page = Rect { left: view[0], top: view[1], right: view[0] + view[2], bottom: view[1] + view[3] };
        let content = root.children().find(|node| node.has_attribute("transform"));
        let mut plane = Self { page, cards: Vec::new(), boxes: Vec::new(), lines: Vec::new() };
        let Some(content) = content else { return plane };
        let shift = numbers(content.attribute("transform").unwrap());
        let shift = (shift[0], shift[1]);
        for node in content.descendants() {
            match node.attribute("class").unwrap_or_default() {
                "card" => plane.cards.push((title(node.parent().unwrap()), rect(node, shift))),
                class if class.starts_with("box ") => plane.boxes.push(rect(node, shift)),
                "line" => {
                    let group = node.parent().unwrap();
                    let chains = chains(node.attribute("d").unwrap(), shift);
                    let class = group.attribute("class").unwrap().to_owned();
                    plane.lines.push(Line { class, title: full_title(group), chains });
                }
                _ => {}
            }
        }
        plane
    }

    /// The card of a node.
    pub(crate) fn card(&self, label: &str) -> Rect {
        let found = self.cards.iter().find(|(title, _)| title.rsplit_once(" (").unwrap().0 == label);
        found.unwrap_or_else(|| panic!("no card {label}")).1
    }

    /// Lines that run through a card they do not end at, by their titles.
    pub(crate) fn lines_through_cards(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for line in &self.lines {
            for (title, card) in &self.cards {
                let is_end = line.ends().iter().any(|end| card.grown(3.0).has(*end));
                let inner = card.grown(-1.0);
                let is_hit = line.segments().any(|(from, to)| {
                    (0..=8).any(|step| {
                        let share = f64::from(step) / 8.0;
                        inner.has((from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share))
                    })
                });
                if is_hit && !is_end {
                    found.push((line.title.clone(), title.clone()));
                }
            }
        }
        found
    }

    /// How often lines cross, but not where they begin or end together.
    pub(crate) fn crossings(&self) -> usize {
        let mut count = 0;
        for (place, one) in self.lines.iter().enumerate() {
            for two in &self.lines[..place] {
                let common: Vec<Point> = one
                    .ends()
                    .into_iter()
                    .filter(|end| two.ends().iter().any(|other| near(*end, *other, 2.0)))
                    .collect();
                let points =
                    one.segments().flat_map(|left| two.segments().filter_map(move |right| meet(left, right)));
                count += points.filter(|point| !common.iter().any(|end| near(*end, *point, 40.0))).count();
            }
        }
        count
    }
}

fn near(one: Point, two: Point, distance: f64) -> bool {
    f64::hypot(one.0 - two.0, one.1 - two.1) < distance
}

/// Where two pieces cross each other.
fn meet((a, b): (Point, Point), (c, d): (Point, Point)) -> Option<Point> {
    let cross = |u: Point, v: Point| u.0 * v.1 - u.1 * v.0;
    let (r, s) = ((b.0 - a.0, b.1 - a.1), (d.0 - c.0, d.1 - c.1));
    let across = cross(r, s);
    let along = (c.0 - a.0, c.1 - a.1);
    let (t, u) = (cross(along, s) / across, cross(along, r) / across);
    let is_inside = across.abs() > 1e-9 && (0.0..1.0).contains(&t) && (0.0..1.0).contains(&u);
    is_inside.then_some((a.0 + r.0 * t, a.1 + r.1 * t))
}

fn title(node: Node<'_, '_>) -> String {
    full_title(node).lines().next().unwrap_or_default().to_owned()
}

fn full_title(node: Node<'_, '_>) -> String {
    let title =
        node.children().find(|child| child.has_tag_name("title") || child.tag_name().name() == "title");
    title.and_then(|title| title.text()).unwrap_or_default().to_owned()
}

fn rect(node: Node<'_, '_>, shift: Point) -> Rect {
    let number = |name: &str| node.attribute(name).unwrap().parse::<f64>().unwrap();
    let (left, top) = (number("x") + shift.0, number("y") + shift.1);
    Rect { left, top, right: left + number("width"), bottom: top + number("height") }
}

/// All numbers of a text.
fn numbers(text: &str) -> Vec<f64> {
    let is_part = |char: char| char.is_ascii_digit() || char == '.' || char == '-';
    text.split(|char| !is_part(char))
        .filter(|word| !word.is_empty())
        .map(|word| word.parse().unwrap())
        .collect()
}

/// The strokes of path data that uses `M`, `L`, `C` and, for loops, `c`.
fn chains(data: &str, shift: Point) -> Vec<Vec<Point>> {
    let mut chains: Vec<Vec<Point>> = Vec::new();
    let starts: Vec<usize> =
        data.match_indices(|char: char| char.is_ascii_alphabetic()).map(|(at, _)| at).collect();
    for (place, start) in starts.iter().enumerate() {
        let end = starts.get(place + 1).copied().unwrap_or(data.len());
        let values = numbers(&data[start + 1..end]);
        let points: Vec<Point> =
            values.chunks(2).map(|pair| (pair[0] + shift.0, pair[1] + shift.1)).collect();
        match &data[*start..=*start] {
            "M" => chains.push(points),
            "L" => chains.last_mut().unwrap().extend(points),
            "C" => {
                let chain = chains.last_mut().unwrap();
                let from = *chain.last().unwrap();
                chain.extend(
                    (1..=12)
                        .map(|step| bend([from, points[0], points[1], points[2]], f64::from(step) / 12.0)),
                );
            }
            "c" => {
                let chain = chains.last_mut().unwrap();
                let from = *chain.last().unwrap();
                chain.push((from.0 + values[4], from.1 + values[5]));
            }
            other => panic!("unknown path command {other}"),
        }
    }
    chains
}

fn bend(points: [Point; 4], share: f64) -> Point {
    let rest = 1.0 - share;
    let weights = [rest.powi(3), 3.0 * rest * rest * share, 3.0 * rest * share * share, share.powi(3)];
    points
        .iter()
        .zip(weights)
        .fold((0.0, 0.0), |sum, (point, weight)| (sum.0 + point.0 * weight, sum.1 + point.1 * weight))
}
