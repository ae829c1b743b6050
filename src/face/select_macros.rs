//! [`Select`](crate::Select) in a form that reads like a `match`.

/// Waits, on a thread, for the first of several sends and receives on several queues, and runs its arm.
///
/// | arm | when |
/// |---|---|
/// | `recv(receiver) -> result => …` | an item was received, or `Err` for a closed queue in which nothing was left; `receiver` may be a [`Timer`](crate::Timer) |
/// | `send(sender, item) -> result => …` | the item was sent, or came back: from a closed queue, or because its [`Discipline`](crate::Discipline) refused it; `item` is evaluated when there is room for it, or the queue is closed |
/// | `default => …` | no other was ready |
/// | `default(timeout) => …` | no other was ready in that time, a [`Duration`](std::time::Duration) |
///
/// Of several arms that are ready any is run, each as often as another; [`select_biased!`](crate::select_biased!) takes the first.
/// What is received counts as done before its arm runs: see [`Select`](crate::Select) if somebody joins. The macro is an
/// expression with the value of the arm that ran. Without `default` it blocks the current thread until an arm is ready.
///
/// In a rendezvous a send is ready when a receiver is waiting, to which the item is then handed over; see
/// [`try_send`](crate::Sender::try_send).
///
/// A source that has closed is ready for ever. In a loop that goes on, put [`never`](crate::never) in its place. Where tokio's
/// or futures' `select!` is used too, one of them needs its path: `bifrons::select!`.
///
/// # Panics
///
/// As the expressions in it do. If `item` panics, nothing was sent and the room for it is given back. An `item` that leaves the
/// operation in another way, by `break`, `return` or `?`, panics too: what may do so is better done before. With the feature
/// `tokio`, if it has to wait where [the runtime could not go on](crate#inside-tokio).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use bifrons::select;
/// let (requests, inbox) = bifrons::bounded(1);
/// let (outbox, _answers) = bifrons::bounded(1);
/// requests.send(20).unwrap();
///
/// let said = select! {
///     recv(inbox) -> request => format!("asked for {}", request.unwrap()),
///     default(Duration::from_millis(100)) => "silence".to_string(),
/// };
/// assert_eq!(said, "asked for 20");
///
/// select! {
///     send(outbox, 21) -> sent => sent.unwrap(),
///     recv(inbox) -> request => panic!("nobody asked for {request:?}"),
/// }
/// ```
#[macro_export]
macro_rules! select {
    ($($arms:tt)*) => { $crate::__select!(@arm new [] [] $($arms)*) };
}

/// As [`select!`](crate::select!), but of several arms that are ready the first is run.
///
/// # Examples
///
/// ```
/// let (urgent, from_urgent) = bifrons::unbounded();
/// let (ordinary, from_ordinary) = bifrons::unbounded();
/// ordinary.send("later").unwrap();
/// urgent.send("now").unwrap();
/// let first = bifrons::select_biased! {
///     recv(from_urgent) -> item => item,
///     recv(from_ordinary) -> item => item,
/// };
/// assert_eq!(first, Ok("now"));
/// ```
#[macro_export]
macro_rules! select_biased {
    ($($arms:tt)*) => { $crate::__select!(@arm new_biased [] [] $($arms)*) };
}

