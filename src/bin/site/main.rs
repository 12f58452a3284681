//! Writes what the site shows of each scenario, its texts and its sources in small files, so that the page itself carries none
//! of them; the files that a lesson requests; and the guide.

mod guide;
mod highlight;
#[cfg(test)]
mod tests;

use highlight::Highlighter;
use interleave::scenarios::sources::{QUESTIONS, Texts, program_name, texts_name, write_program};
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
        fs::write(folder.join(texts_name(scenario.id)), texts(&highlighter, scenario)?)?;
        fs::write(folder.join(program_name(scenario.id)), program(&highlighter, scenario)?)?;
    }
    let questions: Vec<_> = REGISTRY.iter().map(|scenario| scenario.question).collect();
    fs::write(folder.join(QUESTIONS), questions.join("\n"))?;
    guide::write(&PathBuf::from(std::env::args_os().nth(2).ok_or("which folder for the guide?")?), &highlighter)
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
