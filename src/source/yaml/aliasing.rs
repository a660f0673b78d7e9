//! How much of a document may come from aliases before it is refused, which is go-yaml's answer to alias bombs.

/// Counts what is built, in the way go-yaml counts: keys, values and aliases one each.
#[derive(Debug, Default)]
pub(super) struct Aliasing {
    built: usize,
    from_aliases: usize,
    depth: usize,
}

impl Aliasing {
    pub(super) fn enter(&mut self) {
        self.depth += 1;
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    pub(super) fn count(&mut self, nodes: usize) {
        self.built += nodes;
        if self.depth > 0 {
            self.from_aliases += nodes;
        }
    }

    /// Small documents may alias freely; from 400,000 nodes on the allowed share falls from 99 % to 10 %.
    #[allow(clippy::cast_precision_loss, reason = "the counts stay far below 2^52")]
    pub(super) fn is_excessive(&self) -> bool {
        const FREE_ALIASES: usize = 100;
        const FREE_NODES: usize = 1_000;
        const LOW: f64 = 400_000.0;
        const HIGH: f64 = 4_000_000.0;
        if self.from_aliases <= FREE_ALIASES || self.built <= FREE_NODES {
            return false;
        }
        let built = self.built as f64;
        let excess = ((built - LOW) / (HIGH - LOW)).clamp(0.0, 1.0);
        self.from_aliases as f64 / built > 0.99 - 0.89 * excess
    }
}
