//! The page's policy forbids what it must, and says so: else its silence everywhere else would mean nothing.

use crate::ensure;
use crate::harness::page::Page;
use crate::harness::{Outcome, Trouble};
use serde_json::json;
use std::time::Duration;

const LOAD: &str = "document.head.append(Object.assign(document.createElement('script'), { src: 'e2e/attacks.js' }))";
/// How long a report may take.
const LIMIT: Duration = Duration::from_secs(30);
/// Tries one, on its own, since a driver may be allowed what the page is not; tells its directives.
const TRY: &str = "const [directives, attack] = e2e.attacks[arguments[0]];
    e2e.errors = [];
    setTimeout(() => { try { attack(); } catch {} });
    return directives";

/// What the head says, and what was loaded before that was said.
const SAID: &str = "const [stated, own] = [...document.querySelectorAll('meta[http-equiv]')].map((m) => m.content);
    return [stated, own, e2e.early]";

/// At the top level, in a frame, in a sandbox, and in the guide: the policy is there before anything else is loaded, each attack is
/// reported under its directive, to the page and to the host, and none has an effect.
pub async fn forbids(page: &Page) -> Outcome {
    page.open("theme=Dark", "v=1&s=prices").await?;
    let theme = page.js("return e2e.theme", json!([])).await?;
    ensure!(theme == "dark", "the theme before anything is painted is {theme}");
    let count = attacked(page).await?;
    for attributes in ["", "sandbox=allow-scripts"] {
        page.driver.goto(page.host.framing(&page.site.page("", "v=1&s=prices"), attributes, 1)).await?;
        page.driver.enter_frame(0).await?;
        page.wait("the frame", "return Boolean(document.querySelector('#live, #broke, #run'))").await?;
        let origin = page.js("return self.origin", json!([])).await?;
        ensure!((origin == "null") == !attributes.is_empty(), "the frame's origin is {origin}");
        let seen = attacked(page).await;
        page.driver.enter_default_frame().await?;
        seen.map_err(|trouble| Trouble::Failed(format!("in a frame {attributes}: {trouble}")))?;
    }
    page.goto("guide/gil/").await?;
    says_its_site(page).await?;
    page.driver.goto("about:blank").await?;
    page.site.forbidden();
    Ok(format!("{count} attacks"))
}

/// The page's policy names this site's folder, and nothing was loaded before.
async fn says_its_site(page: &Page) -> Result<(), Trouble> {
    let said = page.js(SAID, json!([])).await?;
    let [stated, own] = [&said[0], &said[1]].map(|said| said.as_str().unwrap_or_default());
    let site = page.site.below("");
    ensure!(stated.contains("script-src 'self' http: 'wasm-unsafe-eval';"), "the head says {stated}");
    ensure!(own == stated.replace("'self' http:", &site), "the policy is {own}");
    ensure!(said[2] == json!([format!("{site}policy.js")]), "before the policy there was {}", said[2]);
    Ok(())
}

/// Attacks the page that is open; how often.
async fn attacked(page: &Page) -> Result<u64, Trouble> {
    says_its_site(page).await?;
    page.site.forbidden();
    page.js(LOAD, json!([])).await?;
    let count = page.wait("the attacks", "return e2e.attacks?.length").await?.as_u64().unwrap_or_default();
    for number in 0..count {
        let directives = page.js(TRY, json!([number])).await?;
        ensure!(directives.as_array().is_some_and(|all| !all.is_empty()), "attack {number} names {directives}");
        // That something did not load may be told first, and what a second policy says of the attack before, too.
        let report = "return e2e.errors.find((said) => arguments[0].some((directive) => said.startsWith(directive)))";
        page.wait_for(&format!("a report of attack {number}"), report, json!([directives]), LIMIT).await?;
    }
    ensure!(page.js("return self.owned ?? null", json!([])).await?.is_null(), "an attack ran");
    // All of these were meant; what is reported after this is not. Each policy in the head tells of an attack by itself.
    let (told, mut reported) = (page.js("return e2e.forbidden", json!([])).await?.as_u64().unwrap_or_default(), 0);
    ensure!(told >= count, "{told} reports of {count} attacks");
    while reported < told {
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        reported += page.site.forbidden().len() as u64;
    }
    Ok(count)
}
