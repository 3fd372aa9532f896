//! What every template of the answers has in common. Answers floor.

use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;

/// Why a template cannot fail.
pub(super) const TESTED: &str = "the templates are part of the program, and a test renders each";

/// Templates in which a line of tags alone leaves no line.
pub(super) fn templates() -> Environment<'static> {
    let mut templates = Environment::new();
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
        .expect("the delimiters are the customary ones");
    templates.set_syntax(syntax);
    templates
}
