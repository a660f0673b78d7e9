//! One minimal project for each key and form of the key table: each is converted without a line that nobody accounts for.
//!
//! The projects are made from the table, which another test holds equal to the published schema, so that a new key is
//! tried as soon as it is known.

use cutover::mapping::keys::Keys;
use cutover::pipeline::convert::{Asked, convert};
use cutover::source::file::Memory;

use crate::keys::minimal_documents;

#[test]
fn every_key_in_every_form_is_accounted_for() {
    let (mut converted, mut wrong) = (0, Vec::new());
    for document in minimal_documents(Keys::embedded()) {
        let mut files = Memory::default();
        files.insert("/p/compose.json", document.clone());
        let asked = Asked {
            request: cutover::compose::input::Request {
                working_directory: "/p".into(),
                files: vec!["compose.json".to_owned()],
                ..Default::default()
            },
            ..Asked::default()
        };
        let outcome = convert(&asked, Box::new(files));
        // What Docker Compose refuses is not converted.
        let Some(result) = outcome.result else { continue };
        converted += 1;
        wrong.extend(result.bugs.iter().map(|bug| format!("{bug}\n    {document}")));
    }
    crate::say::say(&format!("{converted} projects of one key converted"));
    assert!(converted > 1_000, "only {converted} projects were converted");
    assert!(
        wrong.is_empty(),
        "{} problems, such as\n{}",
        wrong.len(),
        wrong[..wrong.len().min(30)].join("\n")
    );
}
