//! A line of a shell as tokens: as much of its grammar as it takes to see what a health check runs.

/// One token, with the byte that it begins at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A word that the shell passes on as it is, without its quotes.
    Literal(String),
    /// A word that the shell makes something else of, as it is written.
    Expanded(String),
    /// `||`, `&&`, `|`, `;`, `&`, `(`, `)`.
    Operator(&'static str),
    /// `>`, `<` and their like, with the file.
    Redirect(String, String),
}

const OPERATORS: &[&str] = &["||", "&&", "|", ";", "&", "(", ")"];
const REDIRECTS: &[&str] = &["&>>", "&>", ">>", ">|", ">&", "<>", "<&", ">", "<"];

/// Splits a line.
///
/// # Errors
/// Why a shell cannot read it, in a few words.
pub(super) fn tokens(line: &str) -> Result<Vec<Token>, String> {
    let mut reader = Reader { line, at: 0, tokens: Vec::new() };
    while reader.at < line.len() {
        reader.token()?;
    }
    let last = reader.tokens.last().map(|token| &token.kind);
    match last {
        Some(TokenKind::Operator(operator @ ("||" | "&&" | "|"))) => {
            Err(format!("nothing follows `{operator}`"))
        }
        Some(_) | None => Ok(reader.tokens),
    }
}

struct Reader<'a> {
    line: &'a str,
    at: usize,
    tokens: Vec<Token>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.line.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += char.len_utf8();
        Some(char)
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        self.tokens.push(Token { kind, start });
    }

    fn token(&mut self) -> Result<(), String> {
        let start = self.at;
        let rest = self.rest();
        let digits = rest.len() - rest.trim_start_matches(|char: char| char.is_ascii_digit()).len();
        let behind = rest.get(digits..).unwrap_or_default();
        let is_heredoc = behind.starts_with("<<");
        if let Some(redirect) =
            REDIRECTS.iter().find(|redirect| !is_heredoc && behind.starts_with(**redirect))
        {
            self.at += digits + redirect.len();
            return self.redirect(redirect, start);
        }
        if is_heredoc {
            return Err("a here-document has no place in one line".to_owned());
        }
        if let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
            self.at += operator.len();
            self.push(TokenKind::Operator(operator), start);
            return Ok(());
        }
        match self.peek() {
            Some('\n') => {
                self.at += 1;
                if !self.tokens.is_empty() {
                    self.push(TokenKind::Operator(";"), start);
                }
                Ok(())
            }
            Some(char) if char.is_whitespace() => {
                self.at += char.len_utf8();
                Ok(())
            }
            Some('#') => {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
                Ok(())
            }
            Some('\\') if self.rest().starts_with("\\\n") => {
                self.at += 2;
                Ok(())
            }
            Some(_) | None => self.word().map(|kind| self.push(kind, start)),
        }
    }

    fn redirect(&mut self, redirect: &str, start: usize) -> Result<(), String> {
        let blanks = self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
        self.at += blanks;
        let file = match self.word()? {
            TokenKind::Literal(file) | TokenKind::Expanded(file) => file,
            TokenKind::Operator(_) | TokenKind::Redirect(..) => String::new(),
        };
        if file.is_empty() {
            return Err(format!("no file follows `{redirect}`"));
        }
        self.push(TokenKind::Redirect(redirect.to_owned(), file), start);
        Ok(())
    }

    fn word(&mut self) -> Result<TokenKind, String> {
        let start = self.at;
        let (mut text, mut is_literal, mut has_pattern) = (String::new(), true, false);
        while let Some(char) = self.peek().filter(|char| !char.is_whitespace() && !"|&;()<>".contains(*char))
        {
            self.next();
            match char {
                '\'' => text.push_str(&self.until('\'')?),
                '"' => is_literal &= self.double_quoted(&mut text)?,
                '\\' => text.extend(self.next()),
                '`' => {
                    is_literal = false;
                    self.until('`')?;
                }
                '$' => {
                    is_literal = false;
                    self.expansion()?;
                }
                '*' | '?' | '{' | '}' | '[' => {
                    has_pattern = true;
                    text.push(char);
                }
                '~' if text.is_empty() => is_literal = false,
                other => text.push(other),
            }
        }
        // No file is called like a URL, so that the shell leaves the question mark of one alone.
        is_literal &= !has_pattern || text == "[" || (text.contains("://") && !text.contains('{'));
        let written = self.line.get(start..self.at).unwrap_or_default();
        Ok(if is_literal { TokenKind::Literal(text) } else { TokenKind::Expanded(written.to_owned()) })
    }

    fn until(&mut self, end: char) -> Result<String, String> {
        let inside = self.rest().split_once(end).map(|(inside, _)| inside.to_owned());
        let inside = inside.ok_or_else(|| format!("the quote {end} is not closed"))?;
        self.at += inside.len() + end.len_utf8();
        Ok(inside)
    }

    /// Reads to the closing quote; tells whether the shell changes nothing in it.
    fn double_quoted(&mut self, text: &mut String) -> Result<bool, String> {
        let mut is_literal = true;
        while let Some(char) = self.next() {
            match char {
                '"' => return Ok(is_literal),
                '\\' => match self.next() {
                    Some(escaped @ ('$' | '`' | '"' | '\\')) => text.push(escaped),
                    Some('\n') | None => {}
                    Some(other) => text.extend(['\\', other]),
                },
                '$' => {
                    is_literal = false;
                    self.expansion()?;
                }
                '`' => {
                    is_literal = false;
                    self.until('`')?;
                }
                other => text.push(other),
            }
        }
        Err("the quote \" is not closed".to_owned())
    }

    /// Reads what stands behind a dollar sign, as far as it has brackets.
    fn expansion(&mut self) -> Result<(), String> {
        let Some((open, close)) = self.peek().and_then(|char| match char {
            '(' => Some(('(', ')')),
            '{' => Some(('{', '}')),
            _ => None,
        }) else {
            return Ok(());
        };
        let mut depth = 0_usize;
        while let Some(char) = self.next() {
            depth = if char == open { depth + 1 } else { depth - usize::from(char == close) };
            if depth == 0 {
                return Ok(());
            }
        }
        Err(format!("`${open}` is not closed"))
    }
}

