//! Runs futures in the background.

use std::{
    cell::{Cell, RefCell},
    pin::Pin,
    sync::Arc,
    task::{Context, Wake, Waker},
};

use js_sys::{Function, Promise};
use slab::Slab;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

thread_local! {
    static TASKS: Tasks = Tasks::new();
}

/// Runs a future to its end. Its first poll follows in a promise job.
///
/// A runtime's async context (`AsyncLocalStorage`) follows promises, and a caller's functions read it, for example to find
/// the user of a request. Each task is therefore polled by reactions to promises of its own, which belong to the context
/// that spawned it. `spawn_local` of `wasm-bindgen-futures` polls all tasks in one job, which belongs to the context that woke
/// the first of them. A call's functions would run in the context of another call. It also needs `queueMicrotask`, which
/// fake timers replace.
pub(crate) fn spawn(future: impl Future<Output = ()> + 'static) {
    let future: BoxedFuture = Box::pin(future);
    TASKS.with(|tasks| tasks.add(future));
}

/// Does what [`spawn`] does, and ends the task when the result is dropped.
pub(crate) fn spawn_scoped(future: impl Future<Output = ()> + 'static) -> ScopedTask {
    let future: BoxedFuture = Box::pin(future);
    ScopedTask(TASKS.with(|tasks| tasks.add(future)))
}

/// The id of a task that ends when this is dropped.
pub(crate) struct ScopedTask(u64);

impl Drop for ScopedTask {
    fn drop(&mut self) {
        TASKS.with(|tasks| tasks.remove(self.0));
    }
}

/// The low 24 bits of a task's id are its key in the slab. The others are a number that differs from those of earlier tasks
/// with this key, because their promises may have reactions to come. An id is below 2^53, and memory ends before there are so
/// many tasks.
const MAX_TASKS: u64 = 1 << 24;
const MAX_STARTED: u64 = 1 << 29;

fn key(id: u64) -> usize {
    (id % MAX_TASKS) as usize
}

type BoxedFuture = Pin<Box<dyn Future<Output = ()>>>;

struct Task {
    id: u64,
    /// None while it is polled.
    future: Option<BoxedFuture>,
    waker: Waker,
    /// Resolves the promise whose reaction is the next poll.
    resolve: Function,
}

/// The tasks that have not ended.
struct Tasks {
    tasks: RefCell<Slab<Task>>,
    started: Cell<u64>,
    /// The reaction to each task's promise. It gets the id of the task.
    poll: Closure<dyn FnMut(JsValue)>,
}

impl Tasks {
    fn new() -> Self {
        Self {
            tasks: RefCell::default(),
            started: Cell::new(0),
            poll: Closure::new(|id: JsValue| {
                if let Some(id) = id.as_f64() {
                    TASKS.with(|tasks| tasks.poll(id as u64));
                }
            }),
        }
    }

    fn add(&self, future: BoxedFuture) -> u64 {
        let resolve = self.poll_later();
        let mut tasks = self.tasks.borrow_mut();
        let entry = tasks.vacant_entry();
        let id = self.started.get() % MAX_STARTED * MAX_TASKS + entry.key() as u64;
        self.started.set(self.started.get() + 1);
        entry.insert(Task {
            id,
            future: Some(future),
            waker: Arc::new(TaskWaker(id)).into(),
            resolve,
        });
        drop(tasks);
        self.wake(id);
        id
    }

    fn remove(&self, id: u64) {
        let removed = self.with_task(id, |task| task.future.take());
        if removed.is_some() {
            self.tasks.borrow_mut().try_remove(key(id));
        }
    }

    /// Returns the function that starts a poll, in the async context of this moment.
    fn poll_later(&self) -> Function {
        let mut resolver = None;
        let woken = Promise::new(&mut |resolve, _| resolver = Some(resolve));
        let _ = woken.then(&self.poll);
        resolver.map(JsCast::unchecked_into).unwrap_or_default()
    }

    fn with_task<R>(&self, id: u64, work: impl FnOnce(&mut Task) -> R) -> Option<R> {
        let mut tasks = self.tasks.borrow_mut();
        let task = tasks.get_mut(key(id))?;
        (task.id == id).then(|| work(task))
    }

    fn wake(&self, id: u64) {
        // Wakers may outlive their task. Before the poll, further calls have no effect.
        self.with_task(id, |task| {
            let _ = task
                .resolve
                .call1(&JsValue::UNDEFINED, &JsValue::from_f64(id as f64));
        });
    }

    fn poll(&self, id: u64) {
        // Before the poll, which may wake its own task.
        let resolve = self.poll_later();
        let taken = self.with_task(id, |task| {
            task.resolve = resolve;
            (task.future.take(), task.waker.clone())
        });
        let Some((Some(mut future), waker)) = taken else {
            return;
        };
        if future
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
            .is_pending()
        {
            self.with_task(id, |task| task.future = Some(future));
        } else {
            self.remove(id);
        }
    }
}

/// Wakes the task of an id. A waker must be `Send`, and JavaScript values are not.
struct TaskWaker(u64);

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        TASKS.with(|tasks| tasks.wake(self.0));
    }
}
