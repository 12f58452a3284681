//! Scenarios inside a page: a picture of what is to come until a press makes a frame of it (`www/guide.js`).

use super::Failure;
use super::inline::{self, escaped};
use interleave::scenarios::{Scenario, find};
use interleave::share;

/// What a small frame shows.
const SMALL: &str = "timeline,timings,claims";

/// The scenario of a link, which must say nothing that is not understood.
fn scenario(link: &str) -> Result<&'static Scenario, Failure> {
    let decoded = share::decode("", &format!("v=1&{link}"));
    if !decoded.notices.is_empty() {
        return Err(format!("{link}: {:?}", decoded.notices).into());
    }
    Ok(find(&decoded.spec.scenario).ok_or_else(|| format!("{link}: no such scenario"))?)
}

/// The address of the whole page with a link, from the site's root.
pub fn full(link: &str) -> Result<String, Failure> {
    scenario(link).map(|_| format!("#v=1&{link}"))
}

/// A scenario with a caption, until it is pressed.
fn figure(class: &str, link: &str, panels: &str, caption: &str, up: &str, more: &str) -> Result<String, Failure> {
    let scenario = scenario(link)?;
    let frame = escaped(&format!("{up}../?embed&panels={panels}#v=1&{link}"));
    let page = escaped(&format!("{up}../#v=1&{link}"));
    let title = escaped(scenario.title);
    // In a pair the captions have said what it is about.
    let question = match class {
        " bad" | " good" => String::new(),
        _ => format!("<p class=\"soft\">{}</p>", escaped(scenario.question)),
    };
    Ok(format!(
        "<figure class=\"live{class}\" data-scenario=\"{id}\" data-frame=\"{frame}\" data-title=\"{title}\">\n\
         <figcaption>{caption}</figcaption>\n{more}\
         <div class=\"stage\"><p class=\"name\">{title}</p>{question}\
         <button type=\"button\" class=\"go\" hidden>Run it here</button></div>\n\
         <p class=\"under\"><a href=\"{page}\">Open it in full</a></p>\n</figure>\n",
        id = scenario.id,
        caption = inline::html(caption, up)?,
    ))
}

/// `LINK | caption`, or `LINK | caption | panels`.
pub fn run(text: &str, up: &str) -> Result<String, Failure> {
    let mut parts = text.split('|').map(str::trim);
    let (Some(link), Some(caption)) = (parts.next(), parts.next()) else {
        return Err(format!("@run {text}: no caption").into());
    };
    figure("", link, parts.next().unwrap_or(SMALL), caption, up, "")
}

/// The lines of a pair.
pub fn pair(lines: &str, up: &str) -> Result<String, Failure> {
    let mut out = String::from("<div class=\"pair\">\n");
    for (line, which) in lines.lines().zip(["bad", "good"]) {
        let (link, caption) = line
            .strip_prefix(which)
            .and_then(|rest| rest.split_once('|'))
            .ok_or_else(|| format!("@pair: “{line}” is not “{which} LINK | caption”"))?;
        out += &figure(&format!(" {which}"), link.trim(), SMALL, caption.trim(), up, "")?;
    }
    if lines.lines().count() != 2 {
        return Err("@pair: a bad one and a good one, no more and no less".into());
    }
    Ok(out + "</div>\n")
}

/// `NAME LINK | unit | what to predict | panels`.
pub fn exercise(text: &str, up: &str) -> Result<String, Failure> {
    let parts: Vec<&str> = text.split('|').map(str::trim).collect();
    let [head, unit, question, panels] = parts[..] else {
        return Err(format!("@exercise {text}: not four parts").into());
    };
    let (name, link) = head.split_once(' ').ok_or_else(|| format!("@exercise {head}: no link"))?;
    let predict = format!(
        "<form class=\"predict\"><label for=\"predict-{name}\">{question}</label> <span class=\"dial\">\
         <input id=\"predict-{name}\" type=\"number\" min=\"0\" inputmode=\"numeric\" required> \
         <span class=\"unit\">{unit}</span></span></form>\n\
         <ul class=\"checks\" aria-live=\"polite\"></ul>\n",
        question = inline::html(question, up)?,
        unit = escaped(unit),
    );
    let html = figure(" exercise", link.trim(), panels, "", up, &predict)?;
    Ok(html
        .replacen("<figure ", &format!("<figure data-exercise=\"{name}\" "), 1)
        .replace("<figcaption></figcaption>\n", ""))
}
