//! `docs/differences.md` keeps its first promise: each difference is held by a case or a test, which it names.
//!
//! In: the table of that page. Out: the names in its last column, and one line for each row without one.

use crate::repository::{read, top};

const HEAD: &str = "| what | Docker Compose 5.6.1 | cutover | why | held by |";

/// The last cells of the rows of the table, each split into the names in it.
fn held_by(page: &str) -> Vec<(String, Vec<String>)> {
    let rows = page.lines().skip_while(|line| *line != HEAD).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let names =
        |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    rows.map(|row| {
        let last = row.trim_end_matches(['|', ' ']).rsplit(" | ").next().unwrap_or_default();
        (row.to_owned(), names(last))
    })
    .collect()
}

/// Everything that the page names as holding a difference.
pub(crate) fn holders() -> Vec<String> {
    held_by(&read("docs/differences.md")).into_iter().flat_map(|(_, names)| names).collect()
}

/// Whether `module::test` is a test; a name with a slash is a case, which the cases look after themselves.
fn is_held(name: &str) -> bool {
    let Some((module, test)) = name.split_once("::") else { return name.contains('/') };
    let file = format!("tests/{module}.rs");
    top().join(&file).is_file() && read(&file).contains(&format!("\nfn {test}()"))
}

#[test]
fn every_difference_is_held_by_a_case_or_a_test() {
    let rows = held_by(&read("docs/differences.md"));
    assert!(rows.len() > 10 && holders().len() >= rows.len(), "the table of docs/differences.md was found");
    let idle = rows.iter().filter(|(_, names)| names.is_empty() || !names.iter().all(|name| is_held(name)));
    let idle: Vec<&str> = idle.map(|(row, _)| row.as_str()).collect();
    assert!(idle.is_empty(), "held by nothing:\n{}", idle.join("\n"));
}

#[test]
fn a_difference_that_nothing_holds_is_found() {
    let page =
        format!("{HEAD}\n|---|---|---|---|---|\n| a | b | c `no` | d | `x/y`, `cli::no_such_test` |\n");
    let rows = held_by(&page);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].1, ["x/y", "cli::no_such_test"]);
    assert!(is_held("x/y") && !is_held("cli::no_such_test") && !is_held("nothing"));
    assert!(is_held("differences::a_difference_that_nothing_holds_is_found"));
}
