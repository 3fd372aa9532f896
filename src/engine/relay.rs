//! Passes what one thread makes to another, parcel by parcel, in order. Engine floor.
//!
//! The memory of a parcel goes back to be filled again. Knows nothing about the content.

use std::panic::resume_unwind;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::Sender;
use std::sync::mpsc::SyncSender;
use std::sync::mpsc::channel;
use std::sync::mpsc::sync_channel;
use std::thread;

/// How many parcels the maker may be ahead. With large parcels, none.
const AHEAD: usize = 8;

/// A parcel.
pub(crate) trait Parcel: Default + Send {
    /// Whether it takes so much memory that it should be the only one, and its memory should not be kept.
    fn is_large(&self) -> bool;

    /// Empties it, for the next content.
    fn clear(&mut self);
}

/// Nobody takes parcels any more, because the taker has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Abandoned;

/// The maker's end.
pub(crate) struct Relay<P> {
    full: SyncSender<P>,
    /// Parcels that were taken, and can be filled again.
    empty: Receiver<P>,
    /// Parcels that were handed over and perhaps not taken yet.
    n_ahead: usize,
}

impl<P: Parcel> Relay<P> {
    /// Hands a parcel over, and returns an empty one for the next content.
    pub(crate) fn hand_over(&mut self, parcel: P) -> Result<P, Abandoned> {
        let mut next = self.empty.try_recv().ok();
        self.n_ahead -= usize::from(next.is_some());
        let is_large = parcel.is_large();
        self.full.send(parcel).map_err(|_| Abandoned)?;
        self.n_ahead += 1;
        while is_large && self.n_ahead > 0 {
            next = Some(self.empty.recv().map_err(|_| Abandoned)?);
            self.n_ahead -= 1;
        }
        Ok(next.unwrap_or_default())
    }
}

/// Runs `make` on a separate thread and passes its parcels to `take`. Returns the result of `make`, after its thread
/// has ended, and the error of `take`, which stops `make` at its next parcel.
pub(crate) fn relay<P: Parcel, R: Send, E>(
    make: impl FnOnce(Relay<P>) -> R + Send,
    take: impl FnMut(&mut P) -> Result<(), E>,
) -> (R, Result<(), E>) {
    thread::scope(|scope| {
        let (full, parcels) = sync_channel(AHEAD);
        let (used, empty) = channel();
        let maker = scope.spawn(move || {
            make(Relay {
                full,
                empty,
                n_ahead: 0,
            })
        });
        let taken = take_all(parcels, used, take);
        // From here on, nobody receives or returns parcels, so a maker that is not done stops.
        let made = maker.join().unwrap_or_else(|panic| resume_unwind(panic));
        (made, taken)
    })
}

fn take_all<P: Parcel, E>(
    parcels: Receiver<P>,
    used: Sender<P>,
    mut take: impl FnMut(&mut P) -> Result<(), E>,
) -> Result<(), E> {
    for mut parcel in parcels {
        take(&mut parcel)?;
        match parcel.is_large() {
            true => parcel = P::default(),
            false => parcel.clear(),
        }
        // A maker that is done needs no more parcels.
        let _ = used.send(parcel);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering;

    #[derive(Default)]
    struct Numbers(Vec<usize>);

    impl Parcel for Numbers {
        fn is_large(&self) -> bool {
            self.0.len() > 3
        }

        fn clear(&mut self) {
            self.0.clear();
        }
    }

    #[test]
    fn parcels_come_in_order_and_their_room_goes_back_empty() {
        let mut taken: Vec<usize> = Vec::new();
        let make = |mut relay: Relay<Numbers>| {
            let mut room = Numbers::default();
            for n in 0..1_000 {
                assert!(room.0.is_empty());
                room.0.push(n);
                room = relay.hand_over(room)?;
            }
            Ok::<(), Abandoned>(())
        };
        let (made, ended) = relay(make, |numbers: &mut Numbers| {
            taken.extend(&numbers.0);
            Ok::<(), ()>(())
        });
        assert_eq!((made, ended), (Ok(()), Ok(())));
        assert_eq!(taken, (0..1_000).collect::<Vec<_>>());
    }

    #[test]
    fn whoever_makes_a_large_parcel_waits_until_all_have_been_taken() {
        let n_taken = AtomicUsize::new(0);
        let make = |mut relay: Relay<Numbers>| {
            for n in 1..=20 {
                let length = if n % 5 == 0 { 4 } else { 1 };
                relay.hand_over(Numbers(vec![n; length]))?;
                if n % 5 == 0 {
                    assert_eq!(n_taken.load(Ordering::Relaxed), n);
                }
            }
            Ok::<(), Abandoned>(())
        };
        let (made, _) = relay(make, |_: &mut Numbers| {
            n_taken.fetch_add(1, Ordering::Relaxed);
            Ok::<(), ()>(())
        });
        assert_eq!(made, Ok(()));
    }

    #[test]
    fn an_error_of_the_taker_stops_the_maker() {
        let make = |mut relay: Relay<Numbers>| {
            let mut room = Numbers::default();
            loop {
                room = relay.hand_over(room)?;
            }
        };
        let (made, taken) = relay(make, |_: &mut Numbers| Err("full"));
        let made: Result<(), Abandoned> = made;
        assert_eq!((made, taken), (Err(Abandoned), Err("full")));
    }
}
