//! What is served with the page: one policy, said in three places, and a page that keeps to it.

use std::fs;

fn text(path: &str) -> String {
    fs::read_to_string(path).unwrap()
}

/// The headers that hosts send.
fn headers() -> Vec<(String, String)> {
    let text = text("www/_headers");
    let pairs = text.lines().filter(|l| l.starts_with(' ')).filter_map(|l| l.trim().split_once(": "));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn policy() -> String {
    headers().into_iter().find(|(name, _)| name == "Content-Security-Policy").unwrap().1
}

#[test]
fn the_policy_is_strict() {
    let policy = policy();
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    for directive in policy.split("; ").map(|d| d.split(' ').collect::<Vec<_>>()) {
        let known = ["'none'", "'self'", "'wasm-unsafe-eval'", "data:", "blob:", "'script'", "default"];
        assert!(directive[1..].iter().all(|source| known.contains(source)), "{directive:?}");
        let scripts = ["script-src", "style-src", "base-uri"].contains(&directive[0]);
        assert!(!scripts || directive[1..].iter().all(|s| !s.ends_with(':')), "{directive:?}");
    }
    assert!(policy.ends_with("require-trusted-types-for 'script'; trusted-types default"), "{policy}");
}

#[test]
fn the_page_says_the_same_policy_before_anything_is_loaded() {
    let index = text("index.html");
    let said = index.split("<meta http-equiv=\"Content-Security-Policy\" content=\"").nth(1).unwrap();
    assert_eq!(said.split('"').next(), Some(policy().as_str()));
    let before = index.split("<meta http-equiv").next().unwrap();
    assert!(!before.contains("<script") && !before.contains("<link"), "{before}");
}

/// Also what Trunk puts into it.
#[test]
fn the_page_has_no_inline_code() {
    for page in ["index.html", "Trunk.toml"].map(text) {
        for script in page.split("<script").skip(1) {
            let (attributes, rest) = script.split_once('>').unwrap();
            assert!(attributes.contains("src=") && rest.starts_with("</script>"), "{script}");
        }
        for forbidden in ["<style", " style=", " onload=", " onclick=", " onerror=", "javascript:"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
    }
    let trunk = text("Trunk.toml");
    assert!(trunk.contains("pattern_script = '<meta ") && trunk.contains("no_autoreload = true"));
}

/// What is served while developing, and what the docs tell people to set, is what hosts send.
#[test]
fn headers_are_the_same_everywhere() {
    let (trunk, docs) = (text("Trunk.toml"), text("docs/hosting.md"));
    for (name, value) in headers().iter().filter(|(name, _)| name != "Content-Security-Policy") {
        assert!(docs.contains(&format!("Header always set {name} \"{value}\"")), "Apache: {name}");
        assert!(docs.contains(&format!("add_header {name} {value} always;")), "nginx: {name}");
        assert!(
            name == "X-Content-Type-Options" || trunk.contains(&format!("\"{name}\" = \"{value}\"")),
            "Trunk: {name}"
        );
    }
}
