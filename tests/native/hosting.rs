//! What is served with the page: its policy and that of its workers, and a page that keeps to it.

use std::fs;

fn text(path: &str) -> String {
    fs::read_to_string(path).unwrap()
}

/// The headers that hosts send, each with the path it is for.
fn headers() -> Vec<(String, String, String)> {
    let (mut path, mut found) = (String::new(), Vec::new());
    for line in text("www/_headers").lines().filter(|line| !line.starts_with('#')) {
        match line.trim().split_once(": ") {
            Some((name, value)) => found.push((path.clone(), name.to_owned(), value.to_owned())),
            None => path = line.to_owned(),
        }
    }
    found
}

/// What the page says in its head.
fn policy() -> String {
    let index = text("index.html");
    let said = index.split("<meta http-equiv=\"Content-Security-Policy\" content=\"").nth(1).unwrap();
    said.split('"').next().unwrap().to_owned()
}

/// That nothing comes from elsewhere, once `www/policy.js` has put the site in the place of `SITE`, and text is no code.
fn is_strict(policy: &str) {
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    for directive in policy.split("; ").map(|d| d.split(' ').collect::<Vec<_>>()) {
        let known = ["'none'", "'self'", "'wasm-unsafe-eval'", "data:", "blob:", "'script'", "default"];
        assert!(directive[1..].iter().all(|source| known.contains(source)), "{directive:?}");
        let scripts = ["script-src", "style-src", "base-uri"].contains(&directive[0]);
        assert!(!scripts || directive[1..].iter().all(|s| !s.ends_with(':')), "{directive:?}");
    }
    assert!(policy.ends_with("require-trusted-types-for 'script'; trusted-types default"), "{policy}");
}

/// In a sandboxed frame of WebKit 'self' is nothing, so the head says `http:` (which is `https:` as well) until the first script has
/// named the site; a page's policy is none of the host's headers, which would hold beside it.
#[test]
fn the_policy_is_strict() {
    const SITE: &str = "'self' http:";
    let said = policy();
    assert_eq!(said.matches("'self'").count(), said.matches(SITE).count(), "{said}");
    is_strict(&said.replace(SITE, "'self'"));
    assert!(text("www/policy.js").contains(&format!("replaceAll(\"{SITE}\", ")));
    let sent: Vec<_> = headers().into_iter().filter(|(_, name, _)| name == "Content-Security-Policy").collect();
    assert_eq!(sent.iter().map(|(path, ..)| &**path).collect::<Vec<_>>(), ["/engine/*", "/sw.js"]);
    sent.iter().for_each(|(_, _, policy)| is_strict(policy));
}

/// The policy, then the script that narrows it, which the page waits for; all else later.
#[test]
fn the_policy_comes_first() {
    for page in ["index.html", "src/guide/template.html"].map(text) {
        let (before, after) = page.split_once("policy.js\"></script>").unwrap();
        assert!(before.contains("http-equiv") || before.contains("{{policy}}"), "{before}");
        let (head, script) = before.split_once("<script").unwrap();
        assert!(!head.contains("<link"), "{head}");
        assert!(script.starts_with(" src=\"") && !script.contains('>'), "{script}");
        assert!(after.contains("<script"));
    }
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

/// What is served while developing, and what the docs tell people to set, is what hosts send with every file.
#[test]
fn headers_are_the_same_everywhere() {
    let (trunk, docs) = (text("Trunk.toml"), text("docs/hosting.md"));
    for (_, name, value) in headers().iter().filter(|(path, ..)| path == "/*") {
        assert!(docs.contains(&format!("Header always set {name} \"{value}\"")), "Apache: {name}");
        assert!(docs.contains(&format!("add_header {name} {value} always;")), "nginx: {name}");
        assert!(
            name == "X-Content-Type-Options" || trunk.contains(&format!("\"{name}\" = \"{value}\"")),
            "Trunk: {name}"
        );
    }
}
