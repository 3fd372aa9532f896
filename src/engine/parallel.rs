//! Does a piece of work in parts, on every core. Engine floor.
//!
//! Threads live only as long as the call, which costs a few tens of microseconds. A free thread takes the next part,
//! so a core that is busy elsewhere does less. Knows nothing about the work.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::mpsc::channel;
use std::thread;

/// Cuts `0..n` into neighbouring ranges of `size`, the last one shorter. Empty for 0.
pub(crate) fn ranges(n: usize, size: usize) -> impl ExactSizeIterator<Item = Range<usize>> {
    (0..n.div_ceil(size)).map(move |part| part * size..((part + 1) * size).min(n))
}

/// Does `work` on each part. The results are in the order of the parts. A single part needs no thread. If no thread
/// can be started, the caller does everything.
pub(crate) fn each<T: Send, R: Send>(
    parts: impl ExactSizeIterator<Item = T> + Send,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let n = parts.len();
    let waiting = Mutex::new(parts.enumerate());
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(n));
    let take_parts = || {
        loop {
            let next = locked(&waiting).next();
            let Some((place, part)) = next else { return };
            let result = work(part);
            locked(&done).push((place, result));
        }
    };
    thread::scope(|scope| {
        for _ in 1..cores().min(n) {
            // An error means that no further thread could be started: the others do its parts.
            let _ = thread::Builder::new().spawn_scoped(scope, take_parts);
        }
        take_parts();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|&(place, _)| place);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Does `work` on each part, and passes the results to `take` in the order of the parts, on the caller's thread, while
/// others go on. The first error ends it, of the parts that were taken.
pub(crate) fn in_order<T: Send, R: Send, E: Send>(
    parts: impl ExactSizeIterator<Item = T> + Send,
    work: impl Fn(T) -> Result<R, E> + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let n = parts.len();
    let waiting = Mutex::new(parts.enumerate());
    let next = || locked(&waiting).next();
    thread::scope(|scope| {
        let (done, results) = channel();
        for _ in 1..cores().min(n) {
            let (done, next, work) = (done.clone(), &next, &work);
            let _ = thread::Builder::new().spawn_scoped(scope, move || {
                while let Some((place, part)) = next() {
                    // Nobody takes results after an error.
                    if done.send((place, work(part))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let mut early = BTreeMap::new();
        let mut n_taken = 0;
        while n_taken < n {
            match next() {
                Some((place, part)) => {
                    early.insert(place, work(part));
                    early.extend(results.try_iter());
                }
                None => match results.recv() {
                    Ok((place, result)) => _ = early.insert(place, result),
                    // A part panicked, which the scope passes on.
                    Err(_) => break,
                },
            }
            while let Some(result) = early.remove(&n_taken) {
                take(result?)?;
                n_taken += 1;
            }
        }
        Ok(())
    })
}

/// The scope passes on a panic in a part, so a poisoned lock needs no error of its own.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many threads run at once. Asked only once, because the answer may need files to be read.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_parts() {
        let squares = each(ranges(1_000, 7), |range| {
            range.map(|n| n * n).sum::<usize>()
        });
        let expected: Vec<usize> = ranges(1_000, 7)
            .map(|range| range.map(|n| n * n).sum())
            .collect();
        assert_eq!(squares, expected);
    }

    #[test]
    fn nothing_has_no_parts() {
        assert!(each(ranges(0, 7), |_| ()).is_empty());
    }

    #[test]
    fn results_are_taken_in_the_order_of_the_parts() {
        let mut taken = Vec::new();
        let work = |range: Range<usize>| {
            if range.start.is_multiple_of(3) {
                thread::yield_now();
            }
            Ok::<_, ()>(range)
        };
        in_order(ranges(1_000, 7), work, |range| {
            taken.extend(range);
            Ok(())
        })
        .unwrap();
        assert_eq!(taken, (0..1_000).collect::<Vec<_>>());
    }

    #[test]
    fn the_error_is_that_of_the_first_part_with_one() {
        for failing in [0, 40, 99] {
            let mut n_taken = 0;
            let work = |part| if part < failing { Ok(()) } else { Err(part) };
            let ended = in_order(0..100, work, |()| {
                n_taken += 1;
                Ok(())
            });
            assert_eq!((ended, n_taken), (Err(failing), failing));
        }
        let refused = in_order(0..100, Ok::<_, &str>, |part| match part {
            7 => Err("full"),
            _ => Ok(()),
        });
        assert_eq!(refused, Err("full"));
    }

    #[test]
    #[should_panic(expected = "of its own")]
    fn a_part_that_panics_ends_the_call() {
        let own = thread::current().id();
        let work = |part| {
            if part == 50 || thread::current().id() != own {
                panic!("of its own");
            }
            Ok::<_, ()>(())
        };
        let _ = in_order(0..100, work, |()| Ok(()));
    }
}
