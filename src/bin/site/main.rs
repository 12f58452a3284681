//! Writes what the site shows of each scenario, its texts and its sources in small files, so that the page itself carries none
//! of them; the files that a lesson requests; and the guide. With `pictures`, what
//! frames show of recorded runs; with `pages`, a page for each scenario.

mod guide;
mod highlight;
mod pages;
mod pictures;
#[cfg(test)]
mod tests;

use highlight::Highlighter;
use interleave::scenarios::sources::{QUESTIONS, Texts, program_name, texts_name, write_program};
use interleave::scenarios::waiting::http::parts;
use interleave::scenarios::{REGISTRY, Scenario};
use std::error::Error;
use std::fs;
use std::path::Path;

/// Takes the folders to write into, that of the sources and that of the guide; or what else to write, and where. Run it in the
/// repository's root.
fn main() -> Result<(), Box<dyn Error>> {
    let said: Vec<_> = std::env::args().skip(1).collect();
    let [what, folder] = &said[..] else { return Err("which folders?".into()) };
    let url = std::env::var("SITE_URL").ok().filter(|url| !url.is_empty());
    match what.as_str() {
        "pictures" => pictures::write(Path::new(folder)),
        "pages" => pages::write(Path::new(folder), url.as_deref()),
        sources => write_sources(Path::new(sources), Path::new(folder)),
    }
}

fn write_sources(folder: &Path, guide: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let parts = folder.join("parts");
    fs::create_dir_all(&parts)?;
    for number in 0..parts::COUNT {
        fs::write(parts.join(parts::name(number)), parts::content(number))?;
    }
    let highlighter = Highlighter::new();
    for scenario in REGISTRY {
        fs::write(folder.join(texts_name(scenario.id)), texts(&highlighter, scenario)?)?;
        fs::write(folder.join(program_name(scenario.id)), program(&highlighter, scenario)?)?;
    }
    let questions: Vec<_> = REGISTRY.iter().map(|scenario| scenario.question).collect();
    fs::write(folder.join(QUESTIONS), questions.join("\n"))?;
    guide::write(guide, &highlighter)
}

/// The file of what is said of a scenario, its Python twin included.
fn texts(highlighter: &Highlighter, scenario: &Scenario) -> Result<String, Box<dyn Error>> {
    let python = fs::read_to_string(scenario.file("py"))?;
    let python = highlighter.pack("py", python.trim_end())?;
    let help: Vec<_> = scenario.params.iter().map(|param| param.help).collect();
    let texts = Texts { title: scenario.title, question: scenario.question, help: &help.join("\n"), python: &python };
    Ok(texts.write())
}

/// The file of its program, without the tests.
fn program(highlighter: &Highlighter, scenario: &Scenario) -> Result<String, Box<dyn Error>> {
    let rust = fs::read_to_string(scenario.file("rs"))?;
    let shown = rust.split("#[cfg(test)]").next().unwrap_or_default();
    Ok(write_program(&highlighter.pack("rs", shown.trim_end())?))
}
