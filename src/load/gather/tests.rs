//! What a load itself counts.

use super::*;
use std::io::Cursor;

#[test]
fn rows_and_texts_take_memory() {
    let mut loading = Loading::new(Spill::to(std::env::temp_dir()), None);
    assert_eq!(loading.n_bytes(), 0);
    let table =
        "user_id,page_view_at,page\nann,1700000000,/\nann,1700000001,/long\nbea,1700000002,/\n";
    let mut input = Input::from_reader("t", None, Box::new(Cursor::new(table)));
    let options = ReadOptions::default();
    loading
        .read(&mut input, None, &options, false, &mut |_| Ok(()))
        .unwrap();
    let of_rows = 3 * (size_of::<i64>() + 2 * size_of::<u32>());
    let of_texts = "annbea//long".len() + 4 * 40;
    assert_eq!(loading.n_bytes(), of_rows + of_texts);
}
