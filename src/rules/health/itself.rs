//! Commands that ask their own container by a name: it becomes the loopback address.
//!
//! The name leads to a Service, and a Service has no endpoint until its Pod is ready: the check would wait for itself.

/// Words that ask the container itself, and what was changed in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Itself {
    /// The words with the loopback address.
    pub(super) words: Vec<String>,
    /// The name that is gone.
    pub(super) name: String,
    /// What stands in its place.
    pub(super) host: &'static str,
}

impl Itself {
    /// What there is to say about it.
    pub(super) fn remark(&self) -> String {
        let Self { name, host, .. } = self;
        format!(
            "`{name}`, its own name, becomes `{host}`: a Service leads nowhere until the container is ready, so that \
             the check would wait for itself"
        )
    }
}

/// What keeps words apart while they are searched together; no word has it.
const BETWEEN: char = '\0';
/// Programs that take a host and a port as two words.
const CONNECTS: &[&str] = &["nc", "ncat", "netcat", "telnet"];

/// The words with every own name that stands for a host replaced; nothing if there is none.
pub(super) fn itself(words: &[String], own: &[String]) -> Option<Itself> {
    let mut line = words.join(&BETWEEN.to_string());
    let mut first = None;
    for name in own.iter().filter(|name| !name.is_empty() && *name != "localhost") {
        let mut done = String::with_capacity(line.len());
        let mut end = 0;
        for (at, _) in line.match_indices(name.as_str()) {
            let (Some(before), Some(after)) = (line.get(..at), line.get(at + name.len()..)) else { continue };
            if at < end || !is_host(before, after) {
                continue;
            }
            let host = loopback(before);
            done.push_str(line.get(end..at)?);
            done.push_str(host);
            end = at + name.len();
            first.get_or_insert((name.clone(), host));
        }
        done.push_str(line.get(end..)?);
        line = done;
    }
    let (name, host) = first?;
    Some(Itself { words: line.split(BETWEEN).map(str::to_owned).collect(), name, host })
}

/// Whether a name between two texts stands for a host.
fn is_host(before: &str, after: &str) -> bool {
    let is_end = |char: char| is_blank(char) || "'\"`;|&)?<>".contains(char);
    let ends = after.chars().next().is_none_or(is_end);
    let has_port =
        after.strip_prefix(':').is_some_and(|port| port.starts_with(|char: char| char.is_ascii_digit()));
    let has_path = after.starts_with('/');
    let begins = before.chars().next_back().is_none_or(|char| is_blank(char) || "'\"`=(,".contains(char));
    let word = before.rsplit(|char| is_blank(char) || "'\"".contains(char)).next().unwrap_or(before);
    if before.ends_with("://") {
        return ends || has_port || has_path;
    }
    if before.ends_with('@') {
        // Without a URL it may be a node of Erlang or an address of mail, which have to stay.
        return has_port || (word.contains("://") && (ends || has_path));
    }
    if before.ends_with("/dev/tcp/") {
        return has_path;
    }
    if matches!(word, "-h" | "--host=" | "--hostname=") {
        return ends || has_port;
    }
    let follows = ["-h", "--host", "--hostname"].contains(&last_word(before));
    begins && (has_port || ends && (follows || is_connection(before, after)))
}

/// Whether two words of a host and a port stand behind a program that connects.
fn is_connection(before: &str, after: &str) -> bool {
    let command = before.rsplit([';', '|', '&', '(']).next().unwrap_or(before);
    let mut words = command.split(|char| is_blank(char) || "'\"".contains(char));
    let connects = words.any(|word| CONNECTS.contains(&word.rsplit('/').next().unwrap_or(word)));
    connects && after.trim_start_matches(is_blank).starts_with(|char: char| char.is_ascii_digit())
}

/// The clients of MySQL take `localhost` for a socket in the file system, which answers before the port does.
fn loopback(before: &str) -> &'static str {
    let command = before.rsplit([';', '|', '&', '(']).next().unwrap_or(before);
    let mut words = command.split(|char| is_blank(char) || "/'\"".contains(char));
    let is_mysql = words.any(|word| word.starts_with("mysql") || word.starts_with("mariadb"));
    if is_mysql { "127.0.0.1" } else { "localhost" }
}

fn last_word(before: &str) -> &str {
    before.trim_end_matches(is_blank).rsplit(is_blank).next().unwrap_or_default()
}

fn is_blank(char: char) -> bool {
    char == BETWEEN || char.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::itself;

    #[test]
    fn own_names_that_are_hosts_become_the_loopback_address() {
        let rows: [(&[&str], &[&str]); 14] = [
            (
                &["/bin/sh", "-c", "wget -qO- http://h6:8080/x | grep ok"],
                &["/bin/sh", "-c", "wget -qO- http://localhost:8080/x | grep ok"],
            ),
            (&["curl", "http://h6"], &["curl", "http://localhost"]),
            (&["curl", "http://u:p@h6:80/h6"], &["curl", "http://u:p@localhost:80/h6"]),
            (&["psql", "postgres://a:b@h6/x"], &["psql", "postgres://a:b@localhost/x"]),
            (&["pg_isready", "-h", "h6"], &["pg_isready", "-h", "localhost"]),
            (&["sh", "-c", "pg_isready -h h6 || exit 1"], &["sh", "-c", "pg_isready -h localhost || exit 1"]),
            (&["pg_isready", "-hh6"], &["pg_isready", "-hlocalhost"]),
            (&["mysqladmin", "ping", "--host=h6"], &["mysqladmin", "ping", "--host=127.0.0.1"]),
            (&["sh", "-c", "redis-cli -u 'h6:6379'"], &["sh", "-c", "redis-cli -u 'localhost:6379'"]),
            (&["nc", "-z", "h6", "80"], &["nc", "-z", "localhost", "80"]),
            (&["sh", "-c", "nc -z h6 80"], &["sh", "-c", "nc -z localhost 80"]),
            (&["sh", "-c", "echo > /dev/tcp/h6/80"], &["sh", "-c", "echo > /dev/tcp/localhost/80"]),
            (&["x", "http://web-1/", "h6:1"], &["x", "http://localhost/", "localhost:1"]),
            (&["x", "a\nb", "--address=h6:1"], &["x", "a\nb", "--address=localhost:1"]),
        ];
        let own = ["h6", "web-1"].map(str::to_owned);
        for (words, expected) in rows {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(itself(&words, &own).unwrap().words, expected, "{words:?}");
        }
    }

    #[test]
    fn other_words_stay() {
        let rows = [
            "pgrep h6",
            "curl http://h6.example.com/",
            "curl http://db/h6",
            "curl http://my-h6:80/",
            "rabbitmqctl -n rabbit@h6 status",
            "pg_isready -U h6",
            "test -f /run/h6:80",
            "redis-cli -n h6 5",
        ];
        for line in rows {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(itself(&words, &["h6".to_owned()]), None, "{line}");
        }
    }
}