/// What both macros do: `@arm` takes one arm after the other to pieces, `@bind` names the handles, `@run` waits.
///
/// The names `source` and `index` are others in each step, by hygiene. Handles are bound by `match`, one within the other, so
/// that what they are borrowed from lives as long as they do.
#[doc(hidden)]
#[macro_export]
macro_rules! __select {
    (@arm $new:ident [$($operations:tt)*] $default:tt) => {
        $crate::__select!(@bind [$($operations)*] $new [$($operations)*] $default)
    };

    (
        @arm $new:ident [$($operations:tt)*] $default:tt
        recv($source:expr $(,)?) -> $result:pat => $body:block, $($rest:tt)*
    ) => {
        $crate::__select!(
            @arm $new [$($operations)* (recv source index ($source) () ($result) ($body))] $default $($rest)*
        )
    };
    (
        @arm $new:ident [$($operations:tt)*] $default:tt
        recv($source:expr $(,)?) -> $result:pat => $body:block $($rest:tt)*
    ) => {
        $crate::__select!(
            @arm $new [$($operations)* (recv source index ($source) () ($result) ($body))] $default $($rest)*
        )
    };
    (
        @arm $new:ident [$($operations:tt)*] $default:tt
        recv($source:expr $(,)?) -> $result:pat => $body:expr, $($rest:tt)*
    ) => {
        $crate::__select!(
            @arm $new [$($operations)* (recv source index ($source) () ($result) ($body))] $default $($rest)*
        )
    };
    (
        @arm $new:ident [$($operations:tt)*] $default:tt
        recv($source:expr $(,)?) -> $result:pat => $body:expr
    ) => {
        $crate::__select!(
            @arm $new [$($operations)* (recv source index ($source) () ($result) ($body))] $default
        )
    };

    (
        @arm $new:ident [$($operations:tt)*] $default:tt
        send($source:expr, $item:expr $(,)?) -> $result:pat => $body:block, $($rest:tt)*
    ) => {
        $crate::__select!(
            @arm $new [$($operations)* (send source index ($source) ($item) ($result) ($body))] $default $($rest)*
        )
    };
    (
        @arm $new:ident [$($operations:tt)*] $default:tt
        send($source:expr, $item:expr $(,)?) -> $result:pat => $body:block $($rest:tt)*
    ) => {
        $crate::__select!(
            @arm $new [$($operations)* (send source index ($source) ($item) ($result) ($body))] $default $($rest)*
        )
    };
    (
        @arm $new:ident [$($operations:tt)*] $default:tt
        send($source:expr, $item:expr $(,)?) -> $result:pat => $body:expr, $($rest:tt)*
    ) => {
        $crate::__select!(
            @arm $new [$($operations)* (send source index ($source) ($item) ($result) ($body))] $default $($rest)*
        )
    };
    (
        @arm $new:ident [$($operations:tt)*] $default:tt
        send($source:expr, $item:expr $(,)?) -> $result:pat => $body:expr
    ) => {
        $crate::__select!(
            @arm $new [$($operations)* (send source index ($source) ($item) ($result) ($body))] $default
        )
    };

    (@arm $new:ident $operations:tt [] default() => $($rest:tt)*) => {
        $crate::__select!(@arm $new $operations [] default => $($rest)*)
    };
    (@arm $new:ident $operations:tt [] default $(($timeout:expr $(,)?))? => $body:block, $($rest:tt)*) => {
        $crate::__select!(@arm $new $operations [($($timeout)?) ($body)] $($rest)*)
    };
    (@arm $new:ident $operations:tt [] default $(($timeout:expr $(,)?))? => $body:block $($rest:tt)*) => {
        $crate::__select!(@arm $new $operations [($($timeout)?) ($body)] $($rest)*)
    };
    (@arm $new:ident $operations:tt [] default $(($timeout:expr $(,)?))? => $body:expr, $($rest:tt)*) => {
        $crate::__select!(@arm $new $operations [($($timeout)?) ($body)] $($rest)*)
    };
    (@arm $new:ident $operations:tt [] default $(($timeout:expr $(,)?))? => $body:expr) => {
        $crate::__select!(@arm $new $operations [($($timeout)?) ($body)])
    };
    (@arm $new:ident $operations:tt [$($default:tt)+] default $($rest:tt)*) => {
        compile_error!("a select has one `default` arm at most")
    };
    (@arm $new:ident $operations:tt $default:tt $($rest:tt)*) => {
        compile_error!(concat!(
            "expected `recv(receiver) -> result => …`, `send(sender, item) -> result => …`, `default => …` or ",
            "`default(timeout) => …`, with a comma between arms, at: ",
            stringify!($($rest)*)
        ))
    };

    (@bind [($kind:ident $source:ident $index:ident ($expr:expr) $($arm:tt)*) $($others:tt)*] $($run:tt)*) => {
        match ($expr).__end_of_select() {
            $source => $crate::__select!(@bind [$($others)*] $($run)*),
        }
    };
    (@bind [] $($run:tt)*) => {
        $crate::__select!(@run $($run)*)
    };

    (
        @run $new:ident
        [$(($kind:ident $source:ident $index:ident ($expr:expr) $item:tt ($result:pat) ($body:expr)))*]
        [$(($($timeout:expr)?) ($default:expr))?]
    ) => {{
        let operations: &[&::core::primitive::str] = &[$(::core::stringify!($kind)),*];
        #[allow(unused_mut)]
        let mut select = $crate::Select::$new().__for_so_many(operations.len());
        $(let $index = select.$kind($source);)*
        let operation = $crate::__select!(@wait select $(($($timeout)?))?);
        // Whichever arm is run, the operation has gone before it, so that its handles may go too.
        match operation.as_ref().map($crate::SelectedOperation::index) {
            $(
                ::core::option::Option::Some(index) if index == $index => {
                    let operation = operation.expect("it has an index");
                    let $result = $crate::__select!(@complete $kind operation $source $item);
                    $body
                }
            )*
            _ => {
                ::core::mem::drop(operation);
                $crate::__select!(@default $($default)?)
            }
        }
    }};

    (@wait $select:ident) => {
        ::core::option::Option::Some($select.select())
    };
    (@wait $select:ident ()) => {
        $select.try_select().ok()
    };
    (@wait $select:ident ($timeout:expr)) => {
        $select.select_timeout($timeout).ok()
    };

    (@complete recv $operation:ident $source:ident ()) => {
        $operation.recv($source)
    };
    (@complete send $operation:ident $source:ident ($item:expr)) => {{
        let item = $item;
        #[allow(unreachable_code)]
        $operation.send($source, item)
    }};

    (@default) => {
        ::core::unreachable!("a select takes one of its operations")
    };
    (@default $default:expr) => {
        $default
    };
}
