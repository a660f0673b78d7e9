//! Published ports in short form: `[HOST_IP:][PUBLISHED:]TARGET[/PROTOCOL]`, each part possibly a range.

use crate::compose::grammar::address;

/// One published port; a range of targets gives one for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortPort {
    /// The address on the host, or empty.
    pub host_ip: String,
    /// The port or the range of candidates on the host, or empty.
    pub published: String,
    /// The port of the container.
    pub target: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
}

/// Reads a port in short form. The entries come in the order in which Docker Compose lists them: by target, as text.
///
/// # Errors
/// The text that Docker Compose prints.
pub fn parse(text: &str) -> Result<Vec<ShortPort>, String> {
    let (host_ip, published, target) = split(text);
    let (target, protocol) = target.split_once('/').unwrap_or((target, ""));
    if target.is_empty() {
        return Err(format!("no port specified: {text}<empty>"));
    }
    let protocol = if protocol.is_empty() { "tcp".to_owned() } else { protocol.to_lowercase() };
    if !matches!(protocol.as_str(), "tcp" | "udp" | "sctp") {
        return Err(format!("invalid proto: {protocol}"));
    }
    let host_ip = host_address(host_ip)?;
    let targets = range(target).ok_or_else(|| format!("invalid containerPort: {target}"))?;
    let hosts = match published {
        "" => None,
        _ => Some(range(published).ok_or_else(|| format!("invalid hostPort: {published}"))?),
    };
    if let Some(hosts) = hosts
        && hosts.1 - hosts.0 != targets.1 - targets.0
        && targets.0 != targets.1
    {
        let text = format!("invalid ranges specified for container and host Ports: {target} and {published}");
        return Err(text);
    }
    let mut ports: Vec<ShortPort> = (targets.0..=targets.1)
        .map(|target| ShortPort {
            host_ip: host_ip.clone(),
            published: hosts
                .map(|hosts| published_for(target - targets.0, targets, hosts))
                .unwrap_or_default(),
            target,
            protocol: protocol.clone(),
        })
        .collect();
    ports.sort_by_key(|port| format!("{}/{}", port.target, port.protocol));
    Ok(ports)
}

fn published_for(offset: u16, targets: (u16, u16), hosts: (u16, u16)) -> String {
    let single_target = targets.0 == targets.1;
    if single_target && hosts.0 != hosts.1 {
        format!("{}-{}", hosts.0, hosts.1)
    } else {
        (u32::from(hosts.0) + u32::from(offset)).to_string()
    }
}

/// Address, published and target part; an address may itself hold colons.
fn split(text: &str) -> (&str, &str, &str) {
    let Some((rest, target)) = text.rsplit_once(':') else { return ("", "", text) };
    match rest.rsplit_once(':') {
        Some((host_ip, published)) => (host_ip, published, target),
        None => ("", rest, target),
    }
}

fn host_address(text: &str) -> Result<String, String> {
    let bare = match text.strip_prefix('[') {
        Some(_) => address::without_brackets(text)
            .ok_or_else(|| format!("invalid IP address {text}: address {text}:: missing ']' in address"))?,
        None => text,
    };
    if bare.is_empty() || address::is_ip(bare) {
        Ok(bare.to_owned())
    } else {
        Err(format!("invalid IP address: {bare}"))
    }
}

/// `START` or `START-END`, both included.
fn range(text: &str) -> Option<(u16, u16)> {
    let (start, end) = text.split_once('-').unwrap_or((text, text));
    let (start, end) = (number(start)?, number(end)?);
    (start <= end).then_some((start, end))
}

fn number(text: &str) -> Option<u16> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { (text == "-0").then_some(0) }
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn shown(text: &str) -> Result<Vec<String>, String> {
        let ports = parse(text)?;
        let show = |port: &super::ShortPort| {
            format!("{}|{}|{}|{}", port.host_ip, port.published, port.target, port.protocol)
        };
        Ok(ports.iter().map(show).collect())
    }

    #[test]
    fn short_ports_expand_as_compose_expands_them() {
        let rows: [(&str, &[&str]); 8] = [
            ("80", &["||80|tcp"]),
            ("8080:80/UDP", &["|8080|80|udp"]),
            ("3000-3001", &["||3000|tcp", "||3001|tcp"]),
            ("8000-8001:80-81", &["|8000|80|tcp", "|8001|81|tcp"]),
            ("8000-8002:80", &["|8000-8002|80|tcp"]),
            ("127.0.0.1::80", &["127.0.0.1||80|tcp"]),
            ("[::1]:80:80", &["::1|80|80|tcp"]),
            ("9-10", &["||10|tcp", "||9|tcp"]),
        ];
        for (text, ports) in rows {
            assert_eq!(shown(text).unwrap(), ports, "{text}");
        }
    }

    #[test]
    fn bad_ports_say_what_compose_says() {
        let rows = [
            ("a:80", "invalid hostPort: a"),
            ("70000:80", "invalid hostPort: 70000"),
            ("80:99999", "invalid containerPort: 99999"),
            ("8000-7999:80", "invalid hostPort: 8000-7999"),
            ("80/foo", "invalid proto: foo"),
            ("localhost:80:80", "invalid IP address: localhost"),
            ("8000-8001:80-82", "invalid ranges specified for container and host Ports: 80-82 and 8000-8001"),
            ("80:", "no port specified: 80:<empty>"),
        ];
        for (text, problem) in rows {
            assert_eq!(shown(text).err().as_deref(), Some(problem), "{text}");
        }
    }
}
