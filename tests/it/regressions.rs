//! Faults that were found since 0.1.0: what dwell did wrong once, it does not do again.
//!
//! [`ELSEWHERE`] names the test of each fault that is tested beside the part that was at fault; the faults that only a
//! whole command shows are tested here. Whoever mends another adds it to one of the two.

use std::fs;
use std::path::Path;

use crate::folder::Folder;

/// What was wrong, and the test that holds it right.
const ELSEWHERE: [(&str, &str); 62] = [
    // How inputs are read
    (
        "a slow pipe repeated rows",
        "however_often_it_pauses_each_byte_comes_through_once",
    ),
    (
        "a log that is refused waited for the next line first",
        "an_error_does_not_wait_for_the_next_line",
    ),
    (
        "a line without an end was looked at whole",
        "a_line_longer_than_the_limit_is_refused_and_a_long_one_is_read",
    ),
    (
        "a file that changed while it was read gave a mix of both",
        "a_file_may_grow_while_it_is_read_but_not_change_otherwise",
    ),
    (
        "an empty file among others ended the command",
        "an_empty_file_beside_others_is_said_and_skipped",
    ),
    (
        "text heavy in NUL was refused even where it was called CSV",
        "text_heavy_in_nul_is_read_where_a_person_calls_it_text",
    ),
    (
        "an archive with a wrong checksum was read",
        "damaged_and_hostile_archives_are_refused_in_a_sentence",
    ),
    (
        "a stray quote merged rows",
        "a_stray_quote_never_merges_rows",
    ),
    (
        "of an array of several elements the first was taken",
        "an_array_of_several_is_refused_with_the_way_on",
    ),
    (
        "a table of JSON by columns was read as one row",
        "tables_by_columns_are_told_from_rows",
    ),
    // What columns and rows mean
    (
        "a column without values was the user",
        "an_empty_candidate_yields_and_a_sole_one_is_kept",
    ),
    (
        "of a table without a header the first column left was the user",
        "without_a_header_values_decide",
    ),
    (
        "of two columns with nothing between them one was taken",
        "where_nothing_decides_between_two_columns_both_options_are_said",
    ),
    (
        "columns were chosen by a beginning that the end contradicts",
        "an_end_that_contradicts_the_beginning_is_noticed",
    ),
    (
        "files of one header were read in different ways",
        "what_is_settled_holds_for_the_files_of_a_command_and_for_later_loads",
    ),
    (
        "NULL and None were users",
        "what_is_null_is_a_reject_that_says_so",
    ),
    (
        "a file of rejects was an empty success",
        "a_file_of_rejects_only_is_refused_and_one_of_a_header_only_is_not",
    ),
    (
        "a file that was mostly rejected was read",
        "more_than_half_of_a_hundred_rows_are_too_many",
    ),
    // Times
    (
        "numbers that do not count from 1970 were times of 1970",
        "numbers_that_do_not_count_from_1970_are_refused",
    ),
    (
        "whatever stood behind an offset was passed over",
        "an_offset_is_followed_by_the_same_zone_or_by_nothing",
    ),
    (
        "times that a spreadsheet rounded were read",
        "numbers_that_a_spreadsheet_rounded_are_no_times",
    ),
    (
        "ids that a spreadsheet rounded were read",
        "rounded_ids_and_times_are_rejects_that_say_so",
    ),
    (
        "the hour that clocks show twice was always the earlier",
        "where_a_file_in_order_goes_back_the_time_is_the_later",
    ),
    (
        "a bound finer than a microsecond was rounded down",
        "a_time_finer_than_a_microsecond_is_refused_where_it_would_be_a_bound",
    ),
    // Access logs
    (
        "a log with lists of headers was refused",
        "the_agent_is_found_in_a_list_of_headers",
    ),
    (
        "a log with agents as short as Mozilla/5.0 was refused",
        "an_agent_in_quotes_may_be_short",
    ),
    (
        "the second time of a line was taken, or the line refused",
        "a_second_time_is_known_in_any_usual_writing",
    ),
    // Loads
    (
        "content under another name was loaded twice",
        "the_same_content_is_read_once",
    ),
    (
        "a packed log that had grown was loaded twice",
        "a_log_that_has_grown_and_was_packed_then_adds_what_is_new",
    ),
    (
        "a rotated log was loaded twice",
        "however_a_log_is_rotated_each_request_counts_once",
    ),
    (
        "a row was loaded twice where a load ended within a line end",
        "a_load_that_ended_within_a_line_end_took_in_the_line",
    ),
    (
        "a file that was cut within a line was not known again",
        "the_beginning_of_what_was_read_is_not_read_again_wherever_its_last_line_was_cut",
    ),
    (
        "another pageview before a cut line was taken for what was there",
        "what_begins_alike_and_goes_on_otherwise_is_read",
    ),
    (
        "many pageviews at one instant took quadratic time",
        "many_pageviews_of_one_instant_are_compared_with_the_stored_ones_at_once",
    ),
    (
        "a folder was not loaded further than its first bad file",
        "a_load_of_a_folder_goes_on_after_what_cannot_be_read",
    ),
    (
        "rows that waited in a file that was cut short were missing",
        "an_export_of_sorted_runs_is_there_whole_or_not_at_all",
    ),
    // Stores
    (
        "a store was loaded into itself",
        "a_store_is_not_loaded_into_itself_by_any_name_of_it",
    ),
    (
        "a damaged store was read",
        "a_bit_that_is_flipped_is_found_or_changes_nothing",
    ),
    (
        "a store behind a link was read without its log",
        "a_store_that_a_link_leads_to_is_read_with_its_log",
    ),
    (
        "what was written while a locked store was read went missing",
        "a_store_that_is_written_to_while_it_is_read_without_a_lock_is_read_again",
    ),
    (
        ":memory: was no file",
        "names_that_mean_something_to_sqlite_are_names_of_files",
    ),
    (
        "lists of active users took what memory they claimed",
        "lists_of_more_users_than_there_are_pageviews_are_refused",
    ),
    (
        "a store took what memory it claimed",
        "a_store_that_says_it_holds_more_than_memory_is_refused",
    ),
    (
        "Parquet took what memory it claimed",
        "a_schema_that_claims_children_is_refused_before_there_is_room_for_them",
    ),
    (
        "a view made texts without end",
        "a_view_that_makes_texts_or_rows_without_end_is_refused",
    ),
    (
        "a page that a database names many times was read each time",
        "a_page_that_is_in_a_tree_many_times_is_damage",
    ),
    (
        "the copy of a foreign database could be read by others",
        "a_temporary_folder_is_private",
    ),
    // Ends
    (
        "Ctrl-C waited for SQLite",
        "a_view_that_never_ends_can_be_interrupted",
    ),
    (
        "Ctrl-C waited for another process",
        "nobody_waits_for_another_process_when_interrupted",
    ),
    (
        "an interrupted commit changed something",
        "a_commit_that_is_interrupted_changes_nothing",
    ),
    (
        "what a killed load left stayed",
        "what_a_killed_load_left_is_removed_by_the_next_one",
    ),
    (
        "a limit on file sizes killed a load",
        "a_load_that_finds_no_room_leaves_the_store_as_it_was",
    ),
    (
        "a hangup ended what nohup was to keep",
        "a_load_that_was_told_to_outlive_its_terminal_does",
    ),
    (
        "a panic left the terminal as it was",
        "a_panic_gives_the_terminal_back_and_is_told_there",
    ),
    // What is written
    (
        "--force changed the mode of a file",
        "a_file_that_is_replaced_hands_on_its_mode",
    ),
    (
        "--force replaced a link",
        "a_link_stays_and_what_it_leads_to_is_replaced",
    ),
    (
        "a terminal acted on what was printed",
        "no_message_carries_what_a_terminal_would_act_on",
    ),
    // The explorer and the gap
    (
        "a bare text was looked for in the first and last page only",
        "a_bare_text_finds_every_page_of_a_session",
    ),
    (
        "the sample opened, whatever was piped in",
        "without_a_path_a_pipe_or_a_file_is_read_and_the_null_device_is_not",
    ),
    (
        "cancelling one job ended another",
        "cancelling_a_job_leaves_the_others_at_work",
    ),
    (
        "the interval of a flat valley was too narrow",
        "a_flat_valley_has_a_wide_interval",
    ),
    (
        "texts became one when what stood between them went",
        "texts_stay_apart_when_what_stood_between_them_goes",
    ),
];

