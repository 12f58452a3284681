//! A page of its own for every scenario, `s/<id>/index.html`: the site's page with the scenario's title, description, preview and
//! picture, for whoever follows, previews or indexes a link; the app in it opens that scenario.

use crate::pictures;
use interleave::chart;
use interleave::model::Report;
use interleave::scenarios::{REGISTRY, Scenario};
use serde_json::json;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// From a scenario's page to the site's root.
const ROOT: &str = "../../";
/// Size of a preview.
const PREVIEW: (u32, u32) = (1200, 630);
/// Size of an embedded page, before it says how tall it is.
const FRAME: (u32, u32) = (720, 600);

/// Writes the pages into `dist`, the built site. `url` is where it will lie, if that is known: previews and oEmbed need addresses
/// with a host in them.
pub fn write(dist: &Path, url: Option<&str>) -> Result<(), Box<dyn Error>> {
    let page = fs::read_to_string(dist.join("index.html"))?;
    let url = url.map(|url| format!("{}/", url.trim_end_matches('/')));
    for scenario in REGISTRY {
        let Some(report) = pictures::known(scenario) else { continue };
        let folder = dist.join("s").join(scenario.id);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("index.html"), of(&page, scenario, &report, url.as_deref())?)?;
        fs::write(folder.join("oembed.json"), oembed(scenario, url.as_deref()).to_string())?;
        if let Err(error) = fs::copy(preview(scenario), folder.join("preview.png")) {
            eprintln!("{}: {error}; ./dev record {}", preview(scenario).display(), scenario.id);
        }
    }
    Ok(())
}

/// The preview of a scenario, made by `./dev record`.
fn preview(scenario: &Scenario) -> PathBuf {
    Path::new("www/previews").join(format!("{}.png", scenario.id))
}

/// The page of a scenario, made of the site's.
fn of(page: &str, scenario: &Scenario, report: &Report, url: Option<&str>) -> Result<String, Box<dyn Error>> {
    let root = url.unwrap_or_default();
    let (id, title, question) = (scenario.id, escaped(scenario.title), escaped(scenario.question));
    let words = escaped(&pictures::alternative(scenario, report));
    let label = escaped(&chart::recorded_label(report).unwrap_or_default());
    let (width, height) = (pictures::WIDE, chart::still(scenario, report, pictures::WIDE, pictures::LANES).height);
    let (preview_width, preview_height) = PREVIEW;
    let property = |name: &str, content: &str| format!("<meta property=\"og:{name}\" content=\"{content}\">");
    // Relative addresses begin at the site's root, as everywhere in the page.
    let head: String = [
        format!("<title>{title} · Interleave</title>"),
        property("type", "website"),
        property("site_name", "Interleave"),
        property("title", &title),
        property("description", &question),
        property("url", &format!("{root}s/{id}/")),
        property("image", &format!("{root}s/{id}/preview.png")),
        property("image:width", &preview_width.to_string()),
        property("image:height", &preview_height.to_string()),
        property("image:alt", &words),
        "<meta name=\"twitter:card\" content=\"summary_large_image\">".to_owned(),
        format!(
            "<link rel=\"alternate\" type=\"application/json+oembed\" href=\"{root}s/{id}/oembed.json\" title=\"{title}\">"
        ),
    ]
    .concat();
    let noscript = format!(
        "<noscript><main><h1>{title}</h1><p>{question}</p>\
         <p><img src=\"pictures/{id}.svg\" width=\"{width}\" height=\"{height}\" alt=\"{words}\"></p><p>{label}</p>\
         <p class=\"notice\">To run it yourself, allow JavaScript: Interleave runs its programs in your browser.</p></main></noscript>"
    );
    let mut page = page.to_owned();
    put(&mut page, "<html", ">", |tag| format!("{} data-scenario=\"{id}\">", tag.trim_end_matches('>')))?;
    put(&mut page, "<meta charset", ">", |tag| format!("{tag}<base href=\"{ROOT}\">"))?;
    put(&mut page, "<title>", "</title>", |_| head)?;
    let described = page.match_indices("<meta ").map(|(at, _)| at).find(|&at| {
        let tag = page[at..].split('>').next().unwrap_or_default();
        tag.contains("name=description") || tag.contains("name=\"description\"")
    });
    let tag = described
        .and_then(|at| page[at..].split_inclusive('>').next())
        .ok_or("the page has no description")?
        .to_owned();
    put(&mut page, &tag, "", |_| format!("<meta name=\"description\" content=\"{question}\">"))?;
    // What is painted before the app is there is about this scenario, too.
    put(&mut page, "<h1>Interleave</h1>", "</p>", |_| format!("<h1>{title}</h1><p>{question}</p>"))?;
    put(&mut page, "<noscript>", "</noscript>", |_| noscript)?;
    Ok(page)
}

