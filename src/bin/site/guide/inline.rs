//! Text inside a line: code, emphasis and links; and whether the links lead somewhere.

use super::page::Page;
use super::{Failure, PAGES, live};

/// Text that HTML takes for text, also in an attribute.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The place of a heading in addresses: `Why it is there` is `why-it-is-there`.
pub fn slug(heading: &str) -> String {
    let words = heading.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

/// A text with its marks, as HTML. `up` leads from the page to the guide's root.
pub fn html(text: &str, up: &str) -> Result<String, Failure> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['`', '*', '[']) {
        let (before, from) = rest.split_at(at);
        out += &escaped(before);
        let (piece, after) = marked(from, up)?.unwrap_or_else(|| (from[..1].to_owned(), &from[1..]));
        out += &piece;
        rest = after;
    }
    Ok(out + &escaped(rest))
}

/// The mark that a text begins with, as HTML, and what follows it; `None` when it is no mark after all.
fn marked<'a>(text: &'a str, up: &str) -> Result<Option<(String, &'a str)>, Failure> {
    for (mark, tag) in [("`", "code"), ("**", "strong"), ("*", "em")] {
        if let Some((inside, after)) = text.strip_prefix(mark).and_then(|rest| rest.split_once(mark)) {
            let inside = if tag == "code" { escaped(inside) } else { html(inside, up)? };
            return Ok(Some((format!("<{tag}>{inside}</{tag}>"), after)));
        }
    }
    let link = text.strip_prefix('[').and_then(|rest| rest.split_once("]("));
    let Some((words, (target, after))) = link.and_then(|(words, rest)| Some((words, rest.split_once(')')?))) else {
        return Ok(None);
    };
    let address = escaped(&address(target, up)?);
    Ok(Some((format!("<a href=\"{address}\">{}</a>", html(words, up)?), after)))
}

/// Where a target lies, seen from a page.
fn address(target: &str, up: &str) -> Result<String, Failure> {
    if target.starts_with('#') || target.starts_with("https://") {
        return Ok(target.to_owned());
    }
    if target.starts_with("s=") {
        return Ok(format!("{up}../{}", live::full(target)?));
    }
    let (page, place) = target.split_once('#').unwrap_or((target, ""));
    if !PAGES.contains(&page) {
        return Err(format!("there is no page {target}").into());
    }
    let place = if place.is_empty() { String::new() } else { format!("#{place}") };
    Ok(format!("{up}{page}/{place}"))
}

/// Every value of an attribute in a piece of HTML.
pub fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let begin = format!(" {attribute}=\"");
    html.split(&begin).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// That each place a page's links lead to is there.
pub fn check_places(page: &Page, pages: &[Page]) -> Result<(), Failure> {
    for link in values(&page.body, "href").into_iter().filter(|link| !link.contains("#v=1&") && !link.contains("//")) {
        let Some((before, place)) = link.split_once('#') else { continue };
        let name = before.trim_start_matches("../").trim_end_matches('/');
        let other = if before.is_empty() { Some(page) } else { pages.iter().find(|p| p.name == name) };
        if !other.is_some_and(|p| values(&p.body, "id").contains(&place)) {
            return Err(format!("{}: nothing is at {link}", page.name).into());
        }
    }
    Ok(())
}
