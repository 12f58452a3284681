//! One page: its blocks as HTML, its table of contents, and the whole of it in the template.

use super::inline::{escaped, html, slug};
use super::{Failure, live, source};
use crate::highlight::Highlighter;
use interleave::scenarios::sources::{Class, lines};

/// A page that was read.
pub struct Page {
    /// Its folder; empty for the guide's first page.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its first sentence.
    pub lead: String,
    /// Places and titles of its sections.
    pub sections: Vec<(String, String)>,
    /// What is between the title and the end, as HTML.
    pub body: String,
}

impl Page {
    /// Reads a page.
    pub fn read(name: &str, text: &str, highlighter: &Highlighter) -> Result<Self, Failure> {
        let mut page = Self {
            name: name.to_owned(),
            title: String::new(),
            lead: String::new(),
            sections: Vec::new(),
            body: String::new(),
        };
        for block in blocks(text) {
            page.add(&block, highlighter).map_err(|e| format!("src/guide/{name}: {e}"))?;
        }
        if page.title.is_empty() || page.lead.is_empty() {
            return Err(format!("src/guide/{name}: it begins with # Title and > first sentence").into());
        }
        if !page.sections.is_empty() {
            page.body += "</section>\n";
        }
        page.body = with_places(&page.body);
        Ok(page)
    }

    /// Leads to the guide's root.
    fn up(&self) -> &'static str {
        if self.name.is_empty() { "" } else { "../" }
    }

    fn add(&mut self, block: &str, highlighter: &Highlighter) -> Result<(), Failure> {
        let up = self.up();
        let first = block.lines().next().unwrap_or_default();
        let (mark, text) = first.split_once(' ').unwrap_or((first, ""));
        let rest = block.split_once('\n').map_or("", |(_, rest)| rest);
        match mark {
            "#" => self.title = text.to_owned(),
            ">" => self.lead = block.trim_start_matches("> ").replace('\n', " "),
            "##" => {
                let end = if self.sections.is_empty() { "" } else { "</section>\n" };
                self.sections.push((slug(text), text.to_owned()));
                self.body += &format!("{end}<section>\n<h2 id=\"{}\">{}</h2>\n", slug(text), html(text, up)?);
            }
            "###" => self.body += &format!("<h3 id=\"{}\">{}</h3>\n", slug(text), html(text, up)?),
            "@run" => self.body += &live::run(text, up)?,
            "@pair" => self.body += &live::pair(rest, up)?,
            "@exercise" => self.body += &live::exercise(text, up)?,
            "@include" => self.body += &source(text)?,
            "```py" => self.body += &code(rest.trim_end_matches("```"), highlighter)?,
            "-" => {
                self.body += "<ul>\n";
                for item in block.trim_start_matches("- ").split("\n- ") {
                    self.body += &format!("<li>{}</li>\n", html(item, up)?);
                }
                self.body += "</ul>\n";
            }
            _ if mark.starts_with('@') || mark.starts_with("```") => return Err(format!("what is {mark}?").into()),
            _ if mark.starts_with('<') => self.body += &format!("{block}\n"),
            _ => self.body += &format!("<p>{}</p>\n", html(block, up)?),
        }
        Ok(())
    }

    /// The whole page.
    pub fn html(&self, template: &str, policy: &str, pages: &[Page], place: Option<usize>) -> String {
        let up = self.up();
        let link =
            |page: &Page, before: &str| format!("<a href=\"{up}{}/\">{before}{}</a>", page.name, escaped(&page.title));
        let next = place.map_or(0, |place| place + 1);
        let previous = place.and_then(|place| pages.get(place.checked_sub(1)?));
        let mut turns = String::new();
        if let Some(page) = previous {
            turns += &format!("<span class=\"previous\">{}</span>", link(page, "<small>Before</small> "));
        }
        if let Some(page) = pages.get(next) {
            turns += &format!("<span class=\"next\">{}</span>", link(page, "<small>Next</small> "));
        }
        template
            .replace("{{policy}}", policy)
            .replace("{{title}}", &escaped(&self.title))
            .replace("{{lead}}", &escaped(&self.lead))
            .replace("{{up}}", up)
            .replace("{{contents}}", &self.contents(pages))
            .replace("{{turns}}", &turns)
            .replace("{{body}}", &self.body)
    }

    /// The table of contents: every page, and the sections of this one.
    fn contents(&self, pages: &[Page]) -> String {
        let mut out = String::new();
        for page in pages {
            let here = page.name == self.name;
            let current = if here { " aria-current=\"page\"" } else { "" };
            out += &format!("<li><a href=\"{}{}/\"{current}>{}</a>", self.up(), page.name, escaped(&page.title));
            if here && !page.sections.is_empty() {
                out += "<ol>";
                for (place, title) in &page.sections {
                    out += &format!("<li><a href=\"#{place}\">{}</a></li>", escaped(title));
                }
                out += "</ol>";
            }
            out += "</li>\n";
        }
        out
    }
}

/// The first run of each scenario has a place: `run-race`.
fn with_places(body: &str) -> String {
    let mut pieces = body.split("<figure ");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let id = piece.split("data-scenario=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let place = format!("id=\"run-{id}\" ");
        let first = !out.contains(&place);
        out += &format!("<figure {}{piece}", if first { &place } else { "" });
    }
    out
}

/// The blocks of a text: what stands between empty lines; code keeps its own.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks: Vec<String> = vec![String::new()];
    let mut in_code = false;
    for line in text.lines() {
        in_code ^= line.starts_with("```");
        match blocks.last_mut() {
            Some(last) if !line.trim().is_empty() || in_code => {
                if !last.is_empty() {
                    last.push('\n');
                }
                last.push_str(line);
            }
            _ => blocks.push(String::new()),
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

/// Python, highlighted.
fn code(source: &str, highlighter: &Highlighter) -> Result<String, Failure> {
    let packed = highlighter.pack("py", source.trim_end())?;
    let mut out = String::from("<pre tabindex=\"0\"><code>");
    for line in lines(&packed) {
        for (class, text) in line {
            match class {
                Class::Plain => out += &escaped(text),
                class => out += &format!("<span class=\"t{}\">{}</span>", class as u8, escaped(text)),
            }
        }
        out.push('\n');
    }
    Ok(out + "</code></pre>\n")
}
