//! Writes what the site shows of the sources, a small file for each scenario, so that the page itself carries none of them;
//! the files that a lesson requests; and the guide.

mod guide;
mod highlight;
#[cfg(test)]
mod tests;

use highlight::Highlighter;
use interleave::scenarios::sources::{Sources, file_name};
use interleave::scenarios::waiting::http::parts;
use interleave::scenarios::{REGISTRY, Scenario};
use std::error::Error;
use std::fs;
use std::path::PathBuf;

/// Takes the folders to write into, that of the sources and that of the guide; run it in the repository's root.
fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("which folder?")?);
    fs::create_dir_all(&folder)?;
    let parts = folder.join("parts");
    fs::create_dir_all(&parts)?;
    for number in 0..parts::COUNT {
        fs::write(parts.join(parts::name(number)), parts::content(number))?;
    }
    let highlighter = Highlighter::new();
    for scenario in REGISTRY {
        fs::write(folder.join(file_name(scenario.id)), file(&highlighter, scenario)?)?;
    }
    guide::write(&PathBuf::from(std::env::args_os().nth(2).ok_or("which folder for the guide?")?), &highlighter)
}

/// The file of a scenario: its Python twin, and its program without the tests.
fn file(highlighter: &Highlighter, scenario: &Scenario) -> Result<String, Box<dyn Error>> {
    let [python, rust] = ["py", "rs"].map(|extension| fs::read_to_string(scenario.file(extension)));
    let (python, rust) = (python?, rust?);
    let shown = rust.split("#[cfg(test)]").next().unwrap_or_default();
    let python = highlighter.pack("py", python.trim_end())?;
    let rust = highlighter.pack("rs", shown.trim_end())?;
    Ok(Sources { python: &python, rust: &rust }.write())
}
