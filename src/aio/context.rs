//! `async with`: a resource that is left in every case, also when the block raises or is cancelled.

use super::cx::Cx;
use super::exception::Exception;

/// What a block can be entered with: `__aenter__` and `__aexit__`.
pub trait AsyncContext {
    /// What the block gets, the `x` of `async with … as x`.
    type Value;

    /// Enters it. When this fails there is nothing to leave.
    ///
    /// # Errors
    /// Whatever it raises; the block does not run then.
    fn enter(&self) -> impl Future<Output = Result<Self::Value, Exception>>;

    /// Leaves it, with what the block raised, if it did. `true` swallows that exception.
    ///
    /// # Errors
    /// Whatever it raises, which takes the place of the block's exception.
    fn exit(&self, raised: Option<&Exception>) -> impl Future<Output = Result<bool, Exception>>;
}

impl Cx {
    /// `async with context as value: block(value)`. What the block returned; `None` when it raised and that was swallowed.
    ///
    /// The exit runs in every case. Its own awaits can be cancelled, as in Python: a cancellation that arrives meanwhile
    /// ends it early.
    ///
    /// # Errors
    /// What the block raises, unless it was swallowed, or what the context raises.
    pub async fn with<C: AsyncContext, T>(
        &self,
        context: C,
        block: impl AsyncFnOnce(C::Value) -> Result<T, Exception>,
    ) -> Result<Option<T>, Exception> {
        let value = context.enter().await?;
        let result = block(value).await;
        let left = context.exit(result.as_ref().err()).await;
        match (left, result) {
            (Err(raised), Err(block)) if raised != block => Err(raised.in_context(block)),
            (Err(raised), _) => Err(raised),
            (Ok(true), Err(_)) => Ok(None),
            (Ok(_), result) => result.map(Some),
        }
    }
}

impl<C: AsyncContext> AsyncContext for &C {
    type Value = C::Value;

    fn enter(&self) -> impl Future<Output = Result<Self::Value, Exception>> {
        (**self).enter()
    }

    fn exit(&self, raised: Option<&Exception>) -> impl Future<Output = Result<bool, Exception>> {
        (**self).exit(raised)
    }
}
