//! Whole inputs: text in, pageviews and rejects out.

use std::io::Cursor;

use super::*;

/// What a sink took.
#[derive(Debug, Default, PartialEq, Eq)]
struct Taken {
    pageviews: Vec<(String, String, String)>,
    rejects: Vec<(u64, String)>,
}

impl Sink for Taken {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        self.pageviews.push((
            pageview.user_id.to_owned(),
            pageview.page_view_at.to_string(),
            pageview.page.to_owned(),
        ));
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.rejects.push((reject.line, reject.reason));
        Ok(())
    }
}

/// Reads `content` with a buffer that starts with `initial` bytes.
fn read_all(content: &[u8], options: &ReadOptions, initial: usize) -> Result<(Understood, Taken)> {
    let mut input = Input::from_reader("in.csv", Cursor::new(content.to_vec()), None);
    let mut taken = Taken::default();
    let capacity = Capacity {
        initial,
        limit: 1 << 20,
    };
    let understood = read_within(&mut input, options, &mut taken, capacity)?;
    assert_eq!(input.digest(), xxhash_rust::xxh3::xxh3_128(content));
    Ok((understood, taken))
}

/// The pageviews as `user time page`, then the rejects as `line: reason`.
fn check(content: &str, expected: &[&str]) -> Understood {
    let options = ReadOptions::default();
    let (understood, taken) = read_all(content.as_bytes(), &options, 1 << 10).unwrap();
    let pageviews = taken
        .pageviews
        .iter()
        .map(|(user, at, page)| format!("{user} {at} {page}"));
    let rejects = taken
        .rejects
        .iter()
        .map(|(line, reason)| format!("{line}: {reason}"));
    assert_eq!(pageviews.chain(rejects).collect::<Vec<_>>(), expected);
    understood
}

/// The sentence with which `content` is refused.
fn refusal(content: &[u8]) -> String {
    read_all(content, &ReadOptions::default(), 1 << 10)
        .unwrap_err()
        .to_string()
}

#[test]
fn a_plain_file_is_read_and_said_in_one_line() {
    let understood = check(
        "user_id,page_view_at,page\n123,2020-02-02 12:55:16,/contact\n456,2020-02-02 12:55:18,/product/1\n",
        &[
            "123 2020-02-02T12:55:16Z /contact",
            "456 2020-02-02T12:55:18Z /product/1",
        ],
    );
    assert_eq!(
        understood.to_string(),
        "CSV with ',': user from \"user_id\", time from \"page_view_at\" (date and time without an \
         offset, taken as UTC), page from \"page\""
    );
    assert_eq!(understood.notes, Vec::<String>::new());
    assert_eq!((understood.pageviews, understood.rejects), (2, 0));
}