/// Puts something in the place of what begins with `from` and ends with `to`, which must be there exactly once.
fn put(page: &mut String, from: &str, to: &str, with: impl FnOnce(&str) -> String) -> Result<(), Box<dyn Error>> {
    let (start, count) = (page.find(from), page.matches(from).count());
    let Some(start) = start.filter(|_| count == 1) else { return Err(format!("{from} is there {count} times").into()) };
    let end = page[start + from.len()..].find(to).map(|at| start + from.len() + at + to.len());
    let end = end.ok_or_else(|| format!("{from} has no end"))?;
    let new = with(&page[start..end]);
    page.replace_range(start..end, &new);
    Ok(())
}

/// What a platform that knows oEmbed is told: a frame where the site's address is known, else a link.
fn oembed(scenario: &Scenario, url: Option<&str>) -> serde_json::Value {
    let mut said = json!({
        "version": "1.0",
        "type": "link",
        "title": scenario.title,
        "provider_name": "Interleave",
    });
    if let Some(url) = url {
        let (id, (width, height)) = (scenario.id, FRAME);
        let (root, title) = (escaped(url), escaped(scenario.title));
        said["type"] = json!("rich");
        said["provider_url"] = json!(url);
        said["width"] = json!(width);
        said["height"] = json!(height);
        said["html"] = json!(format!(
            "<iframe src=\"{root}?embed#v=1&amp;s={id}\" title=\"{title}\" width=\"{width}\" height=\"{height}\" loading=\"lazy\" \
             allow=\"cross-origin-isolated; clipboard-write; fullscreen\"></iframe>"
        ));
        said["thumbnail_url"] = json!(format!("{url}s/{id}/preview.png"));
        said["thumbnail_width"] = json!(PREVIEW.0);
        said["thumbnail_height"] = json!(PREVIEW.1);
    }
    said
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test may stop at once

    use super::*;

    const PAGE: &str = "<!doctype html><html lang=en><meta charset=utf-8><meta content=\"Everything.\" name=description>\
        <title>Interleave</title><body><div id=app><h1>Interleave</h1><p>Run it.</p></div><noscript><p>No.</p></noscript>";

    #[test]
    fn a_page_is_about_its_scenario() {
        for scenario in REGISTRY {
            let page = of(PAGE, scenario, &pictures::report(scenario).unwrap(), None).unwrap();
            let (id, title) = (scenario.id, escaped(scenario.title));
            assert!(page.contains(&format!("<html lang=en data-scenario=\"{id}\">")), "{page}");
            assert!(page.contains("<meta charset=utf-8><base href=\"../../\">"), "{page}");
            assert!(page.contains(&format!("<title>{title} · Interleave</title>")), "{page}");
            assert!(page.contains(&format!("content=\"s/{id}/preview.png\"")), "{page}");
            assert!(page.contains(&format!("<img src=\"pictures/{id}.svg\"")), "{page}");
            assert!(!page.contains("Everything.") && !page.contains("Run it.") && !page.contains("No."), "{page}");
            assert!(preview(scenario).exists(), "{id} has no preview: ./dev record {id}");
        }
    }

    #[test]
    fn a_known_host_makes_addresses_whole() {
        let scenario = REGISTRY[0];
        let id = scenario.id;
        let page = of(PAGE, scenario, &pictures::report(scenario).unwrap(), Some("https://host/path/")).unwrap();
        assert!(page.contains(&format!("content=\"https://host/path/s/{id}/preview.png\"")), "{page}");
        let said = oembed(scenario, Some("https://host/path/"));
        assert!(said["html"].as_str().unwrap().contains(&format!("src=\"https://host/path/?embed#v=1&amp;s={id}\"")));
        assert_eq!((&said["type"], &oembed(scenario, None)["type"]), (&json!("rich"), &json!("link")));
        assert_eq!(oembed(scenario, None).get("html"), None, "an address without a host is of no use elsewhere");
    }

    #[test]
    fn a_page_that_changed_is_refused() {
        for gone in ["<title>", "<noscript>", "name=description", "<meta charset=utf-8>", "<h1>Interleave</h1>"] {
            let report = pictures::report(REGISTRY[0]).unwrap();
            assert!(of(&PAGE.replace(gone, "<i>"), REGISTRY[0], &report, None).is_err(), "{gone}");
        }
    }
}
