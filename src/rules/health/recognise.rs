//! What a health check asks, from the words of its test: a pure function, and the heart of this group.
//!
//! What the node can ask itself is turned into a request, a connection or a gRPC call; everything else stays a command.

use crate::mapping::probes::{Kind, ProbeTable};
use crate::rules::health::known::with_known_programs;
use crate::rules::health::script::{Script, literal, programs, script};
use crate::rules::health::shell::tokens;
use crate::rules::health::{request, socket};

/// How health is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Handler {
    /// A request.
    Http(Request),
    /// A connection to a port.
    Tcp(u16),
    /// A gRPC health service.
    Grpc {
        /// Its port.
        port: u16,
        /// Which of its services.
        service: Option<String>,
    },
    /// A command.
    Exec(Vec<String>),
    /// It always ends well, and says nothing.
    AlwaysHealthy,
    /// It never ends well.
    NeverHealthy,
}

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Request {
    /// The path with its query.
    pub(super) path: String,
    /// The port.
    pub(super) port: u16,
    /// Whether it is encrypted.
    pub(super) is_https: bool,
    /// Headers in their order.
    pub(super) headers: Vec<(String, String)>,
}

/// What has to be known to understand a test.
pub(super) struct Facts<'a> {
    /// Ports that are known to be bound to more than loopback.
    pub(super) ports: Vec<u16>,
    /// Names that mean the container itself.
    pub(super) own: Vec<String>,
    /// Whether a name means another service.
    pub(super) is_other: &'a dyn Fn(&str) -> bool,
    /// Whether the image is known not to have a program.
    pub(super) is_absent: &'a dyn Fn(&str) -> bool,
}

/// What a test asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recognised {
    /// How.
    pub(super) handler: Handler,
    /// What is worth telling.
    pub(super) remarks: Vec<String>,
    /// The seconds that the command itself waits.
    pub(super) own_timeout: Option<i64>,
    /// The least seconds to give it.
    pub(super) least_timeout: i64,
    /// The least seconds from one to the next.
    pub(super) least_period: i64,
    /// Whether a restart would not help.
    pub(super) is_for_readiness_only: bool,
    /// Whether it stops the container by itself.
    pub(super) kills: bool,
    /// Why it cannot work.
    pub(super) problem: Option<String>,
    /// The program that the image does not have.
    pub(super) missing: Option<String>,
}

impl Recognised {
    pub(super) fn new(handler: Handler) -> Self {
        Self {
            handler,
            remarks: Vec::new(),
            own_timeout: None,
            least_timeout: 0,
            least_period: 0,
            is_for_readiness_only: false,
            kills: false,
            problem: None,
            missing: None,
        }
    }

    fn broken(problem: &str) -> Self {
        Self { problem: Some(problem.to_owned()), ..Self::new(Handler::NeverHealthy) }
    }

    pub(super) fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remarks.push(remark.into());
        self
    }
}

/// Understands a test whose first word is `CMD` or `CMD-SHELL`.
pub(super) fn recognise(test: &[String], facts: &Facts<'_>) -> Recognised {
    match test {
        [form, words @ ..] if form == "CMD" => match words {
            [] => Recognised::broken("no command follows `CMD`"),
            [only] if only.trim().is_empty() => Recognised::broken("the command is empty"),
            [only] if only.contains(char::is_whitespace) => Recognised::broken(
                "the whole line is one word, so that Docker looks for a program of that name and never finds it",
            ),
            words => command(words, words, facts),
        },
        [form, line, more @ ..] if form == "CMD-SHELL" => {
            let shell = ["/bin/sh".to_owned(), "-c".to_owned()];
            in_shell(&shell, line, more, facts)
        }
        [form, ..] if form == "CMD-SHELL" => Recognised::broken("no command follows `CMD-SHELL`"),
        _ => Recognised::broken("it begins neither with `CMD` nor with `CMD-SHELL`"),
    }
}

