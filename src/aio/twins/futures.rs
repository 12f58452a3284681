//! Futures: callbacks and waiters in order, exceptions, cancellation.

use super::{Log, py, twin};
use crate::aio::{Exception, FutureHandle};

#[test]
fn futures_call_back_in_order() {
    twin("futures_call_back_in_order", |cx, log| async move {
        let future: FutureHandle<u32> = cx.create_future();
        let waits = |name: &'static str| {
            let (log, future) = (log.clone(), future.clone());
            cx.create_task(async move {
                match future.await {
                    Ok(value) => log.write(format!("{name} {value}")),
                    Err(exception) => log.write(format!("{name} {exception}")),
                }
                Ok(())
            })
        };
        let first = waits("first");
        cx.sleep(0).await?;
        let line = log.clone();
        future.add_done_callback(move |f| line.write(format!("callback {}", f.result().unwrap())));
        let second = waits("second");
        cx.sleep(0).await?;
        log.fails(future.result());
        log.fails(future.exception());
        future.set_result(7)?;
        let (done, cancelled) = (py(future.done()), py(future.cancelled()));
        log.write(format!("done {done} cancelled {cancelled} cancel {}", py(future.cancel())));
        log.fails(future.set_result(8));
        let line = log.clone();
        future.add_done_callback(move |_| line.write("late callback"));
        log.write("before");
        cx.gather_tasks(vec![first, second]).await?;
        log.write("after");
        Ok(())
    });
}

#[test]
fn futures_raise_and_cancel() {
    twin("futures_raise_and_cancel", |cx, log| async move {
        let (failed, ended) = (cx.create_future::<()>(), cx.create_future::<()>());
        let waits = |name: String, future: &FutureHandle<()>| {
            let (log, future) = (log.clone(), future.clone());
            cx.create_task(async move {
                log.fails(future.await.map_err(|e| Exception::new(format!("{name} {}", e.kind), e.message)));
                Ok(())
            })
        };
        let tasks = [&failed, &ended, &failed].iter().enumerate().map(|(n, f)| waits(n.to_string(), f)).collect();
        cx.sleep(0).await?;
        failed.set_exception(Exception::new("ValueError", "no"))?;
        log.write(format!("{} {}", failed.exception()?.unwrap().message, py(failed.cancelled())));
        ended.cancel_message("why");
        log.write(format!("{} {} again {}", py(ended.done()), py(ended.cancelled()), py(ended.cancel())));
        log.fails(ended.set_result(()));
        cx.gather_tasks(tasks).await?;
        let shared = cx.create_future::<()>();
        let line: Log = log.clone();
        shared.add_done_callback(move |f| line.write(format!("callback, cancelled {}", py(f.cancelled()))));
        let task = waits("waiter".to_owned(), &shared);
        cx.sleep(0).await?;
        task.cancel();
        log.write(format!("shared {}", py(shared.cancelled())));
        task.await
    });
}

#[test]
fn futures_nobody_looked_at() {
    twin("futures_nobody_looked_at", |cx, log| async move {
        log.hears_reports();
        let failed = |message: &str| {
            let future = cx.create_future::<()>();
            future.set_exception(Exception::new("ValueError", message)).map(|()| future)
        };
        let future = failed("forgotten")?;
        log.write("still held");
        drop(future);
        log.write("dropped");
        log.write(failed("looked at")?.exception()?.unwrap());
        log.fails(failed("result asked for")?.result());
        log.fails(failed("awaited")?.await);
        cx.create_future::<()>().cancel();
        log.write("end");
        Ok(())
    });
}
