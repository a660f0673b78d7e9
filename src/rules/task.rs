//! Whether a name and a command line look like something that runs once: pure functions on words.
//!
//! In: the name of a service and the words of its entrypoint and command. Out: the signs, each on its own, as one alone
//! is enough only where Compose says that the service is not restarted.

/// What the name and the command line say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs {
    /// The name is that of a task.
    pub(super) name: bool,
    /// What the command line does last is a task, by one of its words.
    pub(super) command: bool,
    /// What the command line does last is a task that is well known.
    pub(super) phrase: bool,
    /// The command line starts something that runs for long.
    pub(super) serves: bool,
}

/// Words of something that runs once.
const ONE_SHOT_WORDS: &[&str] = &[
    "alembic",
    "bootstrap",
    "bucket",
    "buckets",
    "certs",
    "create-bucket",
    "create-buckets",
    "createbuckets",
    "createsuperuser",
    "db-init",
    "dbmigrate",
    "fixtures",
    "import",
    "init",
    "init-db",
    "initdb",
    "migrate",
    "migration",
    "migrations",
    "migrator",
    "seed",
    "seeder",
    "setup",
];

/// Command lines that are known to end: these words in this order, whatever stands between them.
const PHRASES: &[&[&str]] = &[
    &["alembic", "upgrade"],
    &["collectstatic"],
    &["createsuperuser"],
    &["db", "upgrade"],
    &["kafka-topics", "--create"],
    &["manage", "migrate"],
    &["mc", "mb"],
    &["migrate", "deploy"],
    &["rails", "db:migrate"],
    &["rake", "db:migrate"],
];

/// Words of something that runs for long.
const SERVER_WORDS: &[&str] = &[
    "apache2-foreground",
    "celery",
    "daphne",
    "gunicorn",
    "httpd",
    "hypercorn",
    "nginx",
    "php-fpm",
    "runserver",
    "serve",
    "server",
    "start",
    "supervisord",
    "uvicorn",
    "worker",
];

/// Command lines that are known not to end.
const ENDLESS: &[&[&str]] = &[&["sleep", "infinity"], &["tail", "-f"]];

/// Names that end so are not those of tasks, whatever comes before: an import server serves.
const SERVER_NAMES: &[&str] = &["daemon", "server", "worker"];

/// Init systems, which are called as tasks are and never end.
const INIT_SYSTEMS: &[&str] = &["/init", "/sbin/init", "/usr/sbin/init"];

/// Programs that prepare or end something: what comes before them says what a line is for.
const NEUTRAL: &[&str] = &[
    ":",
    "aws",
    "chmod",
    "chown",
    "cp",
    "curl",
    "date",
    "done",
    "echo",
    "exit",
    "fi",
    "kafka-topics",
    "mc",
    "mkdir",
    "mysql",
    "printf",
    "psql",
    "touch",
    "true",
];

/// Shells, whose script is a command line too.
const SHELLS: &[&str] = &["ash", "bash", "dash", "ksh", "sh", "zsh"];

/// What a name and the words of an entrypoint and a command say.
pub(super) fn signs(name: &str, words: &[&str]) -> Signs {
    let commands = commands(words);
    let has_phrase =
        |command: &[String], phrases: &[&[&str]]| phrases.iter().any(|phrase| is_in_order(command, phrase));
    let has_word = |command: &[String]| command.iter().any(|word| ONE_SHOT_WORDS.contains(&word.as_str()));
    let is_server = |command: &Vec<String>| {
        command.iter().any(|word| SERVER_WORDS.contains(&word.as_str())) || has_phrase(command, ENDLESS)
    };
    Signs {
        name: is_name_of_task(name),
        command: ends_with(&commands, |command| has_word(command) || has_phrase(command, PHRASES)),
        phrase: ends_with(&commands, |command| has_phrase(command, PHRASES)),
        serves: commands.iter().any(is_server),
    }
}

fn is_name_of_task(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mut parts = name.split(['-', '_', '.']);
    let serves = parts.clone().next_back().is_some_and(|last| SERVER_NAMES.contains(&last));
    !serves && parts.any(|part| ONE_SHOT_WORDS.contains(&part))
}

/// Whether the last command that does something of its own is a task.
fn ends_with(commands: &[Vec<String>], is_task: impl Fn(&[String]) -> bool) -> bool {
    for command in commands.iter().rev() {
        if is_task(command) {
            return true;
        }
        if !command.first().is_some_and(|program| NEUTRAL.contains(&program.as_str())) {
            return false;
        }
    }
    false
}

/// Whether words occur in this order.
fn is_in_order(words: &[String], phrase: &[&str]) -> bool {
    let mut words = words.iter();
    phrase.iter().all(|wanted| words.by_ref().any(|word| word == wanted))
}