/// A line that a shell reads.
fn in_shell(shell: &[String], line: &str, more: &[String], facts: &Facts<'_>) -> Recognised {
    if line.trim() == "NONE" {
        let problem = "text is a command, and there is none called `NONE`: the word that switches a check off is `[NONE]`";
        return Recognised::broken(problem);
    }
    let script = match tokens(line) {
        Ok(tokens) => script(tokens),
        Err(problem) => return Recognised::broken(&format!("no shell can read the command: {problem}")),
    };
    if script.tokens.is_empty() || script.always_ends_well {
        return Recognised::new(Handler::AlwaysHealthy);
    }
    let kept = script.kill_at.and_then(|at| line.get(..at)).unwrap_or(line).trim();
    let whole: Vec<String> = shell.iter().map(String::as_str).chain([kept]).map(str::to_owned).collect();
    let whole = [whole.as_slice(), more].concat();
    let words: Option<Vec<String>> =
        script.tokens.iter().map(|token| literal(token).map(str::to_owned)).collect();
    let recognised = match words {
        Some(words) => {
            let is_builtin = words
                .first()
                .is_some_and(|word| ProbeTable::embedded().is_builtin(word) || word.contains('='));
            command(&words, if is_builtin { &whole } else { &words }, facts)
        }
        None => compound(&script, &whole, facts),
    };
    Recognised { kills: script.kill_at.is_some(), ..recognised }
}

/// A line of more than plain words.
fn compound(script: &Script, whole: &[String], facts: &Facts<'_>) -> Recognised {
    if let Some(recognised) =
        socket::device(script, whole, facts).or_else(|| socket::listed(script, whole, facts))
    {
        return recognised;
    }
    let names = programs(&script.tokens);
    with_known_programs(Recognised::new(Handler::Exec(whole.to_vec())), &names, whole, facts)
}

/// Plain words; `kept` is what runs if they stay a command.
pub(super) fn command(words: &[String], kept: &[String], facts: &Facts<'_>) -> Recognised {
    let table = ProbeTable::embedded();
    let Some((name, rest)) = words.split_first() else { return Recognised::new(Handler::AlwaysHealthy) };
    let name = name.rsplit('/').next().unwrap_or(name);
    match (name, rest) {
        ("exec", [_, ..]) => {
            let kept = if kept.len() == words.len() { rest } else { kept };
            return command(rest, kept, facts);
        }
        ("exit", [status, ..]) if status != "0" => return Recognised::new(Handler::NeverHealthy),
        ("exit", _) => return Recognised::new(Handler::AlwaysHealthy),
        ("timeout", rest) => {
            if let Some(recognised) = limited(rest, kept, facts) {
                return recognised;
            }
        }
        (shell, [flag, line, more @ ..]) if table.is_shell(shell) && is_command_flag(flag) => {
            // Words around the inner line stay as they are, unless the whole thing is simpler without them.
            let inner = in_shell(words.get(..2).unwrap_or_default(), line, more, facts);
            let is_command = matches!(inner.handler, Handler::Exec(_)) && !inner.kills;
            let stays = is_command && (words != kept || inner.missing.is_some());
            return if stays { Recognised { handler: Handler::Exec(kept.to_vec()), ..inner } } else { inner };
        }
        _ => {}
    }
    let exec = || Recognised::new(Handler::Exec(kept.to_vec()));
    let known = table.program(name);
    let converted = known.and_then(|program| match program.kind {
        Kind::Request => request::read(program, name, rest, kept, facts),
        Kind::Connect => socket::connect(program, rest, kept, facts),
        Kind::Grpc => socket::grpc(program, rest, kept, facts),
        Kind::Listing => socket::listing(rest, kept, facts),
        Kind::Succeed => Some(Recognised::new(Handler::AlwaysHealthy)),
        Kind::Fail => Some(Recognised::new(Handler::NeverHealthy)),
        Kind::Process | Kind::Command => None,
    });
    with_known_programs(converted.unwrap_or_else(exec), &[name.to_owned()], words, facts)
}

fn is_command_flag(flag: &str) -> bool {
    flag.starts_with('-') && flag.ends_with('c') && flag.len() <= 4
}

