//! Which names and texts are credentials, from `mappings/credentials.yaml`.
//!
//! In: names as people write them, in any case and with any separator. Out: yes or no. A name says nothing about its
//! value: `DB_PASSWORD` may hold `${DB_PASSWORD}`, which is no secret.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// The table of credentials.
#[derive(Debug)]
pub struct Credentials {
    credentials: Patterns,
    exceptions: Patterns,
    always: Patterns,
    keys_of_names: Patterns,
    values: Vec<Shape>,
    options: Vec<OptionRow>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    credentials: Vec<String>,
    exceptions: Vec<String>,
    always: Vec<String>,
    names: Vec<String>,
    values: Vec<Shape>,
    options: Vec<OptionRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    starts: String,
    length: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionRow {
    programs: Vec<String>,
    option: String,
    glued: bool,
}

/// Where the password of a short option stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionValue {
    /// In the same word, from this byte on.
    Glued(usize),
    /// In the next word.
    Next,
}

impl Credentials {
    /// The embedded table.
    ///
    /// # Panics
    /// If the embedded table is broken, which a test rules out.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static PARSED: OnceLock<Credentials> = OnceLock::new();
        PARSED.get_or_init(|| Self::build(embedded!("credentials")))
    }

    fn build(file: File) -> Self {
        let File { credentials, exceptions, always, names, values, options } = file;
        let rows = [credentials, exceptions, always, names].map(|rows| Patterns::new(&rows));
        let [credentials, exceptions, always, keys_of_names] = rows;
        Self { credentials, exceptions, always, keys_of_names, values, options }
    }

    /// Whether what has this name is a credential: a variable, a key, a label, a long option without its dashes.
    #[must_use]
    pub fn is_credential_name(&self, name: &str) -> bool {
        let name = normalized(name);
        self.always.matches(&name) || (self.credentials.matches(&name) && !self.exceptions.matches(&name))
    }

    /// Whether what stands under this key is the name of something: an image, a host, a user.
    #[must_use]
    pub fn is_key_of_name(&self, key: &str) -> bool {
        self.keys_of_names.matches(&normalized(key))
    }

    /// Whether a word is a credential by its shape, such as an access token of a well-known service.
    #[must_use]
    pub fn is_credential_value(&self, word: &str) -> bool {
        self.values.iter().any(|shape| word.len() >= shape.length && word.starts_with(&shape.starts))
    }

    /// Whether a program has short options that carry a password.
    #[must_use]
    pub fn has_options(&self, program: &str) -> bool {
        self.options.iter().any(|row| row.programs.iter().any(|name| name == program))
    }

    /// Where the password stands if `word` is the short option of a program that carries one.
    #[must_use]
    pub fn option_value(&self, program: &str, word: &str) -> Option<OptionValue> {
        let rows = self.options.iter().filter(|row| row.programs.iter().any(|name| name == program));
        let mut values = rows.filter_map(|row| match word.strip_prefix(&row.option)? {
            "" if !row.glued => Some(OptionValue::Next),
            rest if row.glued && !rest.is_empty() => Some(OptionValue::Glued(row.option.len())),
            _ => None,
        });
        values.next()
    }
}

/// A name in capitals, its words joined and framed by one underscore: `dbPassword` is `_DB_PASSWORD_`.
fn normalized(name: &str) -> String {
    let mut shown = String::with_capacity(name.len() + 4);
    shown.push('_');
    let mut chars = name.chars().peekable();
    let mut before = '_';
    while let Some(char) = chars.next() {
        let is_capitalized = char.is_uppercase() && chars.peek().is_some_and(|next| next.is_lowercase());
        let starts_word =
            (char.is_uppercase() && before.is_lowercase()) || (is_capitalized && before.is_alphanumeric());
        if (starts_word || !char.is_alphanumeric()) && !shown.ends_with('_') {
            shown.push('_');
        }
        if char.is_alphanumeric() {
            shown.extend(char.to_uppercase());
        }
        before = char;
    }
    if !shown.ends_with('_') {
        shown.push('_');
    }
    shown
}

/// Patterns as their pieces between stars, by the first bytes of the longest piece: only those can match a name whose
/// first bytes occur in it.
#[derive(Debug)]
struct Patterns(BTreeMap<[u8; START], Vec<Vec<String>>>);

const START: usize = 3;

impl Patterns {
    fn new(rows: &[String]) -> Self {
        let mut patterns = BTreeMap::<_, Vec<_>>::new();
        for row in rows {
            let pieces: Vec<String> = format!("_{row}_").split('*').map(str::to_owned).collect();
            let longest = pieces.iter().max_by_key(|piece| piece.len());
            if let Some(start) = longest.and_then(|piece| piece.as_bytes().first_chunk()) {
                patterns.entry(*start).or_default().push(pieces);
            }
        }
        Self(patterns)
    }

