//! The lessons that use the browser itself: its network, its files, its database, and its ways of giving turns.

use super::stop::stop;
use crate::ensure;
use crate::harness::page::{Page, all_give};
use crate::harness::{Outcome, Trouble};
use serde_json::json;
use std::time::{Duration, Instant};

/// How long clearing up after a run may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Every byte of this site's files, however they are asked for.
pub async fn http(page: &Page) -> Outcome {
    let cells = page.run_link("v=1&s=http&variant=sequential,concurrent,limited&repeats=1").await?;
    page.claims_hold().await?;
    let words = words(page).await?;
    ensure!(!words.contains("blob:"), "the site was not reached: {words}");
    all_give(&cells, "245,760 bytes right")
}

/// Every byte of the files, wherever they are kept; nothing is left of them.
pub async fn files(page: &Page) -> Outcome {
    let cells = page.run_link("v=1&s=files&variant=sequential,concurrent&repeats=1").await?;
    page.claims_hold().await?;
    left(page, FOLDERS | DATABASES).await?;
    Ok(format!("{}; {}", all_give(&cells, "1,310,720 bytes read back")?, stood_in(page).await?))
}

/// The rows of a real database, by one transaction or by many; nothing is left of it.
pub async fn database(page: &Page) -> Outcome {
    let cells = page.run_link("v=1&s=database&variant=each,one&repeats=1").await?;
    page.claims_hold().await?;
    left(page, FOLDERS | DATABASES).await?;
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

/// Runs that are stopped in the middle leave nothing behind either.
pub async fn stopped(page: &Page) -> Outcome {
    let mut took = Vec::new();
    page.open("", "v=1&s=files").await?;
    page.driver.execute_async(FORGOTTEN, Vec::new()).await?;
    // Each run removes what pages before it left in its own place.
    for (lesson, places) in [("files&files=100&size=64", FOLDERS), ("database&rows=1000", DATABASES)] {
        page.open("", &format!("v=1&s={lesson}&repeats=50")).await?;
        took.push(format!("{:.0} ms", stop(page).await?));
        left(page, places).await?;
    }
    Ok(took.join(", "))
}

/// Puts a folder and a database into the browser such as a page leaves that was closed in 1970, in the middle of a run.
const FORGOTTEN: &str = "const done = arguments[arguments.length - 1];
    (async () => {
        try { if (FileSystemFileHandle.prototype.createWritable)
            await (await navigator.storage.getDirectory()).getDirectoryHandle('interleave-1000', { create: true }); } catch {}
        try { await new Promise((made) => {
            const asked = indexedDB.open('interleave-1000.5');
            asked.onsuccess = () => { asked.result.close(); made(); };
            asked.onerror = made;
        }); } catch {}
        done(true); })();";

const FOLDERS: u8 = 1;
const DATABASES: u8 = 2;

/// Waits until no folder, or no database of ours is left in the browser.
async fn left(page: &Page, places: u8) -> Result<(), Trouble> {
    let script = "const done = arguments[arguments.length - 1], ours = (name) => name.startsWith('interleave-');
        (async (places) => { let left = 0;
            try { if (places & 1)
                for await (const name of (await navigator.storage.getDirectory()).keys()) left += ours(name); } catch {}
            try { if (places & 2) for (const { name } of await indexedDB.databases()) left += ours(name); } catch {}
            done(left); })(arguments[0]);";
    let began = Instant::now();
    loop {
        let left = page.driver.execute_async(script, vec![json!(places)]).await?.json().as_u64();
        if left == Some(0) {
            return Ok(());
        }
        ensure!(began.elapsed() < PATIENCE, "{left:?} folders and databases are left");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Where the browser refuses, the lessons say so and go on with what they have.
pub async fn refused(page: &Page) -> Outcome {
    let refuse = "const fetching = fetch, no = () => Promise.reject(new DOMException('not here', 'SecurityError'));
        window.fetch = (a, ...rest) => String(a).includes('/parts/') ? no() : fetching(a, ...rest);
        if (navigator.storage) navigator.storage.getDirectory = no;
        Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('not here', 'SecurityError'); } });";
    for (lesson, said) in [("http", "blob:"), ("files", "Memory stood in"), ("database", "Memory stood in")] {
        page.open("", &format!("v=1&s={lesson}&repeats=1")).await?;
        page.js(refuse, json!([])).await?;
        page.run().await?;
        page.claims_hold().await?;
        let words = words(page).await?;
        ensure!(words.contains(said), "{lesson} does not say that it was refused: {words}");
    }
    Ok("three stand-ins".to_owned())
}

/// What the page says of the run, once it says it.
async fn words(page: &Page) -> Result<String, Trouble> {
    let script = "const said = document.querySelectorAll('#explain strong').length > 0;
        return said && document.querySelector('#explain').textContent";
    let words = page.wait("the explanation", script).await?;
    Ok(words.as_str().unwrap_or_default().to_owned())
}

/// Whether memory stood in for what the browser refused, as the page says it.
async fn stood_in(page: &Page) -> Result<&'static str, Trouble> {
    Ok(if words(page).await?.contains("Memory stood in") { "memory stood in" } else { "the real one" })
}
