//! Every page of the guide has its parts, every link leads somewhere, and nothing in it would break the page's policy.
#![allow(clippy::unwrap_used)] // a test may stop at once

use super::inline::{self, values};
use super::*;
use interleave::scenarios::find;
use interleave::share;
use std::collections::HashSet;

fn built() -> Vec<(String, String)> {
    files(&Highlighter::new()).unwrap()
}

fn pages() -> Vec<(String, String)> {
    built().into_iter().filter(|(path, _)| path.ends_with(".html")).collect()
}

fn page(name: &str) -> String {
    pages().into_iter().find(|(path, _)| *path == format!("{name}/index.html")).unwrap().1
}

fn text(attribute: &str) -> String {
    attribute.replace("&amp;", "&")
}

/// Hash and query of a link of the app in a page.
fn parts(link: &str) -> (String, String) {
    let (before, hash) = link.split_once('#').unwrap();
    let query = before.split_once('?').map_or("", |(_, query)| query);
    (query.to_owned(), hash.to_owned())
}

#[test]
fn links_to_the_app_say_nothing_unknown() {
    let mut seen = 0;
    for (path, html) in pages() {
        let links = values(&html, "href").into_iter().chain(values(&html, "data-frame"));
        for link in links.map(text).filter(|link| link.contains("#v=1&")) {
            let (query, hash) = parts(&link);
            let decoded = share::decode(&query, &hash);
            assert!(decoded.notices.is_empty(), "{path}: {link}: {:?}", decoded.notices);
            assert!(link.starts_with("../") && find(&decoded.spec.scenario).is_some(), "{path}: {link}");
            assert!(link.contains('?') == decoded.view.embed, "{path}: {link}");
            seen += 1;
        }
    }
    assert!(seen > 100, "only {seen} links");
}

#[test]
fn every_frame_stands_beside_a_link_to_the_same() {
    for (path, html) in pages() {
        for live in html.split("<figure ").skip(1) {
            let live = live.split("</figure>").next().unwrap();
            let frame = parts(&text(values(live, "data-frame")[0]));
            let link = parts(&text(values(live, "href").last().unwrap()));
            assert_eq!(frame.1, link.1, "{path}");
            assert!(live.contains("class=\"go\" hidden>"), "{path}: the button needs the script");
        }
    }
}

#[test]
fn every_page_has_its_parts() {
    let names: HashSet<_> = pages().into_iter().map(|(path, _)| path).collect();
    assert_eq!(names.len(), PAGES.len() + 1);
    for (path, html) in pages() {
        for part in [
            "<title>",
            "class=\"brand\"",
            "class=\"contents\"",
            "<h1>",
            "class=\"lead\"",
            "class=\"turns\"",
            "<figure ",
        ] {
            assert_eq!(html.matches(part).count().min(1), 1, "{path} has no {part}");
        }
        assert!(!html.contains("{{"), "{path}: a place of the template is empty");
        assert_eq!(html.matches("<h1>").count(), 1, "{path}");
        assert_eq!(values(&html, "aria-current").len(), usize::from(path != "index.html"), "{path}");
    }
    assert!(page("gil").contains("class=\"previous\"") && page("gil").contains("class=\"next\""));
}

#[test]
fn twelve_pitfalls_each_bad_and_good() {
    let html = page("pitfalls");
    let sections: Vec<_> = html.split("<section>").skip(1).collect();
    assert_eq!(sections.len(), 12);
    for (n, section) in (1..).zip(sections) {
        assert!(section.contains(&format!("<h2 id=\"{n}-")), "{n}");
        let (bad, good) = section.split_once("live good").unwrap();
        for half in [bad.split_once("live bad").unwrap().1, good] {
            let (query, hash) = parts(&text(values(half, "data-frame")[0]));
            let link = share::decode(&query, &hash);
            let scenario = find(&link.spec.scenario).unwrap();
            let chosen = scenario.variants.iter().filter(|v| link.spec.variants.iter().any(|id| id == v.id));
            let is_good = std::ptr::eq(half, good);
            assert!(!is_good || chosen.clone().all(|v| !v.bad), "{n}: the good one is bad");
            // Where the scenario has a bad variant, that is what the bad one shows.
            let has_bad = scenario.variants.iter().any(|v| v.bad);
            assert!(is_good || !has_bad || chosen.clone().all(|v| v.bad), "{n}: the bad one is good");
        }
    }
}

/// The names that the script knows, in the object that begins so.
fn names_in_script(script: &str, object: &str) -> HashSet<String> {
    let body = script.split(&format!("const {object} = {{\n")).nth(1).unwrap().split("\n};").next().unwrap();
    let own = body.lines().filter_map(|line| line.strip_prefix("  ").filter(|l| !l.starts_with([' ', '}'])));
    own.map(|line| line.split(':').next().unwrap().trim_matches('"').to_owned()).collect()
}

#[test]
fn what_pages_ask_of_the_script_it_knows() {
    let script = built().into_iter().find(|(path, _)| path == "guide.js").unwrap().1;
    let all: String = pages().into_iter().map(|(_, html)| html).collect();
    for (attribute, object) in
        [("data-measure", "MEASURES"), ("data-exercise", "EXERCISES"), ("data-done", "EXERCISES")]
    {
        let asked: HashSet<String> = values(&all, attribute).into_iter().map(str::to_owned).collect();
        assert_eq!(asked, names_in_script(&script, object), "{attribute}");
    }
    assert_eq!(names_in_script(&script, "EXERCISES").len(), 5);
}

