//! Variables in text: `$NAME`, `${NAME}`, `${NAME:-word}` and the other operators, nested to any depth.
//!
//! In: one scalar's text and a way to look names up. Out: the text with values in it, or why that cannot be.

/// Where names are looked up.
pub trait Lookup {
    /// The value of a variable that is set.
    fn get(&mut self, name: &str) -> Option<String>;

    /// Told that a variable is unset and became empty text.
    fn unset(&mut self, name: &str);

    /// Told that the word behind an operator was used in place of a value.
    fn written(&mut self, name: &str);
}

/// Why text cannot be interpolated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateError {
    /// A `${` that is no variable; holds the innermost text it stands in.
    Invalid(String),
    /// A variable that must be set is not; holds the message written behind the operator.
    Required {
        /// The variable.
        name: String,
        /// What the author wrote behind the operator.
        reason: String,
    },
}

impl TemplateError {
    /// The error as Docker Compose prints it where it has no better form.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Invalid(template) => format!("Invalid template: {template:?}"),
            Self::Required { name, reason } if reason.is_empty() => {
                format!("required variable {name} is missing a value")
            }
            Self::Required { name, reason } => {
                format!("required variable {name} is missing a value: {reason}")
            }
        }
    }
}

/// What is wrong with the first `${` of a text that is no variable, as a next step.
#[must_use]
pub fn repair(text: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let form = rest.get(rest.find('$')?..)?;
        rest = match form.as_bytes().get(1) {
            Some(b'$') => form.get(2..)?,
            Some(b'{') => match take_braced(form) {
                Some(braced) => form.get(braced.length..)?,
                None => return Some(repair_form(form)),
            },
            _ => form.get(1..)?,
        };
    }
}

fn repair_form(form: &str) -> String {
    let (name, after) = take_name(form.get(2..).unwrap_or_default());
    let line = after.lines().next().unwrap_or_default();
    let inner = line.split_once('}').map(|(inner, _)| inner);
    match (name, inner) {
        ("", None) => "write `${NAME}`, or `$$` for a dollar sign".to_owned(),
        (_, None) => format!("close it with a `}}`: `${{{name}}}`"),
        ("", Some("")) => "write the name of a variable between the braces".to_owned(),
        ("", Some(_)) => "begin the name of the variable with a letter or `_`".to_owned(),
        (name, Some(inner)) if inner.starts_with(['=', ':']) => {
            format!("write `:-` before a default: `${{{name}:-value}}`")
        }
        (name, Some(inner)) if inner.starts_with(char::is_whitespace) => {
            format!("a name has no blanks: write `${{{name}}}`, or `${{{name}:-value}}` with a default")
        }
        (name, Some(_)) => format!(
            "Docker Compose knows `${{{name}:-default}}`, `${{{name}:+alternative}}` and `${{{name}:?message}}`, \
             with or without the colon, and no other forms"
        ),
    }
}

/// What stands between a name and a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `:-` and `-`
    Default,
    /// `:+` and `+`
    Alternative,
    /// `:?` and `?`
    Required,
}

/// A `${NAME…}` taken apart.
struct Braced<'a> {
    name: &'a str,
    operation: Option<Operation<'a>>,
    /// How many bytes the form takes, from the dollar on.
    length: usize,
    /// Text that was matched along with the form and stands behind its closing brace.
    rest: &'a str,
}

struct Operation<'a> {
    operator: Operator,
    /// Whether an empty value counts as unset: the operator has a colon.
    empty_is_unset: bool,
    word: &'a str,
}

/// Puts the values of variables into `text`.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn substitute(text: &str, lookup: &mut dyn Lookup) -> Result<String, TemplateError> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        let (before, form) = rest.split_at(dollar);
        out.push_str(before);
        rest = match form.as_bytes().get(1) {
            Some(b'$') => {
                out.push('$');
                form.get(2..).unwrap_or_default()
            }
            Some(b'{') => {
                let braced = take_braced(form).ok_or_else(|| TemplateError::Invalid(text.to_owned()))?;
                out.push_str(&evaluate(&braced, lookup)?);
                out.push_str(&substitute(braced.rest, lookup)?);
                form.get(braced.length..).unwrap_or_default()
            }
            _ => {
                let (name, after) = take_name(form.get(1..).unwrap_or_default());
                if name.is_empty() {
                    out.push('$')
                } else {
                    out.push_str(&value_or_empty(name, lookup))
                }
                after
            }
        };
    }
    out.push_str(rest);
    Ok(out)
}

