//! `curl` and `wget`: requests that the node can make itself.

use crate::mapping::probes::{Program, Role};
use crate::rules::health::options::Options;
use crate::rules::health::recognise::{Facts, Handler, Recognised, Request};
use crate::rules::health::socket::{Whom, stays, whom};

/// A URL, taken apart.
struct Url<'a> {
    is_https: bool,
    /// The host as it is written, with the port.
    authority: &'a str,
    host: &'a str,
    port: u16,
    path: String,
}

/// Reads the words behind the name of the program; nothing if only the program itself can do what they ask for.
pub(super) fn read(
    program: &Program,
    name: &str,
    words: &[String],
    kept: &[String],
    facts: &Facts<'_>,
) -> Option<Recognised> {
    let options = Options::read(program, words)?;
    let [url] = options.operands.as_slice() else { return None };
    let url = url_of(url)?;
    let discards = |file: &str| matches!(file, "/dev/null" | "-");
    let is_plain = options.values(Role::Method).all(|method| matches!(method, "GET" | "HEAD"));
    if !is_plain || !options.values(Role::Output).all(discards) {
        return None;
    }
    let headers = headers(&options, &url)?;
    match whom(url.host, url.port, facts) {
        Whom::Itself => {}
        other @ (Whom::Unexposed | Whom::Another) => return Some(stays(&other, url.host, url.port, kept)),
    }
    let mut recognised = if program.always_fails || options.has(Role::Fail) {
        let request = Request { path: url.path.clone(), port: url.port, is_https: url.is_https, headers };
        with_remarks(Recognised::new(Handler::Http(request)), program, &options, &url)
    } else {
        let remark = format!(
            "`{name}` without `-f` takes every answer for a good one, so that a connection is enough"
        );
        Recognised::new(Handler::Tcp(url.port)).remark(remark)
    };
    recognised.own_timeout = options.timeout();
    Some(recognised)
}

fn with_remarks(recognised: Recognised, program: &Program, options: &Options, url: &Url<'_>) -> Recognised {
    let mut recognised = recognised;
    if url.is_https && !options.has(Role::Insecure) {
        recognised = recognised.remark("the node does not verify the certificate, as the test does");
    }
    let is_head = options.has(Role::Head) || options.values(Role::Method).any(|method| method == "HEAD");
    if is_head {
        recognised = recognised.remark("the test asks with HEAD, the node asks with GET");
    }
    let is_start = url.path.split('?').next() == Some("/");
    if !program.always_fails && !options.has(Role::Follow) && is_start {
        recognised = recognised.remark("the test is content with a redirect, the node follows it");
    }
    recognised
}

/// The headers that the node is to send; nothing if one of them shows a credential.
fn headers(options: &Options, url: &Url<'_>) -> Option<Vec<(String, String)>> {
    let mut headers = Vec::new();
    for header in options.values(Role::Header) {
        let (name, value) = header.split_once(':')?;
        let is_name = |char: char| char.is_ascii_alphanumeric() || "-_".contains(char);
        let hides =
            matches!(name.to_ascii_lowercase().as_str(), "authorization" | "proxy-authorization" | "cookie");
        if name.is_empty() || !name.chars().all(is_name) || hides {
            return None;
        }
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    headers.extend(options.values(Role::Agent).map(|agent| ("User-Agent".to_owned(), agent.to_owned())));
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        headers.insert(0, ("Host".to_owned(), url.authority.to_owned()));
    }
    Some(headers)
}

/// Takes a URL apart; nothing if it is none of HTTP, or holds a user.
fn url_of(text: &str) -> Option<Url<'_>> {
    let (is_https, rest, has_scheme) = match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest, true),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest, true),
        Some(_) => return None,
        None => (false, text, false),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let path = path.split('#').next().unwrap_or_default();
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        Some(_) | None => (authority, None),
    };
    let usual = if is_https { 443 } else { 80 };
    let number = port.filter(|port| !port.is_empty()).map_or(Some(usual), |port| port.parse().ok())?;
    let is_usual_port = number == usual && port.is_some();
    let is_sound = !host.is_empty() && !authority.contains('@') && !path.contains(['{', '[', ' ']);
    let is_address = has_scheme || !host.contains(['=', '{']);
    let shown = if is_usual_port { host } else { authority };
    (is_sound && is_address && number > 0).then_some(Url {
        is_https,
        authority: shown,
        host,
        port: number,
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::url_of;

    #[test]
    fn urls_are_taken_apart() {
        let rows = [
            ("http://localhost", Some((false, "localhost", "localhost", 80, "/"))),
            ("http://localhost:80/", Some((false, "localhost", "localhost", 80, "/"))),
            ("https://127.0.0.1:8443/a?b=c#d", Some((true, "127.0.0.1:8443", "127.0.0.1", 8443, "/a?b=c"))),
            (
                "localhost:9200/_cluster/health",
                Some((false, "localhost:9200", "localhost", 9200, "/_cluster/health")),
            ),
            ("http://[::1]:8080/x", Some((false, "[::1]:8080", "[::1]", 8080, "/x"))),
            ("http://[::1]/x", Some((false, "[::1]", "[::1]", 80, "/x"))),
            ("http://a?b", Some((false, "a", "a", 80, "/?b"))),
            ("http://u:p@a/", None),
            ("ftp://a/", None),
            ("http://a:99999/", None),
            ("http://a:0/", None),
            ("http:///x", None),
            ("http://a/{b,c}", None),
        ];
        for (text, expected) in rows {
            let url = url_of(text);
            let shown =
                url.as_ref().map(|url| (url.is_https, url.authority, url.host, url.port, url.path.as_str()));
            assert_eq!(shown, expected, "{text}");
        }
    }
}
