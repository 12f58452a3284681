//! The lessons: they open, run, and come to the results they promise.

use crate::ensure;
use crate::harness::page::{Page, all_give};
use crate::harness::{Outcome, Trouble};
use serde_json::json;

/// Opens every scenario the page lists by pressing its link.
pub async fn every_scenario_opens(page: &Page) -> Outcome {
    page.open("", "").await?;
    let script = "const ids = [...document.querySelectorAll('[data-scenario]')].map((e) => e.dataset.scenario);
        return ids.length > 0 && [...new Set(ids)];";
    let ids = page.wait("the scenarios", script).await?;
    let ids: Vec<String> = ids.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect();
    ensure!(ids.len() >= 8, "only these are listed: {ids:?}");
    for id in &ids {
        page.press(&format!("[data-scenario=\"{id}\"]")).await?;
        page.wait_for(
            id,
            "return location.hash.includes(`s=${arguments[0]}`) && !document.querySelector('#run').disabled",
            json!([id]),
            std::time::Duration::from_secs(20),
        )
        .await?;
        page.no_errors().await?;
    }
    Ok(format!("{} scenarios", ids.len()))
}

/// Waiting in sequence against waiting together, started by a real click.
pub async fn prices(page: &Page) -> Outcome {
    page.open("", "v=1&s=prices&repeats=1").await?;
    page.driver.find(thirtyfour::By::Css("#run")).await?.click().await?;
    let state = page.ended().await?;
    ensure!(state == "done", "the run ended as {state}: {}", page.situation().await?);
    page.no_errors().await?;
    let claims = page.claims_hold().await?;
    Ok(format!("{claims} claims hold; {}", all_give(&page.cells().await?, "")?))
}

/// Two time-outs, then the default.
pub async fn fallback(page: &Page) -> Outcome {
    let cells = page.run_link("v=1&s=fallback&repeats=1").await?;
    page.claims_hold().await?;
    all_give(&cells, "60.00")
}

/// One digest, whoever computes it.
pub async fn hashing(page: &Page) -> Outcome {
    let cells = page.run_link(&format!("v=1&s=hashing&repeats=1&models={}", models(page))).await?;
    page.claims_hold().await?;
    all_give(&cells, "33bc8aab")
}

/// Statistics of four sets, fetched by the loop and computed by processes.
pub async fn datasets(page: &Page) -> Outcome {
    let cells = page.run_link("v=1&s=datasets&repeats=1").await?;
    let claims = page.claims_hold().await?;
    Ok(format!("{claims} claims hold; {}", all_give(&cells, "")?))
}

/// The same count in every model this browser offers.
pub async fn primes(page: &Page) -> Outcome {
    page.open("", "v=1&s=primes").await?;
    let offered = "return [...document.querySelectorAll('[data-model]')]
        .filter((e) => !e.disabled && e.getAttribute('aria-disabled') !== 'true').map((e) => e.dataset.model).join(',')";
    let offered = page.js(offered, json!([])).await?;
    let models = offered.as_str().unwrap_or_default();
    let least = if page.shared { 5 } else { 3 };
    ensure!(models.split(',').count() >= least, "only these are offered: {models}");
    let cells = page.run_link(&format!("v=1&s=primes&repeats=1&models={models}")).await?;
    ensure!(cells.len() == models.split(',').count(), "models {models}, but {cells:?}");
    page.claims_hold().await?;
    all_give(&cells, "41,538")
}

/// Without protection updates are lost, and the page says how many.
pub async fn race_loses(page: &Page) -> Outcome {
    let cells = page.run_link("v=1&s=race&variant=none&models=free-threads&repeats=3").await?;
    page.claims_hold().await?;
    let value = cells.first().map(|c| c.value.clone()).unwrap_or_default();
    ensure!(!value.contains("400,000"), "no update was lost: {cells:?}");
    Ok(format!("ended at {value}"))
}

/// The three repairs never lose one.
pub async fn race_fixed(page: &Page) -> Outcome {
    let cells = page.run_link("v=1&s=race&variant=lock,queue,aggregate&models=free-threads&repeats=2").await?;
    ensure!(cells.len() == 3, "three variants, but {cells:?}");
    page.claims_hold().await?;
    all_give(&cells, "400,000")
}

/// Every byte of this site's files, however they are asked for.
pub async fn http(page: &Page) -> Outcome {
    let cells = page.run_link("v=1&s=http&variant=sequential,concurrent,limited&repeats=1").await?;
    page.claims_hold().await?;
    let words = page.js("return document.querySelector('#explain').textContent", json!([])).await?;
    ensure!(!words.as_str().unwrap_or_default().contains("blob:"), "the site was not reached: {words}");
    all_give(&cells, "245,760 bytes right")
}

/// Every byte of the files, wherever they are kept; nothing is left of them.
pub async fn files(page: &Page) -> Outcome {
    let cells = page.run_link("v=1&s=files&variant=sequential,concurrent&repeats=1").await?;
    page.claims_hold().await?;
    let script = "const done = arguments[arguments.length - 1];
        (async () => { let left = 0;
            try { for await (const name of (await navigator.storage.getDirectory()).keys()) left += name.startsWith('interleave-'); }
            catch { left = 0; }
            done(left); })();";
    let left = page.driver.execute_async(script, Vec::new()).await?.json().as_u64();
    ensure!(left == Some(0), "{left:?} folders are left");
    Ok(format!("{}; {}", all_give(&cells, "1,310,720 bytes read back")?, stood_in(page).await?))
}

/// The rows of a real database, by one transaction or by many; nothing is left of it.
pub async fn database(page: &Page) -> Outcome {
    let cells = page.run_link("v=1&s=database&variant=each,one&repeats=1").await?;
    page.claims_hold().await?;
    let script = "const done = arguments[arguments.length - 1];
        indexedDB.databases().then((all) => done(all.filter((d) => d.name.startsWith('interleave-')).length), () => done(0));";
    let left = page.driver.execute_async(script, Vec::new()).await?.json().as_u64();
    ensure!(left == Some(0), "{left:?} databases are left");
    Ok(format!("{}; {}", all_give(&cells, "199 rows, 12482.62 in all")?, stood_in(page).await?))
}

/// The same switches by every driver this browser has; the page stays alive meanwhile.
pub async fn faster_loop(page: &Page) -> Outcome {
    let variants = "timers,messages,microtasks,post-task,batches";
    let cells = page.run_link(&format!("v=1&s=faster-loop&variant={variants}")).await?;
    ensure!(cells.len() == 5, "five variants, but {cells:?}");
    page.claims_hold().await?;
    Ok(cells.iter().map(|c| format!("{} {}", c.name, c.value)).collect::<Vec<_>>().join(", "))
}

/// Whether memory stood in for what the browser refused, as the page says it.
async fn stood_in(page: &Page) -> Result<&'static str, Trouble> {
    let words = page.js("return document.querySelector('#explain').textContent", json!([])).await?;
    let stood = words.as_str().unwrap_or_default().contains("Memory stood in");
    Ok(if stood { "memory stood in" } else { "the real one" })
}

/// The models for jobs that can run here.
fn models(page: &Page) -> String {
    let threads = if page.shared { ",threads,free-threads" } else { "" };
    format!("sequential{threads},processes")
}
