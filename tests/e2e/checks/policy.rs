//! The page's policy forbids what it must, and says so: else its silence everywhere else would mean nothing.

use crate::ensure;
use crate::harness::Outcome;
use crate::harness::page::Page;
use serde_json::json;

const LOAD: &str = "document.head.append(Object.assign(document.createElement('script'), { src: 'e2e/attacks.js' }))";
/// Tries one, on its own, since a driver may be allowed what the page is not; tells its directives.
const TRY: &str = "const [directives, attack] = e2e.attacks[arguments[0]];
    e2e.errors = [];
    setTimeout(() => { try { attack(); } catch {} });
    return directives";

/// Each attack is reported under its directive, to the page and to the host, and none has an effect.
pub async fn forbids(page: &Page) -> Outcome {
    page.open("", "v=1&s=prices").await?;
    page.js(LOAD, json!([])).await?;
    let count = page.wait("the attacks", "return e2e.attacks?.length").await?.as_u64().unwrap_or_default();
    for number in 0..count {
        let directives = page.js(TRY, json!([number])).await?;
        let said = page.wait(&format!("a report of attack {number}"), "return e2e.errors[0]").await?;
        let named = |directive: &str| said.as_str().is_some_and(|said| said.starts_with(directive));
        let fits = directives.as_array().into_iter().flatten().any(|d| d.as_str().is_some_and(named));
        ensure!(fits, "attack {number} was to be forbidden by {directives}: {said}");
    }
    ensure!(page.js("return self.owned ?? null", json!([])).await?.is_null(), "an attack ran");
    // All of these were meant; what is reported after this is not.
    let mut reported = 0;
    while reported < count {
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        reported += page.site.forbidden().len() as u64;
    }
    page.driver.goto("about:blank").await?;
    page.site.forbidden();
    Ok(format!("{count} attacks"))
}