/// The reference ignores the case of names as Unicode does, so two letters beyond ASCII count too.
fn is_name_letter(c: char) -> bool {
    c == '_' || c.is_ascii_alphabetic() || matches!(c, '\u{17f}' | '\u{212a}')
}

fn take_name(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !is_name_letter(c) && !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(if text.starts_with(is_name_letter) { end } else { 0 })
}

/// Takes `${…}` apart; `form` starts with it. None if it is no variable.
///
/// With an operator, everything up to the last closing brace of the line belongs to the form; counting braces then
/// tells the word from the rest.
fn take_braced(form: &str) -> Option<Braced<'_>> {
    let (name, after) = take_name(form.get(2..)?);
    if name.is_empty() {
        return None;
    }
    if after.starts_with('}') {
        return Some(Braced { name, operation: None, length: name.len() + 3, rest: "" });
    }
    let (empty_is_unset, sign) = match after.strip_prefix(':') {
        Some(sign) => (true, sign),
        None => (false, after),
    };
    let operator = match sign.as_bytes().first()? {
        b'-' => Operator::Default,
        b'+' => Operator::Alternative,
        b'?' => Operator::Required,
        _ => return None,
    };
    let word_start = form.len() - sign.len() + 1;
    let line_end = form.get(word_start..)?.find('\n').map_or(form.len(), |at| word_start + at);
    let last_brace = form.get(word_start..line_end)?.rfind('}').map(|at| word_start + at)?;
    let matched = form.get(..=last_brace)?;
    let close = closing_brace(matched).unwrap_or(last_brace);
    let word = matched.get(word_start..close)?;
    let rest = matched.get(close + 1..)?;
    let operation = Some(Operation { operator, empty_is_unset, word });
    Some(Braced { name, operation, length: matched.len(), rest })
}

/// The brace that closes the first one; the byte behind an opening brace is not looked at, as in the reference.
fn closing_brace(text: &str) -> Option<usize> {
    let mut open = 0_i32;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'}' => {
                open -= 1;
                if open == 0 {
                    return Some(at);
                }
            }
            b'{' => {
                open += 1;
                bytes.next();
            }
            _ => {}
        }
    }
    None
}

fn evaluate(braced: &Braced<'_>, lookup: &mut dyn Lookup) -> Result<String, TemplateError> {
    let name = braced.name;
    let Some(Operation { operator, empty_is_unset, word }) = &braced.operation else {
        return Ok(value_or_empty(name, lookup));
    };
    let value = lookup.get(name);
    let is_set = value.as_ref().is_some_and(|value| !(*empty_is_unset && value.is_empty()));
    match (operator, is_set) {
        (Operator::Default, false) | (Operator::Alternative, true) => {
            lookup.written(name);
            substitute(word, lookup)
        }
        (Operator::Required, false) => {
            let reason = substitute(word, lookup)?;
            Err(TemplateError::Required { name: name.to_owned(), reason })
        }
        (Operator::Default | Operator::Required, true) | (Operator::Alternative, false) => {
            Ok(value.unwrap_or_default())
        }
    }
}

fn value_or_empty(name: &str, lookup: &mut dyn Lookup) -> String {
    lookup.get(name).unwrap_or_else(|| {
        lookup.unset(name);
        String::new()
    })
}

/// A variable as written in a Compose file, for lists of variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// The word behind `-` or `:-`.
    pub default: String,
    /// The word behind `+` or `:+`.
    pub alternative: String,
    /// Whether it stands before `?` or `:?`.
    pub required: bool,
}

/// The variables of a text, also those inside words, in the order of their appearance.
#[must_use]
pub fn variables(text: &str) -> Vec<Variable> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        let form = rest.get(dollar..).unwrap_or_default();
        rest = match form.as_bytes().get(1) {
            Some(b'$') => form.get(2..).unwrap_or_default(),
            Some(b'{') => match take_braced(form) {
                Some(braced) => {
                    found.extend(variables(braced.rest));
                    collect(&braced, &mut found);
                    form.get(braced.length..).unwrap_or_default()
                }
                None => form.get(2..).unwrap_or_default(),
            },
            _ => {
                let (name, after) = take_name(form.get(1..).unwrap_or_default());
                if !name.is_empty() {
                    found.push(Variable { name: name.to_owned(), ..Variable::default() });
                }
                after
            }
        };
    }
    found
}

