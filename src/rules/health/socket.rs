//! Checks that only want a port to answer: `nc -z`, `/dev/tcp`, a list of listening ports, and the gRPC probe.

use crate::mapping::probes::{Kind, ProbeTable, Program, Role};
use crate::rules::health::options::Options;
use crate::rules::health::recognise::{Facts, Handler, Recognised};
use crate::rules::health::script::{Script, literal};
use crate::rules::health::shell::{Token, TokenKind};

/// Whom a check asks.
pub(super) enum Whom {
    /// A port of its own that the node can ask too.
    Itself,
    /// A port of its own that may be bound to loopback alone.
    Unexposed,
    /// Another host.
    Another,
}

/// Whom a host and a port mean.
pub(super) fn whom(host: &str, port: u16, facts: &Facts<'_>) -> Whom {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_own = matches!(
        bare,
        "" | "localhost" | "::1" | "::" | "0.0.0.0" | "ip6-localhost" | "localhost.localdomain"
    ) || (bare.starts_with("127.")
        && bare.chars().all(|char| char.is_ascii_digit() || char == '.'))
        || facts.own.iter().any(|own| own.eq_ignore_ascii_case(bare));
    match (is_own, facts.ports.contains(&port)) {
        (true, true) => Whom::Itself,
        (true, false) => Whom::Unexposed,
        (false, _) => Whom::Another,
    }
}

/// A check that stays a command, because of whom it asks.
pub(super) fn stays(whom: &Whom, host: &str, port: u16, kept: &[String]) -> Recognised {
    let recognised = Recognised::new(Handler::Exec(kept.to_vec()));
    match whom {
        Whom::Itself => recognised,
        Whom::Unexposed => recognised.remark(format!(
            "port {port} is neither published nor exposed, so that it may listen on loopback alone: it stays a command"
        )),
        Whom::Another => {
            Recognised { is_for_readiness_only: true, ..recognised.remark(asks(host)) }
        }
    }
}

/// What there is to say about a check of another host.
pub(super) fn asks(host: &str) -> String {
    format!("it asks `{host}`, which a restart of this container does not cure")
}

fn tcp(host: &str, port: u16, kept: &[String], facts: &Facts<'_>) -> Recognised {
    match whom(host, port, facts) {
        Whom::Itself => Recognised::new(Handler::Tcp(port)),
        other @ (Whom::Unexposed | Whom::Another) => stays(&other, host, port, kept),
    }
}

/// `nc -z HOST PORT`, `wait-for-it.sh HOST:PORT`.
pub(super) fn connect(
    program: &Program,
    words: &[String],
    kept: &[String],
    facts: &Facts<'_>,
) -> Option<Recognised> {
    let options = Options::read(program, words)?;
    let (host, port) = match options.operands.as_slice() {
        [host, port] => (host.as_str(), port.as_str()),
        [address] => address.rsplit_once(':')?,
        _ => return None,
    };
    let recognised = tcp(host, number(port)?, kept, facts);
    Some(Recognised { own_timeout: options.timeout(), ..recognised })
}

/// `grpc_health_probe -addr=:PORT`.
pub(super) fn grpc(
    program: &Program,
    words: &[String],
    kept: &[String],
    facts: &Facts<'_>,
) -> Option<Recognised> {
    let options = Options::read(program, words)?;
    let (host, port) = options.values(Role::Address).last()?.rsplit_once(':')?;
    let port = number(port)?;
    let service =
        options.values(Role::Service).last().filter(|service| !service.is_empty()).map(str::to_owned);
    let recognised = match whom(host, port, facts) {
        Whom::Itself => Recognised::new(Handler::Grpc { port, service }),
        other @ (Whom::Unexposed | Whom::Another) => stays(&other, host, port, kept),
    };
    Some(Recognised { own_timeout: options.timeout(), ..recognised })
}

/// `lsof -i :PORT`.
pub(super) fn listing(words: &[String], kept: &[String], facts: &Facts<'_>) -> Option<Recognised> {
    let joined = words.join("");
    let (_, address) = joined.split_once("-i")?;
    let (protocol, port) = address.split_once(':')?;
    let is_tcp = matches!(protocol, "" | "TCP" | "tcp" | "4TCP");
    is_tcp.then(|| number(port)).flatten().map(|port| tcp("", port, kept, facts))
}

/// `ss -ltn | grep :PORT`.
pub(super) fn listed(script: &Script, kept: &[String], facts: &Facts<'_>) -> Option<Recognised> {
    let is_pipe = |token: &Token| token.kind == TokenKind::Operator("|");
    let at = script.tokens.iter().position(is_pipe)?;
    let (list, search) = (script.tokens.get(..at)?, script.tokens.get(at + 1..)?);
    let program = literal(list.first()?)?;
    let kind = ProbeTable::embedded().program(program.rsplit('/').next().unwrap_or(program))?.kind;
    let words: Option<Vec<&str>> = search.iter().map(literal).collect();
    let words = words?;
    let (grep, words) = words.split_first()?;
    let patterns: Vec<&&str> = words.iter().filter(|word| !word.starts_with('-')).collect();
    let [pattern] = patterns.as_slice() else { return None };
    let numbers = pattern.split(|char: char| !char.is_ascii_digit()).filter(|digits| digits.len() > 1);
    let [digits]: [&str; 1] = numbers.collect::<Vec<_>>().try_into().ok()?;
    let port = number(digits)?;
    let is_listing = kind == Kind::Listing && matches!(*grep, "grep" | "egrep") && !words.contains(&"-v");
    (is_listing && facts.ports.contains(&port)).then(|| tcp("", port, kept, facts))
}

/// `: > /dev/tcp/HOST/PORT` and its like.
pub(super) fn device(script: &Script, kept: &[String], facts: &Facts<'_>) -> Option<Recognised> {
    let mut found = None;
    for (index, token) in script.tokens.iter().enumerate() {
        match &token.kind {
            TokenKind::Redirect(_, file) => {
                let address = file.strip_prefix("/dev/tcp/")?;
                let (host, port) = address.split_once('/')?;
                let connection = (host.to_owned(), number(port)?);
                if found.replace(connection).is_some() {
                    return None;
                }
            }
            TokenKind::Literal(word) => {
                let is_idle = matches!(word.as_str(), ":" | "true" | "echo" | "cat" | "exec" | "printf");
                if index > 0 && is_idle || index == 0 && !is_idle {
                    return None;
                }
            }
            TokenKind::Expanded(_) | TokenKind::Operator(_) => return None,
        }
    }
    let (host, port) = found?;
    Some(tcp(&host, port, kept, facts))
}

fn number(text: &str) -> Option<u16> {
    text.parse().ok().filter(|port| *port > 0)
}
