//! Tests datasets, and how they are built.

use super::*;

#[test]
fn rows_are_ordered_by_user_time_and_arrival() {
    let at = |us| Timestamp::from_us(us).unwrap();
    let dataset = Dataset::of_rows([
        ("b", at(5), "/0"),
        ("a", at(7), "/1"),
        ("b", at(3), "/3"),
        ("b", at(5), "/2"),
    ]);

    assert_eq!(dataset.users().iter().collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(dataset.at_us(), [3, 5, 5, 7]);
    let pages: Vec<&str> = (0..4).map(|row| dataset.page_text(row)).collect();
    assert_eq!(
        pages,
        ["/3", "/0", "/2", "/1"],
        "equal times stay in order of arrival"
    );
    assert_eq!(dataset.rows_of(0), 0..3);
    assert_eq!(
        (0..4).map(|row| dataset.user_of(row)).collect::<Vec<_>>(),
        [0, 0, 0, 1]
    );
    assert_eq!(dataset.watermark(), Timestamp::from_us(7));
}

#[test]
fn without_some_users_the_pageviews_of_the_others_are_left() {
    let at = |us| Timestamp::from_us(us).unwrap();
    let rows = [
        ("a", at(7), "/1"),
        ("b", at(3), "/2"),
        ("c", at(5), "/1"),
        ("c", at(9), "/3"),
    ];
    let dataset = Dataset::of_rows(rows).without_users(|user| user == 1);
    assert_eq!(dataset.users().iter().collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(dataset.at_us(), [7, 5, 9]);
    assert_eq!((dataset.rows_of(0), dataset.rows_of(1)), (0..1, 1..3));
    assert_eq!((dataset.page_text(1), dataset.page_text(2)), ("/1", "/3"));
    assert_eq!(dataset.span(), Some((at(5), at(9))));
    assert_eq!(dataset.without_users(|_| true).n_rows(), 0);
}

#[test]
fn rows_given_by_column_are_as_those_given_one_by_one() {
    let at = [3, 5, 9];
    let pages = [1, 0, 1];
    let [mut by_row, mut by_column] = [Builder::default(), Builder::default()];
    for builder in [&mut by_row, &mut by_column] {
        builder.begin_user("a");
        builder.push(Timestamp::clamped(1), [0]);
        builder.begin_user("b");
    }
    for (&us, page) in at.iter().zip(pages) {
        by_row.push(Timestamp::clamped(us), [page]);
    }
    by_column.extend(&at, &[pages.to_vec()]);
    assert_eq!(by_column.n_rows(), 4);
    let texts = || [["/x", "/y"].into_iter().collect()];
    assert_eq!(by_column.finish(texts()), by_row.finish(texts()));
}

#[test]
fn builders_one_behind_the_other_are_as_one() {
    let rows = [
        ("a", 3, 0),
        ("a", 5, 1),
        ("b", 4, 1),
        ("c", 1, 0),
        ("c", 2, 1),
    ];
    let texts = || [["/x", "/y"].into_iter().collect()];
    let built = |rows: &[(&str, i64, u32)]| {
        let mut builder = Builder::default();
        let mut user = None;
        for &(user_id, us, page) in rows {
            if user.replace(user_id) != Some(user_id) {
                builder.begin_user(user_id);
            }
            builder.push(Timestamp::clamped(us), [page]);
        }
        builder
    };
    let whole = built(&rows).finish(texts());
    for cut in 0..=rows.len() {
        let (before, behind) = rows.split_at(cut);
        let goes_on = matches!((before.last(), behind.first()), (Some(a), Some(b)) if a.0 == b.0);
        let mut builder = built(before);
        let mut next = built(behind);
        builder.append(&next, goes_on);
        assert_eq!(builder.finish(texts()), whole, "cut at {cut}");
        next.clear();
        assert_eq!(next.finish(texts()), Builder::default().finish(texts()));
    }
}

#[test]
fn no_pageviews_make_an_empty_dataset() {
    let dataset = Dataset::of_rows::<&str, &str>([]);
    assert_eq!(dataset, Dataset::default());
    assert_eq!(
        (dataset.n_users(), dataset.n_rows(), dataset.span()),
        (0, 0, None)
    );
}
