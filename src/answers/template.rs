//! What all templates of the answers have in common. Answers floor.

use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;

/// Why a template cannot fail.
pub(super) const TESTED: &str = "the templates are part of the program, and a test renders each";

/// An environment in which a line with only tags leaves no line.
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