#[cfg(test)]
mod tests {
    use super::{TokenKind, tokens};

    fn shown(line: &str) -> String {
        let shown = tokens(line).unwrap().into_iter().map(|token| match token.kind {
            TokenKind::Literal(text) => format!("={text}"),
            TokenKind::Expanded(text) => format!("?{text}"),
            TokenKind::Operator(text) => text.to_owned(),
            TokenKind::Redirect(operator, file) => format!("{operator}[{file}]"),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn lines_become_tokens() {
        let rows = [
            ("curl -f http://a || exit 1", "=curl =-f =http://a || =exit =1"),
            ("a 'b c' \"d e\" f\\ g", "=a =b c =d e =f g"),
            ("a >/dev/null 2>&1", "=a >[/dev/null] >&[1]"),
            ("</dev/tcp/h/1", "<[/dev/tcp/h/1]"),
            ("a \"$X\" ${Y:-1} $(date) `id`", "=a ?\"$X\" ?${Y:-1} ?$(date) ?`id`"),
            ("[ $(a b) = x ]", "=[ ?$(a b) == =x =]"),
            ("ls *.txt", "=ls ?*.txt"),
            ("curl http://a/b?c=1", "=curl =http://a/b?c=1"),
            ("a;b&&c|d # e", "=a ; =b && =c | =d"),
            ("(echo > /dev/tcp/a/1)", "( =echo >[/dev/tcp/a/1] )"),
            ("exec 3<>/dev/tcp/a/1", "=exec <>[/dev/tcp/a/1]"),
            ("a\nb", "=a ; =b"),
            ("", ""),
        ];
        for (line, expected) in rows {
            assert_eq!(shown(line), expected, "{line}");
        }
    }

    #[test]
    fn broken_lines_are_refused() {
        for line in ["a 'b", "a \"b", "a $(b", "a ||", "a |", "a >", "cat <<E", "`a"] {
            assert!(tokens(line).is_err(), "{line}");
        }
    }
}