/// The text of every file of Rust in a folder.
fn sources(folder: &Path) -> String {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .map(|path| match path.is_dir() {
            true => sources(&path),
            false if path.extension().is_some_and(|extension| extension == "rs") => {
                fs::read_to_string(path).unwrap()
            }
            false => String::new(),
        })
        .collect()
}

#[test]
fn every_fault_that_is_tested_elsewhere_has_its_test_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = sources(&root.join("src")) + &sources(&root.join("tests/it"));
    for (fault, test) in ELSEWHERE {
        assert!(
            sources.contains(&format!("fn {test}(")),
            "{fault}: there is no {test}"
        );
    }
}

/// The pageviews that a file of this content gives, as `user page` each, and what is said.
fn pageviews(name: &str, content: &str, options: &[&str]) -> (Vec<String>, String) {
    let folder = Folder::new();
    folder.write(name, content);
    let args = [&["export", name, "--rows", "pageviews"], options].concat();
    let ran = folder.does(&args);
    let rows = ran.out.lines().skip(1);
    let cells = rows.map(|row| row.split(',').collect::<Vec<_>>());
    (
        cells.map(|row| format!("{} {}", row[1], row[5])).collect(),
        ran.err,
    )
}

#[test]
fn a_log_with_the_seconds_since_1970_at_the_end_is_read_by_the_time_of_its_requests() {
    let line = |n: u32, page: &str| {
        format!(
            "192.0.2.{n} - - [05/Mar/2024:10:00:0{n} +0000] \"GET {page} HTTP/1.1\" 200 5 \"-\" \"Mozilla/5.0 (X11)\" 1709632801.123\n"
        )
    };
    let log = line(1, "/") + &line(2, "/cart");
    let (rows, said) = pageviews("msec.log", &log, &["--log-user", "address"]);
    assert_eq!(rows, ["192.0.2.1 /", "192.0.2.2 /cart"]);
    assert!(
        said.contains("2024-03-05T10:00:01Z to 2024-03-05T10:00:02Z"),
        "{said}"
    );
}