/// `timeout [OPTIONS] SECONDS COMMAND`.
fn limited(rest: &[String], kept: &[String], facts: &Facts<'_>) -> Option<Recognised> {
    let at = rest.iter().position(|word| word.starts_with(|char: char| char.is_ascii_digit()))?;
    let seconds: f64 = rest.get(at)?.trim_end_matches('s').parse().ok()?;
    let inner = command(rest.get(at + 1..).filter(|words| !words.is_empty())?, kept, facts);
    let handler = match inner.handler {
        Handler::Exec(_) => Handler::Exec(kept.to_vec()),
        other @ (Handler::Http(_)
        | Handler::Tcp(_)
        | Handler::Grpc { .. }
        | Handler::AlwaysHealthy
        | Handler::NeverHealthy) => other,
    };
    Some(Recognised { handler, own_timeout: inner.own_timeout.or_else(|| whole_seconds(seconds)), ..inner })
}

/// Seconds as Kubernetes counts them; nothing if there is no limit.
#[allow(clippy::cast_possible_truncation, reason = "a timeout is small, and a large one is cut off")]
pub(super) fn whole_seconds(seconds: f64) -> Option<i64> {
    (seconds > 0.0 && seconds < 86_400.0).then(|| seconds.ceil() as i64)
}

#[cfg(test)]
mod tests {
    use super::{Facts, Handler, Recognised, recognise};

    fn read(test: &[&str]) -> Recognised {
        let facts = Facts {
            ports: vec![80, 443, 8080, 9000],
            own: vec!["web".to_owned()],
            is_other: &|name| name == "db",
            is_absent: &|name| name == "absent",
        };
        let test: Vec<String> = test.iter().map(|word| (*word).to_owned()).collect();
        recognise(&test, &facts)
    }

    fn shown(recognised: &Recognised) -> String {
        match &recognised.handler {
            Handler::Http(request) => {
                let scheme = if request.is_https { "https" } else { "http" };
                let headers: Vec<String> =
                    request.headers.iter().map(|(name, value)| format!("{name}={value}")).collect();
                format!("{scheme} {}{} {}", request.port, request.path, headers.join(","))
            }
            Handler::Tcp(port) => format!("tcp {port}"),
            Handler::Grpc { port, service } => format!("grpc {port} {}", service.as_deref().unwrap_or("-")),
            Handler::Exec(words) => format!("exec {}", words.join("|")),
            Handler::AlwaysHealthy => "always".to_owned(),
            Handler::NeverHealthy => "never".to_owned(),
        }
    }

    #[test]
    fn lines_become_handlers() {
        let rows = [
            ("curl -f http://localhost/ || exit 1", "http 80/ Host=localhost"),
            ("curl -fsS -m 5 http://127.0.0.1:8080/h?a=1 >/dev/null", "http 8080/h?a=1 Host=127.0.0.1:8080"),
            ("exec curl --fail -H 'X-A: b' http://web/x", "http 80/x Host=web,X-A=b"),
            ("curl -fk https://localhost/x", "https 443/x Host=localhost"),
            ("curl http://localhost:8080/x", "tcp 8080"),
            ("curl -f http://localhost:81/x", "exec curl|-f|http://localhost:81/x"),
            ("curl -f http://db/x", "exec curl|-f|http://db/x"),
            ("curl -f -u a:b http://localhost/x", "exec curl|-f|-u|a:b|http://localhost/x"),
            ("curl -f -X POST http://localhost/x", "exec curl|-f|-X|POST|http://localhost/x"),
            ("curl -s http://localhost/x | grep ok", "exec /bin/sh|-c|curl -s http://localhost/x | grep ok"),
            ("curl -f http://localhost:$PORT/", "exec /bin/sh|-c|curl -f http://localhost:$PORT/"),
            ("wget -qO- http://localhost:8080/ping", "http 8080/ping Host=localhost:8080"),
            (
                "wget --no-verbose --tries=1 --spider localhost:8080 || exit 1",
                "http 8080/ Host=localhost:8080",
            ),
            ("timeout 5 wget -q --spider http://localhost/x", "http 80/x Host=localhost"),
            ("nc -z localhost 9000", "tcp 9000"),
            ("nc -zv -w 2 127.0.0.1 9000 || exit 1", "tcp 9000"),
            ("nc -uz localhost 9000", "exec nc|-uz|localhost|9000"),
            ("nc -z db 9000", "exec nc|-z|db|9000"),
            ("bash -c ':> /dev/tcp/127.0.0.1/9000' || exit 1", "tcp 9000"),
            ("(echo > /dev/tcp/localhost/9000) >/dev/null 2>&1", "tcp 9000"),
            ("timeout 1 bash -c 'cat < /dev/null > /dev/tcp/localhost/9000'", "tcp 9000"),
            ("ss -ltn | grep ':9000 ' || exit 1", "tcp 9000"),
            ("netstat -an | grep 1234 > /dev/null", "exec /bin/sh|-c|netstat -an | grep 1234 > /dev/null"),
            ("grpc_health_probe -addr=:9000 -service=a.b", "grpc 9000 a.b"),
            (
                "/bin/grpc_health_probe -addr=localhost:9000 -tls",
                "exec /bin/grpc_health_probe|-addr=localhost:9000|-tls",
            ),
            ("pg_isready -U app || exit 1", "exec pg_isready|-U|app"),
            ("pg_isready -U $POSTGRES_USER", "exec /bin/sh|-c|pg_isready -U $POSTGRES_USER"),
            ("[ -f /tmp/ready ]", "exec /bin/sh|-c|[ -f /tmp/ready ]"),
            ("redis-cli ping | grep PONG", "exec /bin/sh|-c|redis-cli ping | grep PONG"),
            ("sh -c 'pg_isready'", "exec pg_isready"),
            ("a || kill 1", "exec a"),
            ("a b | c || kill -9 1", "exec /bin/sh|-c|a b | c"),
            ("exit 0", "always"),
            ("true", "always"),
            ("", "always"),
            ("curl -f http://localhost || exit 0", "always"),
            ("echo ok", "always"),
            ("exit 1", "never"),
            ("false", "never"),
            ("NONE", "never"),
            ("curl 'x", "never"),
        ];
        for (line, expected) in rows {
            assert_eq!(shown(&read(&["CMD-SHELL", line])), expected, "{line}");
        }
    }

