//! Pictures to draw: one by hand, others generated from a seed.

use cutover::graph::draw::{EdgeKind, NodeKind, Picture, PictureEdge, PictureGroup, PictureNode};

/// A node without anything special.
pub(crate) fn node(label: &str, kind: NodeKind, groups: &[usize]) -> PictureNode {
    PictureNode {
        id: label.to_owned(),
        label: label.to_owned(),
        detail: None,
        kind,
        groups: groups.to_vec(),
        marks: Vec::new(),
    }
}

/// A required edge without a label.
pub(crate) fn edge(from: usize, to: usize, kind: EdgeKind) -> PictureEdge {
    PictureEdge { from, to, kind, label: None, optional: false }
}

/// A network.
pub(crate) fn group(label: &str) -> PictureGroup {
    PictureGroup { label: label.to_owned(), internal: false, external: false }
}

/// Services in one network, with the given edges.
pub(crate) fn services(count: usize, edges: &[(usize, usize)]) -> Picture {
    Picture {
        title: format!("{count} services"),
        nodes: (0..count).map(|number| node(&format!("service-{number}"), NodeKind::Service, &[0])).collect(),
        edges: edges.iter().map(|(from, to)| edge(*from, *to, EdgeKind::DependsStarted)).collect(),
        groups: vec![group("default")],
    }
}

/// A shop with two networks: every kind of node, every kind of edge, a cycle, an optional edge.
pub(crate) fn shop() -> Picture {
    let with = |label: &str, kind, groups: &[usize], detail: &str| PictureNode {
        detail: Some(detail.to_owned()),
        ..node(label, kind, groups)
    };
    let labelled =
        |from, to, kind, label: &str| PictureEdge { label: Some(label.to_owned()), ..edge(from, to, kind) };
    let mut proxy = with("proxy", NodeKind::Service, &[0], "caddy:2");
    proxy.marks.push("ports 80, 443".to_owned());
    Picture {
        title: "A shop & its <services>".to_owned(),
        nodes: vec![
            proxy,
            with("storefront", NodeKind::Service, &[0], "shop/storefront:4"),
            with("api", NodeKind::Service, &[0, 1], "shop/api:4"),
            with("worker", NodeKind::Service, &[1], "shop/api:4"),
            with("migrate", NodeKind::Job, &[1], "shop/api:4"),
            with("db", NodeKind::Service, &[1], "postgres:16"),
            node("db-data", NodeKind::Volume, &[]),
            node("db-password", NodeKind::Secret, &[]),
            node("caddyfile", NodeKind::Config, &[]),
            node("payments.example", NodeKind::External, &[]),
            node("legacy", NodeKind::Network, &[]),
        ],
        edges: vec![
            edge(0, 1, EdgeKind::DependsStarted),
            edge(1, 2, EdgeKind::DependsHealthy),
            edge(2, 4, EdgeKind::DependsCompleted),
            edge(3, 4, EdgeKind::DependsCompleted),
            edge(4, 5, EdgeKind::DependsHealthy),
            PictureEdge { optional: true, ..edge(3, 2, EdgeKind::DependsStarted) },
            labelled(2, 3, EdgeKind::Inferred, ":9000"),
            labelled(2, 9, EdgeKind::Inferred, ":443"),
            edge(1, 10, EdgeKind::Link),
            edge(5, 6, EdgeKind::Mount),
            edge(5, 7, EdgeKind::Mount),
            edge(0, 8, EdgeKind::Mount),
            edge(3, 5, EdgeKind::VolumesFrom),
            edge(1, 0, EdgeKind::SharesNamespace),
            edge(3, 3, EdgeKind::Inferred),
        ],
        groups: vec![group("front"), PictureGroup { internal: true, ..group("back") }],
    }
}

/// Numbers that look random and are the same everywhere.
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice from a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// Services of which each needs up to three earlier ones, mostly the earliest, as in real projects.
pub(crate) fn woven(count: usize, seed: u64) -> Picture {
    let mut dice = Dice::new(seed);
    let mut edges = Vec::new();
    for from in 1..count {
        for _ in 0..[0, 1, 1, 2, 2, 3][dice.roll(6)] {
            let far = dice.roll(from * 100) as f64 / 100.0 / from as f64;
            let to = (from as f64 * far * far) as usize;
            let kind = [EdgeKind::DependsStarted, EdgeKind::DependsHealthy, EdgeKind::Inferred][dice.roll(3)];
            edges.push(edge(from, to, kind));
        }
    }
    let mut picture = services(count, &[]);
    for node in &mut picture.nodes {
        node.detail = Some(["postgres:16", "redis:7", "company/app:1.0"][dice.roll(3)].to_owned());
    }
    Picture { title: format!("woven {count}"), edges, ..picture }
}

/// The same with networks, labels, cycles and loops.
pub(crate) fn tangled(count: usize, seed: u64) -> Picture {
    let mut picture = woven(count, seed);
    let mut dice = Dice::new(seed ^ 0xABCD);
    picture.groups = (0..1 + dice.roll(4)).map(|number| group(&format!("net-{number}"))).collect();
    for node in &mut picture.nodes {
        node.groups = (0..1 + dice.roll(2)).map(|_| dice.roll(picture.groups.len())).collect();
        node.kind = NodeKind::ALL[dice.roll(20).min(6)];
    }
    for _ in 0..count / 4 {
        let (from, to) = (dice.roll(count), dice.roll(count));
        let label = (dice.roll(2) == 0).then(|| format!(":{}", 8000 + to));
        let optional = dice.roll(4) == 0;
        let kind = EdgeKind::ALL[dice.roll(8)];
        picture.edges.push(PictureEdge { from, to, kind, label, optional });
    }
    Picture { title: format!("tangled {count}, {seed}"), ..picture }
}
