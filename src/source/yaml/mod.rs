//! YAML as Docker Compose's reader, go-yaml v4, understands it.
//!
//! [`parse`] turns text into [`Document`]s: nodes with exact places, tags, anchors and comments, nothing resolved yet.
//! [`construct`] turns a document into a [`Node`](crate::source::node::Node): aliases and merge keys followed, scalars
//! resolved. Between the two a loader may choose nodes to leave out, which is how `!reset` works.
//!
//! What holds for both: every span lies inside the text on character boundaries, nesting is bounded, so neither
//! reading nor dropping can exhaust the stack, and mistakes in the text are returned, all that were found.
//!
//! What is left different from go-yaml, all of it rare:
//!
//! - [`Limits`]: nesting deeper than 255 is refused (go-yaml goes to 10,000), and so are aliases that stand for more
//!   than a million nodes (Docker Compose turns go-yaml's own check off and works until memory ends);
//! - U+0085, U+2028 and U+2029 are ordinary characters, as in YAML 1.2, not line breaks, and a lone carriage return
//!   does not break lines inside quotes;
//! - a block scalar that begins in the column of its key is refused, and one that is the whole document ends at `---`.

mod compose;
mod construct;
mod error;
mod lenient;
mod padding;
mod place;
mod quoted;
mod read;
mod strict;
mod syntax;
mod tabs;
mod tree;

pub use construct::construct;
pub use error::YamlError;
pub use read::parse;
pub use tree::{Anchor, Comment, Document, Kind, Limits, NodeId, Parsed, RawNode, Style, Tag};