    fn matches(&self, name: &str) -> bool {
        let starts = name.as_bytes().windows(START).filter_map(<[u8]>::first_chunk);
        starts.into_iter().filter_map(|start| self.0.get(start)).flatten().any(|pieces| fits(pieces, name))
    }
}

/// Whether a name is the pieces of a pattern with anything between them.
fn fits(pieces: &[String], name: &str) -> bool {
    let [first, middle @ .., last] = pieces else {
        return pieces.first().is_some_and(|only| only == name);
    };
    let Some(rest) = name.strip_prefix(first.as_str()) else { return false };
    let after_middle = middle.iter().try_fold(rest, |rest, piece| {
        let at = rest.find(piece.as_str())?;
        rest.get(at + piece.len()..)
    });
    after_middle.is_some_and(|rest| rest.ends_with(last.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{Credentials, File, OptionValue, normalized};

    const TABLE: &str = include_str!("../../mappings/credentials.yaml");

    const CREDENTIALS: &[&str] = &[
        "PASSWORD",
        "password",
        "Password",
        "pass",
        "DB_PASS",
        "db-pass",
        "db.pass",
        "dbPass",
        "MYSQL_ROOT_PASSWORD",
        "PGPASSWORD",
        "WEBPASSWORD",
        "RABBITMQ_DEFAULT_PASS",
        "SMTP_PASSWD",
        "MYSQL_PWD",
        "SSH_PASSPHRASE",
        "requirepass",
        "FTP_PASS_ADMIN",
        "DBPASSWORD1",
        "MINIO_SECRET_KEY",
        "MINIO_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "SECRET_KEY_BASE",
        "clientSecret",
        "OAUTH2_PROXY_CLIENT_SECRET",
        "GITHUB_TOKEN",
        "githubToken",
        "TOKEN",
        "TUNNEL_TOKEN",
        "K3S_TOKEN",
        "VAULT_DEV_ROOT_TOKEN_ID",
        "HF_AUTH_TOKENS",
        "apiKey",
        "APIKey",
        "OPENAI_API_KEY",
        "OPENAI_APIKEY",
        "x-api-key",
        "APP_KEY",
        "AIRFLOW__CORE__FERNET_KEY",
        "WORDPRESS_LOGGED_IN_SALT",
        "WORDPRESS_NONCE_KEY",
        "N8N_ENCRYPTION_KEY",
        "MEILI_MASTER_KEY",
        "TS_AUTHKEY",
        "TLS_PRIVATE_KEY",
        "wireguardPresharedKey",
        "PLEX_LICENSE_KEY",
        "JWT_SECRET",
        "JWT",
        "PGRST_JWT_KEY",
        "RABBITMQ_ERLANG_COOKIE",
        "SENTRY_DSN",
        "ConnectionStrings__Default",
        "AZURE_STORAGE_CONNECTION_STRING",
        "SLACK_WEBHOOK_URL",
        "NEO4J_AUTH",
        "traefik.http.middlewares.admin.basicauth.users",
        "DB_CREDENTIALS",
        "SIM_PIN",
        "WALLET_MNEMONIC",
        "SMB_PW",
        "GRAFANA_HTPASSWD",
        "DOCKER_AUTH_CONFIG",
        "_AIRFLOW_WWW_USER_PASSWORD",
    ];

    const OTHERS: &[&str] = &[
        "",
        "PWD",
        "OLDPWD",
        "PATH",
        "USER",
        "COMPASS",
        "BYPASS",
        "KEYBOARD",
        "KEYSPACE",
        "KEY",
        "PARTITION_KEY",
        "secrets",
        "credential_spec",
        "POSTGRES_PASSWORD_FILE",
        "GF_SECURITY_ADMIN_PASSWORD__FILE",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "SSL_KEY_PATH",
        "PRIVATE_KEY_PATH",
        "SECRET_DIR",
        "JWT_PUBLIC_KEY",
        "VAPID_PUBLIC_KEY",
        "STRIPE_PUBLISHABLE_KEY",
        "TOKEN_EXPIRY",
        "ACCESS_TOKEN_EXPIRE_MINUTES",
        "REFRESH_TOKEN_TTL",
        "TOKEN_LIFETIME",
        "PASSWORD_MIN_LENGTH",
        "PASSWORD_LENGTH",
        "MIN_PASSWORD_LENGTH",
        "MAX_TOKENS",
        "MAX_TOKEN_COUNT",
        "TOKENIZERS_PARALLELISM",
        "TOKENIZER_MODEL",
        "ALLOW_EMPTY_PASSWORD",
        "MYSQL_ALLOW_EMPTY_PASSWORD",
        "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
        "MYSQL_RANDOM_ROOT_PASSWORD",
        "POSTGRES_HOST_AUTH_METHOD",
        "POSTGRES_INITDB_ARGS",
        "SSH_AUTH_SOCK",
        "AUTH_TYPE",
        "AUTH_URL",
        "AUTH_ENABLED",
        "JWT_ALGORITHM",
        "JWT_ISSUER",
        "JWT_SECRET_NAME",
        "SESSION_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_TOKEN_HEADER",
        "SASLAUTHD_LDAP_PASSWORD_ATTR",
        "DOVECOT_PASS_FILTER",
        "AIRFLOW__SECRETS__BACKEND",
        "PASSWORD_RESET_TIMEOUT",
        "PASSWORD_AUTHENTICATION",
        "PASSWORD_ACCESS",
        "PASSWORD_HASHERS",
        "ENABLE_PASSWORD_LOGIN",
        "DISABLE_API_KEY",
        "USE_TOKEN",
        "TOKEN_URL",
        "SECRET_STORE",
        "WEBHOOKS_ENABLED",
        "SPIN",
        "PINNED",
        "discovery.seed_hosts",
        "xpack.license.self_generated.type",
        "CONNECT_KEY_CONVERTER",
        "image",
    ];

    #[test]
    fn credentials_are_known_by_name() {
        let table = Credentials::embedded();
        let missed: Vec<&&str> = CREDENTIALS.iter().filter(|name| !table.is_credential_name(name)).collect();
        assert!(missed.is_empty(), "{missed:?}");
    }

    #[test]
    fn other_names_are_left_alone() {
        let table = Credentials::embedded();
        let wrong: Vec<&&str> = OTHERS.iter().filter(|name| table.is_credential_name(name)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn names_are_compared_word_by_word() {
        let cases = [
            ("dbPassword", "_DB_PASSWORD_"),
            ("DB__PASSWORD", "_DB_PASSWORD_"),
            ("db-password", "_DB_PASSWORD_"),
            ("--db.password", "_DB_PASSWORD_"),
            ("HTTPServerKey", "_HTTP_SERVER_KEY_"),
            ("oauth2Token", "_OAUTH2_TOKEN_"),
            ("größe", "_GRÖSSE_"),
            ("", "_"),
            ("_", "_"),
        ];
        for (name, expected) in cases {
            assert_eq!(normalized(name), expected, "{name}");
        }
    }

    #[test]
    fn keys_of_names_are_known() {
        let table = Credentials::embedded();
        assert!(
            ["image", "container_name", "POSTGRES_USER", "MYSQL_DATABASE"]
                .iter()
                .all(|key| table.is_key_of_name(key))
        );
        assert!(!["command", "POSTGRES_PASSWORD", "x"].iter().any(|key| table.is_key_of_name(key)));
    }

    #[test]
    fn tokens_are_known_by_shape() {
        let table = Credentials::embedded();
        assert!(table.is_credential_value("AKIAIOSFODNN7EXAMPLE"));
        assert!(table.is_credential_value("glpat-0123456789abcdefghij"));
        assert!(!table.is_credential_value("AKIA"));
        assert!(!table.is_credential_value("npm_install"));
        assert!(!table.is_credential_value("nginx"));
    }

    #[test]
    fn short_options_belong_to_their_program() {
        let table = Credentials::embedded();
        assert_eq!(table.option_value("mysqladmin", "-psecret"), Some(OptionValue::Glued(2)));
        assert_eq!(table.option_value("mysqladmin", "-p"), None);
        assert_eq!(table.option_value("redis-cli", "-a"), Some(OptionValue::Next));
        assert_eq!(table.option_value("sshpass", "-p"), Some(OptionValue::Next));
        assert_eq!(table.option_value("nginx", "-psecret"), None);
    }

    #[test]
    fn rows_are_written_as_names_are_compared() {
        let File { credentials, exceptions, always, names, .. } = serde_yaml::from_str(TABLE).unwrap();
        let rows: Vec<String> = [credentials, exceptions, always, names].concat();
        for row in &rows {
            assert!(!row.chars().any(|char| char.is_lowercase() || char == '-'), "{row}");
        }
        let table = Credentials::embedded();
        let patterns = [&table.credentials, &table.exceptions, &table.always, &table.keys_of_names];
        let kept: usize = patterns.iter().flat_map(|patterns| patterns.0.values()).map(Vec::len).sum();
        assert_eq!(kept, rows.len(), "a row is too short to be found");
    }

    #[test]
    fn an_unknown_field_is_an_error() {
        let error = serde_yaml::from_str::<File>(&format!("{TABLE}\nsurprise: 1\n")).err().unwrap();
        assert!(error.to_string().contains("unknown field `surprise`"), "{error}");
    }
}
