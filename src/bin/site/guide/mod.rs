//! Writes the guide: pages of plain text (`src/guide/*.md`) with live scenarios inside, in one template.
//!
//! A page is blocks with an empty line between them. `# Title` and `> its first sentence` come first; then `## Section`,
//! `### Part`, paragraphs, `- lists`, ```` ```py ```` code, `<html>` as it is, and
//!
//! - `@run LINK | why to press it`: a scenario that runs here; LINK is a link's hash without `v=1&`. A third part
//!   names other panels than timeline, timings and claims;
//! - `@pair` with a line `bad LINK | caption` and a line `good LINK | caption`: two of them side by side;
//! - `@exercise NAME LINK | unit | what to predict | panels`: a scenario with a prediction and a check (`www/guide.js` knows NAME);
//! - `@include FILE`: a file beside the page, as it is (the decision tree, tables).
//!
//! Inside a text: `` `code` ``, `**strong**`, `*emphasis*`, `[words](target)`. A target is a guide page (`gil`, `gil#cost`), a
//! place (`#cost`), a scenario (`s=race&threads=5`) or an address. What leads nowhere fails the build.

mod inline;
mod live;
mod page;
#[cfg(test)]
mod tests;

use crate::highlight::Highlighter;
use page::Page;
use std::error::Error;
use std::fs;
use std::path::Path;

/// The pages, in the order of the table of contents; each is a folder of the site and a file of `src/guide`.
pub const PAGES: [&str; 6] = ["which-model", "gil", "loop", "memory", "pitfalls", "exercises"];

/// What went wrong, and where.
pub type Failure = Box<dyn Error>;

/// The text of a source file of the guide.
fn source(file: &str) -> Result<String, Failure> {
    Ok(fs::read_to_string(Path::new("src/guide").join(file)).map_err(|e| format!("src/guide/{file}: {e}"))?)
}

/// Everything in `guide/`, as path and content, pages first.
pub fn files(highlighter: &Highlighter) -> Result<Vec<(String, String)>, Failure> {
    let pages = PAGES.map(|name| source(&format!("{name}.md")).and_then(|text| Page::read(name, &text, highlighter)));
    let pages = pages.into_iter().collect::<Result<Vec<_>, _>>()?;
    let index = Page::read("", &source("index.md")?, highlighter)?;
    let template = source("template.html")?;
    let policy = policy(&fs::read_to_string("index.html")?);
    let mut files = Vec::new();
    for (place, page) in pages.iter().enumerate() {
        inline::check_places(page, &pages)?;
        let html = page.html(&template, &policy, &pages, Some(place));
        files.push((format!("{}/index.html", page.name), html));
    }
    inline::check_places(&index, &pages)?;
    files.push(("index.html".to_owned(), index.html(&template, &policy, &pages, None)));
    for asset in ["guide.css", "guide.js", "favicon.svg"] {
        files.push((asset.to_owned(), fs::read_to_string(Path::new("www").join(asset))?));
    }
    Ok(files)
}

/// Writes the guide into a folder.
pub fn write(folder: &Path, highlighter: &Highlighter) -> Result<(), Failure> {
    for (path, content) in files(highlighter)? {
        let path = folder.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, content)?;
    }
    Ok(())
}

/// The app's Content-Security-Policy, so that the guide's is the same.
fn policy(index: &str) -> String {
    let is_policy = |line: &&str| line.contains("http-equiv=\"Content-Security-Policy\"");
    index.lines().filter(is_policy).map(str::trim).collect::<Vec<_>>().join("\n")
}