fn collect(braced: &Braced<'_>, found: &mut Vec<Variable>) {
    let mut variable = Variable { name: braced.name.to_owned(), ..Variable::default() };
    let Some(Operation { operator, word, .. }) = &braced.operation else {
        found.push(variable);
        return;
    };
    match operator {
        Operator::Default => (*word).clone_into(&mut variable.default),
        Operator::Alternative => (*word).clone_into(&mut variable.alternative),
        Operator::Required => variable.required = true,
    }
    found.push(variable);
    if *operator != Operator::Required {
        found.extend(variables(word));
    }
}

#[cfg(test)]
mod tests {
    use super::{Lookup, TemplateError, repair, substitute, variables};

    struct Fixed(Vec<String>);

    impl Lookup for Fixed {
        fn get(&mut self, name: &str) -> Option<String> {
            match name {
                "SET" => Some("value".to_owned()),
                "EMPTY" => Some(String::new()),
                "DOLLAR" => Some("$SET".to_owned()),
                _ => None,
            }
        }

        fn unset(&mut self, name: &str) {
            self.0.push(name.to_owned());
        }

        fn written(&mut self, _name: &str) {}
    }

    fn substituted(text: &str) -> Result<String, TemplateError> {
        substitute(text, &mut Fixed(Vec::new()))
    }

    #[test]
    fn every_operator_knows_unset_empty_and_set() {
        let rows = [
            ("$SET ${SET}", "value value"),
            ("${UNSET-d}|${UNSET:-d}|${EMPTY-d}|${EMPTY:-d}|${SET-d}|${SET:-d}", "d|d||d|value|value"),
            ("${UNSET+a}|${UNSET:+a}|${EMPTY+a}|${EMPTY:+a}|${SET+a}|${SET:+a}", "||a||a|a"),
            ("${SET?no}|${EMPTY?no}|${SET:?no}", "value||value"),
            ("$$SET $${SET}", "$SET ${SET}"),
            ("$DOLLAR", "$SET"),
            ("cost $5 $ $(date) $-", "cost $5 $ $(date) $-"),
            ("${UNSET:-${EMPTY:-${SET}}}x", "valuex"),
            ("${UNSET:-{\"x\":1}}", "{\"x\":1}"),
            ("${UNSET:-a}b}", "ab}"),
            ("${UNSET:-a:b-c?d}", "a:b-c?d"),
            ("${UNSET:-$$x}", "$x"),
            ("${UNSET-a} and ${SET}", "a and value"),
        ];
        for (text, expected) in rows {
            assert_eq!(substituted(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_variable_is_refused() {
        for text in ["${}", "${1}", "${V/a/b}", "${V#x}", "${V:0:2}", "${V x}", "${V", "${V:-a\nb}"] {
            assert_eq!(substituted(text), Err(TemplateError::Invalid(text.to_owned())), "{text}");
        }
        assert_eq!(substituted("${U:-${}}"), Err(TemplateError::Invalid("${}".to_owned())));
        let required = TemplateError::Required { name: "UNSET".to_owned(), reason: "say value".to_owned() };
        assert_eq!(substituted("${UNSET:?say $SET}"), Err(required));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let rows = [
            ("x${TAG", "`${TAG}`"),
            ("${A}${TAG:latest}", "`${TAG:-value}`"),
            ("${TAG:=latest}", "`${TAG:-value}`"),
            ("${}", "between the braces"),
            ("${1}", "letter or `_`"),
            ("${A B}", "no blanks"),
            ("${V/a/b}", "no other forms"),
        ];
        for (text, words) in rows {
            let said = repair(text).unwrap();
            assert!(said.contains(words) && !said.contains("latest"), "{text}: {said}");
        }
        assert_eq!(repair("${A} $$ $"), None);
    }

    #[test]
    fn unset_variables_are_told() {
        let mut lookup = Fixed(Vec::new());
        assert_eq!(substitute("a${UNSET}b$OTHER", &mut lookup).as_deref(), Ok("ab"));
        assert_eq!(lookup.0, ["UNSET", "OTHER"]);
    }

    #[test]
    fn variables_are_listed_with_their_words() {
        let names = |text: &str| variables(text).into_iter().map(|found| found.name).collect::<Vec<_>>();
        assert_eq!(names("$A ${B:-${C}} $$D ${E?x}"), ["A", "E", "B", "C"]);
        assert_eq!(variables("${A:-x}")[0].default, "x");
        assert!(variables("${A:?x}")[0].required);
    }
}