#[test]
fn a_duration_in_a_log_is_no_host() {
    let log = "[GIN] 2024/03/01 - 10:00:00 | 200 | 1.2ms | 192.0.2.1 | GET \"/home\"\n\
               [GIN] 2024/03/01 - 10:00:09 | 200 | 3.4ms | 192.0.2.2 | GET \"/cart\"\n";
    let (rows, _) = pageviews("gin.log", log, &[]);
    assert_eq!(rows, ["192.0.2.1 /home", "192.0.2.2 /cart"]);
}

#[test]
fn a_log_of_which_every_request_is_left_out_is_read() {
    let log = "192.0.2.1 - - [05/Mar/2024:10:00:00 +0000] \"GET /a.css HTTP/1.1\" 200 5 \"-\" \"Mozilla/5.0 (X11)\"\n";
    let (rows, said) = pageviews("access.log", log, &[]);
    assert!(rows.is_empty(), "{rows:?}");
    assert!(said.contains("0 pageviews"), "{said}");
}

#[test]
fn json_that_nginx_filled_in_is_read() {
    let log = r#"{"remote_addr":"192.0.2.1","time_iso8601":"2024-03-05T10:00:00+00:00","request":"GET /caf\xC3\xA9 HTTP/1.1","status":"200","http_user_agent":"Mozilla/5.0 (X11)","upstream":-}"#;
    let (rows, _) = pageviews("access.json", log, &["--log-user", "address"]);
    assert_eq!(rows, ["192.0.2.1 /café"]);
}

#[test]
fn naming_a_column_does_not_turn_off_what_counts_as_a_page_view() {
    let events = "who,event,at,url\n\
                  a,page_view,2024-03-05 10:00:00,/\n\
                  a,click,2024-03-05 10:00:01,/cart\n";
    let (rows, said) = pageviews("events.csv", events, &["--user-column", "who"]);
    assert_eq!(rows, ["a /"]);
    assert!(
        said.contains("1 row is left out as no page views"),
        "{said}"
    );
}

#[test]
fn a_value_with_a_comma_can_be_asked_for() {
    let events = "who,kind,at,url\n\
                  a,\"view, page\",2024-03-05 10:00:00,/\n\
                  a,other,2024-03-05 10:00:01,/cart\n";
    let options = ["--user-column", "who", "--where", "kind=\"view, page\""];
    let (rows, _) = pageviews("events.csv", events, &options);
    assert_eq!(rows, ["a /"]);
}

#[test]
fn a_command_that_is_mistyped_is_proposed() {
    let ran = Folder::new().run(&["sumary"]);
    assert_ne!(ran.status, 0);
    assert!(ran.err.contains("dwell summary"), "{ran:?}");
}
