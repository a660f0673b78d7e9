//! IP addresses as Go's `net.ParseIP` reads them.

use std::net::{IpAddr, Ipv4Addr};

/// Whether the text is an IP address: no zone, no leading zeros.
#[must_use]
pub fn is_ip(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// The address inside brackets, if the text is a bracketed address.
#[must_use]
pub fn without_brackets(text: &str) -> Option<&str> {
    text.strip_prefix('[')?.strip_suffix(']')
}

/// Whether the text is an IPv4 address.
#[must_use]
pub fn is_ipv4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}
