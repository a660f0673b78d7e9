//! What is left of a shell line once everything is taken away that only turns its outcome into an exit status.

use crate::rules::health::shell::{Token, TokenKind};

/// A line without its endings.
#[derive(Debug)]
pub(super) struct Script {
    /// What is left, without redirections that lead nowhere.
    pub(super) tokens: Vec<Token>,
    /// The byte that an ending which kills something begins at.
    pub(super) kill_at: Option<usize>,
    /// Whether the line ends well, whatever comes before.
    pub(super) always_ends_well: bool,
}

/// What the last command of a line does to its outcome.
enum Ending {
    Nothing,
    AlwaysWell,
    Kills,
}

/// Takes the endings away.
pub(super) fn script(tokens: Vec<Token>) -> Script {
    let mut script = Script { tokens, kill_at: None, always_ends_well: false };
    script.tokens.retain(|token| !leads_nowhere(token));
    loop {
        while matches!(script.tokens.last().map(|token| &token.kind), Some(TokenKind::Operator(";"))) {
            script.tokens.pop();
        }
        let Some((at, ending)) = ending(&script.tokens) else { break };
        let cut = script.tokens.get(at).map(|token| token.start);
        match ending {
            Ending::Nothing => {}
            Ending::AlwaysWell => script.always_ends_well = true,
            Ending::Kills => script.kill_at = cut,
        }
        script.tokens.truncate(at);
    }
    unwrap(&mut script.tokens);
    script
}

fn leads_nowhere(token: &Token) -> bool {
    match &token.kind {
        TokenKind::Redirect(operator, file) => match operator.as_str() {
            ">&" | "<&" => matches!(file.as_str(), "1" | "2" | "-"),
            _ => file == "/dev/null",
        },
        TokenKind::Literal(_) | TokenKind::Expanded(_) | TokenKind::Operator(_) => false,
    }
}

/// The operator before the last command, if that command is an ending.
fn ending(tokens: &[Token]) -> Option<(usize, Ending)> {
    let is_joint =
        |token: &Token| matches!(token.kind, TokenKind::Operator("||" | "&&" | ";" | "|" | "&" | "(" | ")"));
    let at = tokens.iter().rposition(is_joint)?;
    let TokenKind::Operator(operator) = tokens.get(at)?.kind else { return None };
    let words: Option<Vec<&str>> = tokens.get(at + 1..)?.iter().map(literal).collect();
    let words = words?;
    let ending = match (operator, words.as_slice()) {
        ("||" | ";", ["exit" | "return", "0"] | ["true" | ":"]) => Ending::AlwaysWell,
        ("||", ["exit" | "return", _] | ["exit" | "return" | "false"]) => Ending::Nothing,
        ("||", ["kill", ..]) => Ending::Kills,
        ("&&", ["exit" | "return", "0"] | ["exit" | "true" | ":"] | ["echo", ..]) => Ending::Nothing,
        _ => return None,
    };
    Some((at, ending))
}

/// The text of a word that a shell passes on as it is.
pub(super) fn literal(token: &Token) -> Option<&str> {
    match &token.kind {
        TokenKind::Literal(text) => Some(text),
        TokenKind::Expanded(_) | TokenKind::Operator(_) | TokenKind::Redirect(..) => None,
    }
}

/// Takes brackets around everything away.
fn unwrap(tokens: &mut Vec<Token>) {
    let is = |token: Option<&Token>, operator| {
        token.is_some_and(|token| token.kind == TokenKind::Operator(operator))
    };
    let opened = tokens.iter().filter(|token| is(Some(token), "(")).count();
    if opened == 1 && is(tokens.first(), "(") && is(tokens.last(), ")") {
        tokens.pop();
        tokens.remove(0);
    }
}

/// The programs of a line: the first word of each command, without folders and variables before it.
pub(super) fn programs(tokens: &[Token]) -> Vec<String> {
    let mut programs = Vec::new();
    let mut is_first = true;
    for token in tokens {
        match &token.kind {
            TokenKind::Operator(_) => is_first = true,
            TokenKind::Redirect(..) => {}
            TokenKind::Literal(text) | TokenKind::Expanded(text) => {
                let is_before = text.contains('=') || matches!(text.as_str(), "exec" | "!" | "if" | "then");
                if is_first && !is_before {
                    programs.push(text.rsplit('/').next().unwrap_or(text).to_owned());
                    is_first = false;
                }
            }
        }
    }
    programs
}

#[cfg(test)]
mod tests {
    use super::{literal, programs, script};
    use crate::rules::health::shell::tokens;

    #[test]
    fn endings_are_taken_away() {
        let rows = [
            ("a b || exit 1", "a b", false, false),
            ("a && exit 0 || exit 1", "a", false, false),
            ("a > /dev/null 2>&1 || exit 1;", "a", false, false),
            ("a && echo ok || false", "a", false, false),
            ("a || exit 0", "a", true, false),
            ("a; exit 0", "a", true, false),
            ("a || kill -9 1", "a", false, true),
            ("a || exit 1 || true", "a", true, false),
            ("(a b) || exit", "a b", false, false),
            ("exit 1", "exit 1", false, false),
            ("true", "true", false, false),
        ];
        for (line, left, well, kills) in rows {
            let script = script(tokens(line).unwrap());
            let words: Vec<&str> = script.tokens.iter().filter_map(literal).collect();
            assert_eq!(words.join(" "), left, "{line}");
            assert_eq!((script.always_ends_well, script.kill_at.is_some()), (well, kills), "{line}");
        }
    }

    #[test]
    fn programs_are_the_first_words_of_commands() {
        let rows = [
            ("A=1 /usr/bin/redis-cli ping | grep PONG", "redis-cli grep"),
            ("ps aux && exec curl -f x", "ps curl"),
            ("[ $(a) = b ]", "["),
        ];
        for (line, expected) in rows {
            assert_eq!(programs(&tokens(line).unwrap()).join(" "), expected, "{line}");
        }
    }
}
