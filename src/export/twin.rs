//! The Python twin as a file that CPython runs as it is.

use crate::scenarios::sources::{self, Texts};
use crate::scenarios::{Scenario, find};
use crate::share;

/// The twin with the values of a link's hash, out of the site's file of its scenario's sources; `address` is where the reader
/// has it from. `None` when that file is none of ours.
pub fn twin(hash: &str, file: &str, address: &str) -> Option<String> {
    let spec = share::decode("", hash).spec;
    let scenario: &Scenario = find(&spec.scenario)?;
    let packed = Texts::read(file)?.python;
    let mut source = String::new();
    for line in sources::lines(packed) {
        source.extend(line.iter().map(|(_, text)| *text));
        source.push('\n');
    }
    // Whatever an address holds, it stays within its line.
    let address: String = address.chars().filter(|c| c.is_ascii_graphic()).collect();
    let head = format!("# {} · {address}\n# Runs with CPython 3.11 or later.\n", scenario.title);
    Some(head + &share::python_with(&source, &spec.values))
}