/// The commands of a command line, each in plain words: what a shell runs is taken apart, other text is one argument.
fn commands(words: &[&str]) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let (mut in_shell, mut previous) = (false, "");
    for word in words {
        let is_script = in_shell && previous.starts_with('-') && previous.ends_with('c');
        if is_script {
            for line in word.split(['\n', ';', '|', '&', '(', ')']) {
                commands.push(in_plain_words(line.split_whitespace()));
            }
        } else if !word.contains(char::is_whitespace) {
            in_shell |= SHELLS.contains(&word.rsplit('/').next().unwrap_or(word));
            if let Some(command) = commands.last_mut() {
                command.push((*word).to_owned());
            }
        }
        previous = word;
    }
    if let Some(outer) = commands.first_mut() {
        let plain = in_plain_words(outer.iter().map(String::as_str));
        *outer = plain;
    }
    commands.retain(|command| !command.is_empty());
    commands
}

fn in_plain_words<'w>(words: impl Iterator<Item = &'w str>) -> Vec<String> {
    let mut plain = Vec::new();
    let mut previous = "";
    for word in words {
        let word = unquoted(word);
        let is_module = previous == "-m";
        let shown = if is_module { word.rsplit('.').next().unwrap_or(word) } else { stem(word) };
        let is_before = plain.is_empty() && matches!(word, "exec" | "do" | "then" | "until" | "while" | "if");
        if !is_before && !INIT_SYSTEMS.contains(&word) {
            plain.push(shown.to_ascii_lowercase());
        }
        previous = word;
    }
    plain
}

/// A word without the quotes around it; one with a quote at one end is a part of a longer text.
fn unquoted(word: &str) -> &str {
    let inside = |quote| word.strip_prefix(quote).and_then(|word| word.strip_suffix(quote));
    inside('"').or_else(|| inside('\'')).unwrap_or(word)
}

/// The name of a program without its folder and the ending of a script.
fn stem(word: &str) -> &str {
    let script = [".sh", ".py", ".js"].iter().find_map(|ending| word.strip_suffix(ending));
    // Other words with a slash are names of buckets, images and topics.
    let is_path = script.is_some() || word.starts_with(['/', '.']) || word.starts_with("bin/");
    let name = script.unwrap_or(word);
    if is_path { name.rsplit('/').next().unwrap_or(name) } else { name }
}

#[cfg(test)]
mod tests {
    use super::{Signs, signs};

    /// The signs as letters: name, command, phrase, serves.
    fn shown(signs: Signs) -> String {
        let letters = [(signs.name, 'n'), (signs.command, 'c'), (signs.phrase, 'p'), (signs.serves, 's')];
        letters.iter().filter(|(is_set, _)| *is_set).map(|(_, letter)| *letter).collect()
    }

    #[test]
    fn whole_words_count() {
        let rows = [
            ("app", "celery -A proj.setup worker", "s"),
            ("app", "python import_server.py", ""),
            ("app", "python /srv/import.py", "c"),
            ("app", "python -m workflow.migrate /srv/migrations", "c"),
            ("app", "python -m http.server", "s"),
            ("app", "./seed.sh", "c"),
            ("app", "/bin/seed --all", "c"),
            ("app", "agent -server -bootstrap-expect=1", ""),
            ("app", "/sbin/init", ""),
            ("app", "alembic upgrade head", "cp"),
            ("app", "flask db upgrade", "cp"),
            ("app", "npx prisma migrate deploy", "cp"),
            ("app", "python manage.py migrate --noinput", "cp"),
            ("app", "./manage.py collectstatic", "cp"),
            ("app", "bundle exec rake db:migrate", "cp"),
            ("app", "mc mb --ignore-existing local/worker", "cp"),
            ("app", "/opt/kafka/bin/kafka-topics.sh --bootstrap-server k:9092 --create --topic a", "cp"),
            ("app", "npm start", "s"),
            ("app", "sleep infinity", "s"),
        ];
        for (name, line, expected) in rows {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(shown(signs(name, &words)), expected, "{line}");
        }
    }

    #[test]
    fn what_a_shell_does_last_counts() {
        let rows = [
            ("alembic upgrade head && exec uvicorn app:app", "s"),
            ("alembic upgrade head && python main.py", ""),
            ("until nc -z db 5432; do sleep 1; done; alembic upgrade head; echo done", "cp"),
            (
                "\n/usr/bin/mc alias set a b c d;\n/usr/bin/mc mb a/b;\nmc anonymous set public a/b; exit 0;",
                "cp",
            ),
            ("python -c \"import app; app.run()\"", ""),
            ("python 'setup.py'", "c"),
        ];
        for (line, expected) in rows {
            assert_eq!(shown(signs("app", &["/bin/sh", "-ec", line])), expected, "{line}");
        }
        assert_eq!(shown(signs("app", &["python", "-c", "import app; app.run()"])), "");
    }

    #[test]
    fn names_are_taken_apart() {
        let rows = [
            ("db-migrate", "n"),
            ("minio_init", "n"),
            ("createbuckets", "n"),
            ("nginx-certs", "n"),
            ("import-server", ""),
            ("importer", ""),
            ("web", ""),
        ];
        for (name, expected) in rows {
            assert_eq!(shown(signs(name, &[])), expected, "{name}");
        }
    }
}
