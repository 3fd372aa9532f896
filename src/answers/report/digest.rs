//! A digest that tells one set of pageviews from every other. Answers floor.

use xxhash_rust::xxh3::Xxh3;

use crate::engine::dataset::Dataset;

/// XXH3-128 of the pageviews, in hexadecimal digits. Users come in the byte order of their ids: first the id, then for
/// each pageview in order its time (microseconds, 8 bytes, little endian) and its page. Each text has its length
/// before it (8 bytes). So the digest does not depend on the names of the files, or on how they are written and
/// packed.
pub(crate) fn digest(dataset: &Dataset) -> String {
    let mut hash = Xxh3::new();
    let text = |hash: &mut Xxh3, text: &str| {
        hash.update(&(text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    for user in dataset.users().in_text_order() {
        text(&mut hash, dataset.users().text(user));
        for row in dataset.rows_of(user as usize) {
            hash.update(&dataset.at_us()[row].to_le_bytes());
            text(&mut hash, dataset.page_text(row));
        }
    }
    format!("{:032x}", hash.digest128())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::timestamp::Timestamp;

    fn of(rows: &[(&str, i64, &str)]) -> String {
        let at = |us| Timestamp::from_us(us).unwrap();
        digest(&Dataset::of_rows(
            rows.iter().map(|&(user, us, page)| (user, at(us), page)),
        ))
    }

    #[test]
    fn the_digest_is_of_what_the_pageviews_are_and_not_of_how_they_came() {
        let rows = [("b", 5, "/x"), ("a", 7, "/y"), ("b", 3, "/y")];
        let mut reversed = rows;
        reversed.reverse();
        assert_eq!(of(&rows), of(&reversed));
        assert_eq!(of(&rows).len(), 32);
        for other in [
            [("b", 5, "/x"), ("a", 7, "/y"), ("b", 3, "/x")],
            [("b", 5, "/x"), ("a", 8, "/y"), ("b", 3, "/y")],
            [("b", 5, "/x"), ("b", 7, "/y"), ("b", 3, "/y")],
        ] {
            assert_ne!(of(&rows), of(&other));
        }
    }
}
