//! Contexts: the exit runs in every case, and a cancellation finds it where it is.

use super::{Log, TEN, twin};
use crate::aio::{AsyncContext, Exception};
use crate::model::{MS, Nanos};

struct Resource {
    log: Log,
    enters: Nanos,
    swallows: bool,
    raises: Option<Exception>,
}

impl AsyncContext for Resource {
    type Value = u32;

    async fn enter(&self) -> Result<u32, Exception> {
        self.log.write("enters");
        self.log.cx.sleep(self.enters).await?;
        Ok(7)
    }

    async fn exit(&self, raised: Option<&Exception>) -> Result<bool, Exception> {
        self.log.write(format!("exits with {}", raised.map_or("None", |e| e.kind.as_ref())));
        match self.log.cx.sleep(TEN).await {
            Ok(()) => self.log.write("released"),
            Err(cancelled) => {
                self.log.write("exit cancelled");
                return Err(cancelled);
            }
        }
        self.raises.clone().map_or(Ok(self.swallows), Err)
    }
}

fn resource(log: &Log) -> Resource {
    Resource { log: log.clone(), enters: 0, swallows: false, raises: None }
}

async fn uses(resource: Resource, error: Option<Exception>, work: Nanos) -> Result<(), Exception> {
    let log = resource.log.clone();
    let block = async |value| {
        log.write(format!("inside with {value}"));
        log.cx.sleep(work).await?;
        if let Some(error) = error {
            return Err(error);
        }
        log.write("block done");
        Ok(())
    };
    match log.cx.with(resource, block).await {
        Ok(_) => log.write("after"),
        Err(raised) => log.write(format!("raised {raised}")),
    }
    Ok(())
}

#[test]
fn context_is_left_in_every_case() {
    twin("context_is_left_in_every_case", |_, log| async move {
        let error = || Some(Exception::new("ValueError", "x"));
        let key = || Some(Exception::new("KeyError", ""));
        uses(resource(&log), None, 0).await?;
        uses(resource(&log), error(), 0).await?;
        uses(Resource { swallows: true, ..resource(&log) }, error(), 0).await?;
        uses(Resource { raises: key(), ..resource(&log) }, error(), 0).await?;
        uses(Resource { raises: key(), ..resource(&log) }, None, 0).await
    });
}

#[test]
fn context_is_cancelled() {
    twin("context_is_cancelled", |cx, log| async move {
        for after in [5, 15, 25] {
            let task = cx.create_task(uses(Resource { enters: TEN, ..resource(&log) }, None, TEN));
            cx.sleep(after * MS).await?;
            task.cancel();
            task.await?;
        }
        let task = cx.create_task(uses(Resource { swallows: true, ..resource(&log) }, None, TEN));
        cx.sleep(5 * MS).await?;
        task.cancel();
        task.await?;
        let task = cx.create_task(uses(resource(&log), None, TEN));
        cx.sleep(5 * MS).await?;
        task.cancel();
        cx.sleep(5 * MS).await?;
        task.cancel();
        task.await
    });
}
