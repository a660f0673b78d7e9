//! Points, rectangles and paths, in pixels, downwards and to the right.

/// A place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// An extent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rect {
    pub(super) at: Point,
    pub(super) size: Size,
}

impl Rect {
    pub(super) fn right(self) -> f64 {
        self.at.x + self.size.width
    }

    pub(super) fn bottom(self) -> f64 {
        self.at.y + self.size.height
    }
}

/// A line that is straight in places and curved in others.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    pub(super) start: Point,
    pub(super) strokes: Vec<Stroke>,
}

/// One part of a [`Path`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stroke {
    /// Straight to a point.
    Line(Point),
    /// Nothing, up to a point.
    Move(Point),
    /// By two control points to a third.
    Curve(Point, Point, Point),
}

impl Path {
    /// About how long it is.
    pub(super) fn length(&self) -> f64 {
        let mut at = self.start;
        let mut step = |to: Point| {
            let length = f64::hypot(to.x - at.x, to.y - at.y);
            at = to;
            length
        };
        let lengths = self.strokes.iter().map(|stroke| match stroke {
            Stroke::Line(to) | Stroke::Move(to) | Stroke::Curve(_, _, to) => step(*to),
        });
        lengths.sum()
    }
}

/// Things that can be moved about.
pub(super) trait Shift {
    /// The thing, moved.
    fn shifted(self, by: Point) -> Self;
}

impl Shift for Point {
    fn shifted(self, by: Point) -> Self {
        Self { x: self.x + by.x, y: self.y + by.y }
    }
}

impl Shift for Rect {
    fn shifted(self, by: Point) -> Self {
        Self { at: self.at.shifted(by), size: self.size }
    }
}

impl Shift for Path {
    fn shifted(self, by: Point) -> Self {
        let strokes = self.strokes.into_iter().map(|stroke| match stroke {
            Stroke::Line(to) => Stroke::Line(to.shifted(by)),
            Stroke::Move(to) => Stroke::Move(to.shifted(by)),
            Stroke::Curve(one, two, to) => Stroke::Curve(one.shifted(by), two.shifted(by), to.shifted(by)),
        });
        Self { start: self.start.shifted(by), strokes: strokes.collect() }
    }
}
