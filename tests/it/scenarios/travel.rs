//! Family C, continued: what a permit, a piece of work and the later futures may carry to another thread.

use std::cell::Cell;
use std::rc::Rc;

use bifrons::future::{
    JoinFuture, OwnedRecvFuture, OwnedReserveFuture, OwnedSendFuture, RecvManyFuture, RecvTaskFuture, ReserveFuture,
    ReserveManyFuture, SendManyFuture,
};
use bifrons::{OwnedPermit, Permit, Permits, Task};

fn crosses_threads<T: Send>() {}

/// Two ways to the same name if the type has the trait, so that naming it does not compile.
macro_rules! lacks {
    ($Type:ty, $Trait:ident) => {{
        trait Ambiguous<A> {
            fn name() {}
        }
        struct HasIt;
        impl<T: ?Sized> Ambiguous<()> for T {}
        impl<T: ?Sized + $Trait> Ambiguous<HasIt> for T {}
        <$Type as Ambiguous<_>>::name();
    }};
}

/// A payload that must stay on its thread keeps everything that could carry it there.
#[test]
fn c30_auto_traits_of_permits_tasks_and_futures() {
    macro_rules! borrowers {
        ($($Type:ident),*) => {$(
            crosses_threads::<$Type<'static, Cell<u8>>>();
            lacks!($Type<'static, Rc<u8>>, Send);
        )*};
    }
    borrowers!(Permit, Permits, ReserveFuture, ReserveManyFuture, SendManyFuture, RecvManyFuture, RecvTaskFuture);
    borrowers!(JoinFuture);

    macro_rules! owners {
        ($($Type:ident),*) => {$(
            crosses_threads::<$Type<Cell<u8>>>();
            lacks!($Type<Rc<u8>>, Send);
        )*};
    }
    owners!(OwnedPermit, Task, OwnedSendFuture, OwnedRecvFuture, OwnedReserveFuture);
}