/// The scenarios and values that the script wants of a result: `["gil-io", "jobs=8&wait=300"`.
fn wanted_by_script(script: &str) -> Vec<(String, String)> {
    let texts = script.split("[\"").skip(1).filter_map(|rest| {
        let (scenario, rest) = rest.split_once("\", \"")?;
        let (values, _) = rest.split_once("\", ")?;
        find(scenario).map(|_| (scenario.to_owned(), values.to_owned()))
    });
    texts.collect()
}

#[test]
fn runs_that_cells_lead_to_fill_them() {
    let script = built().into_iter().find(|(path, _)| path == "guide.js").unwrap().1;
    let wanted = wanted_by_script(&script);
    assert!(wanted.len() > 8, "{wanted:?}");
    let mut seen = 0;
    for (path, html) in pages() {
        let cells = html.split("<a href=\"#run-").skip(1).filter_map(|link| link.split('"').next());
        for scenario in cells.collect::<HashSet<_>>() {
            let place = format!("id=\"run-{scenario}\"");
            let live = html.split("<figure ").find(|live| live.contains(&place));
            assert!(live.is_some(), "{path}: {place}");
            let frame = text(values(live.unwrap(), "data-frame")[0]);
            let (query, hash) = parts(&frame);
            let shown = share::decode(&query, &hash).spec;
            for (_, these) in wanted.iter().filter(|(of, _)| of == scenario) {
                let asked = share::decode("", &format!("v=1&s={scenario}&{these}"));
                assert!(asked.notices.is_empty(), "guide.js: {scenario}&{these}: {:?}", asked.notices);
                for (key, _) in these.split('&').filter_map(|pair| pair.split_once('=')) {
                    assert_eq!(shown.values.get(key), asked.spec.values.get(key), "{path}: {key} of {scenario}");
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "only {seen}");
}

#[test]
fn the_tree_reaches_every_leaf_and_only_those() {
    let html = page("which-model");
    let tree = html.split("<form class=\"tree\"").nth(1).unwrap().split("</form>").next().unwrap();
    let nodes: HashSet<_> = values(tree, "data-question").into_iter().chain(values(tree, "data-leaf")).collect();
    let inputs = tree.split("<input type=\"radio\"").skip(1).map(|rest| values(rest, "value")[0]);
    let reached: HashSet<_> = inputs.chain(values(tree, " data-first")).chain(["mostly"]).collect();
    assert_eq!(nodes, reached);
    assert_eq!(values(tree, "data-leaf").len(), 8);
}

#[test]
fn nothing_breaks_the_policy() {
    for (path, html) in pages() {
        let scripts: Vec<_> =
            html.split("<script").skip(1).filter_map(|s| s.split_once("</script>")).map(|s| s.0).collect();
        assert!(
            scripts[0].ends_with("/policy.js\">") && !html.split("<script").next().unwrap().contains("<link"),
            "{path}"
        );
        assert!(scripts[1..].iter().all(|s| s.starts_with(" type=\"module\" src=\"") && s.ends_with("\">")), "{path}");
        for forbidden in ["<style", " style=\"", " onclick", " onload", "javascript:", "http://"] {
            assert!(!html.contains(forbidden), "{path} has {forbidden}");
        }
        for link in values(&html, "src").into_iter().chain(values(&html, "href")) {
            assert!(!link.starts_with('/'), "{path}: {link} is not relative");
        }
    }
    let script = built().into_iter().find(|(path, _)| path == "guide.js").unwrap().1;
    for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "srcdoc", "new Function"] {
        assert!(!script.contains(sink), "guide.js uses {sink}");
    }
}

#[test]
fn pages_are_well_formed() {
    for (path, html) in pages() {
        let mut open: Vec<&str> = Vec::new();
        for tag in html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let name = tag.split([' ', '\n']).next().unwrap();
            let is_void = ["!doctype", "meta", "link", "input", "br"].contains(&name) || tag.ends_with('/');
            match name.strip_prefix('/') {
                Some(ended) => assert_eq!(open.pop(), Some(ended), "{path}: </{ended}> in {open:?}"),
                None if !is_void => open.push(name),
                None => {}
            }
        }
        assert!(open.is_empty(), "{path}: {open:?}");
        let ids = values(&html, "id");
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{path}: an id twice");
    }
}

#[test]
fn text_is_marked_as_it_says() {
    let html = |text| inline::html(text, "../").unwrap();
    assert_eq!(
        html("a **b** *c* `<d>` & [e](gil#cost)"),
        "a <strong>b</strong> <em>c</em> <code>&lt;d&gt;</code> &amp; <a href=\"../gil/#cost\">e</a>"
    );
    assert_eq!(html("2 * 3 [x]"), "2 * 3 [x]");
    assert_eq!(html("[r](s=race&threads=5)"), "<a href=\"../../#v=1&amp;s=race&amp;threads=5\">r</a>");
    assert!(inline::html("[x](nowhere)", "").is_err() && inline::html("[x](s=race&threads=99)", "").is_err());
}