    #[test]
    fn words_become_handlers() {
        let rows: [(&[&str], &str); 9] = [
            (&["CMD", "curl", "-f", "http://localhost:8080/a b"], "exec curl|-f|http://localhost:8080/a b"),
            (&["CMD", "curl", "-f", "http://[::1]:8080/a"], "http 8080/a Host=[::1]:8080"),
            (&["CMD", "sh", "-c", "curl -f http://localhost/ || exit 1"], "http 80/ Host=localhost"),
            (&["CMD", "bash", "-c", "a | b"], "exec bash|-c|a | b"),
            (&["CMD", "/app/health", "$X"], "exec /app/health|$X"),
            (&["CMD", "curl -f http://localhost"], "never"),
            (&["CMD"], "never"),
            (&["CMD-SHELL"], "never"),
            (&["curl"], "never"),
        ];
        for (test, expected) in rows {
            assert_eq!(shown(&read(test)), expected, "{test:?}");
        }
    }

    #[test]
    fn what_matters_beside_the_handler_is_kept() {
        assert_eq!(read(&["CMD-SHELL", "curl -f -m 3 http://localhost"]).own_timeout, Some(3));
        assert_eq!(read(&["CMD-SHELL", "timeout 4 nc -z localhost 9000"]).own_timeout, Some(4));
        let mongo = read(&["CMD", "mongosh", "--eval", "1"]);
        assert_eq!((mongo.least_timeout, mongo.least_period), (10, 30));
        assert!(read(&["CMD", "pgrep", "nginx"]).is_for_readiness_only);
        assert!(read(&["CMD-SHELL", "ps aux | grep worker"]).is_for_readiness_only);
        assert!(read(&["CMD", "pg_isready", "-h", "db"]).is_for_readiness_only);
        let remarks = read(&["CMD", "curl", "-f", "http://db/x"]).remarks;
        assert_eq!(remarks.iter().filter(|remark| remark.contains("it asks")).count(), 1, "{remarks:?}");
        assert!(read(&["CMD-SHELL", "curl -f http://localhost || kill 1"]).kills);
        assert!(read(&["CMD", "redis-cli", "ping"]).remarks.iter().any(|remark| remark.contains("NOAUTH")));
        assert!(read(&["CMD-SHELL", "redis-cli ping | grep PONG"]).remarks.is_empty());
        assert_eq!(read(&["CMD", "absent"]).missing.as_deref(), Some("absent"));
        assert!(read(&["CMD-SHELL", "a 'b"]).problem.is_some());
    }
}
