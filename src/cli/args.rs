//! The command line: Docker Compose's own options under their own names, and ours.

use std::path::PathBuf;

use clap::error::{ContextKind, ErrorKind};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::exit::TABLE;
use crate::compose::input::Request;
use crate::finding::Finding;
use crate::source::file::FileSystem;

/// Move a Docker Compose project to K3s.
#[derive(Debug, Parser)]
#[command(name = "cutover", version, about, after_help = TABLE, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that Docker Compose takes before the command.
const OF_PROJECT: [&str; 7] =
    ["-f", "--file", "-p", "--project-name", "--profile", "--env-file", "--project-directory"];

impl Arguments {
    /// The arguments of the process; wrong usage ends it.
    pub(crate) fn of_process() -> Self {
        Self::try_parse().unwrap_or_else(|error| {
            let place = error.get(ContextKind::InvalidArg).map(ToString::to_string);
            let is_early = error.kind() == ErrorKind::UnknownArgument
                && place.is_some_and(|place| OF_PROJECT.contains(&place.as_str()))
                && error.get(ContextKind::Usage).is_some_and(|usage| usage.to_string().contains("<COMMAND>"));
            if !is_early {
                error.exit();
            }
            // Nobody is left to tell if this fails.
            let _ = error.print();
            eprintln!("\n  tip: options of the project follow the command: 'cutover config -f compose.yaml'");
            std::process::exit(error.exit_code())
        })
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print the project as Docker Compose understands it
    Config(ConfigArguments),
    /// Write Kubernetes manifests, with a report of what became of every line
    Convert(ConvertArguments),
    /// Draw who depends on whom, and who shares what
    Graph(GraphArguments),
    /// What every rule does, and why
    #[command(subcommand)]
    Rules(RulesCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Every rule in one line
    List,
    /// One rule: what it does, why, and what to do about its findings
    Explain {
        /// The name of the rule
        #[arg(value_name = "RULE")]
        rule: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct ConvertArguments {
    #[command(flatten)]
    pub(crate) project: ProjectArguments,

    /// Where the manifests go, from the current folder; `-` is standard output
    #[arg(short = 'o', long, value_name = "DIR", default_value = "k3s", help_heading = "Output")]
    pub(crate) output: PathBuf,

    /// Replace files that somebody has edited, and keep their version as NAME.orig
    #[arg(long, help_heading = "Output")]
    pub(crate) force: bool,

    /// Say beside each line which rule and which line of the project it comes from
    #[arg(long, help_heading = "Output")]
    pub(crate) comments: bool,

    /// Settings [default: cutover.yaml beside the Compose file, if it is there]
    #[arg(long, value_name = "FILE", help_heading = "Settings")]
    pub(crate) policy: Option<PathBuf>,

    /// Your own profiles of images, in DIR/images, on top of those in the program
    #[arg(long, value_name = "DIR", help_heading = "Settings")]
    pub(crate) mappings: Option<PathBuf>,

    /// How strict security contexts are: restricted, balanced, compatible
    #[arg(long, value_name = "LEVEL", help_heading = "Settings")]
    hardening: Option<String>,

    /// Where the values of secrets go: file, inline, external, names
    #[arg(long, value_name = "MODE", help_heading = "Settings")]
    secrets: Option<String>,

    /// Which probes a health check becomes: production, faithful
    #[arg(long, value_name = "PROBES", help_heading = "Settings")]
    probes: Option<String>,

    /// The version of Kubernetes that manifests are written for, such as 1.35
    #[arg(long, value_name = "VERSION", help_heading = "Settings")]
    kubernetes: Option<String>,

    /// The namespace of all objects
    #[arg(long, value_name = "NAME", help_heading = "Settings")]
    namespace: Option<String>,

    /// Any setting of cutover.yaml; may be given more than once
    #[arg(long, value_name = "KEY=VALUE", help_heading = "Settings")]
    set: Vec<String>,
}

impl ConvertArguments {
    /// What was set on the command line, as `KEY=VALUE`; the options with a name of their own first.
    pub(crate) fn settings(&self) -> Vec<String> {
        let named = [
            ("hardening", &self.hardening),
            ("secrets", &self.secrets),
            ("probes", &self.probes),
            ("kubernetes", &self.kubernetes),
            ("namespace", &self.namespace),
        ];
        let named = named.into_iter().filter_map(|(key, value)| Some(format!("{key}={}", value.as_ref()?)));
        named.chain(self.set.iter().cloned()).collect()
    }
}

/// Which project, and with what: as for Docker Compose.
#[derive(Args, Debug)]
pub(crate) struct ProjectArguments {
    /// A folder, as if started there, or one Compose file [default: the current folder]
    #[arg(value_name = "PROJECT")]
    pub(crate) project: Option<PathBuf>,

    /// A Compose file; may be given more than once, `-` is standard input
    #[arg(short = 'f', long = "file", value_name = "FILE", help_heading = "Project")]
    pub(crate) files: Vec<String>,

    /// The name of the project
    #[arg(short = 'p', long, value_name = "NAME", help_heading = "Project")]
    pub(crate) project_name: Option<String>,

    /// A profile to activate, `*` for all; may be given more than once
    #[arg(long = "profile", value_name = "NAME", help_heading = "Project")]
    pub(crate) profiles: Vec<String>,

    /// A file with variables in place of `.env`; may be given more than once
    #[arg(long = "env-file", value_name = "FILE", help_heading = "Project")]
    pub(crate) env_files: Vec<String>,

    /// The folder that relative paths start from [default: that of the first Compose file]
    #[arg(long, value_name = "FOLDER", help_heading = "Project")]
    pub(crate) project_directory: Option<String>,

    /// Ignore the variables of the process, so that the result is the same on every machine
    #[arg(long, help_heading = "Project")]
    pub(crate) no_os_env: bool,

    /// Read documents with more nodes than Docker Compose would (its cap is 100000)
    #[arg(long, value_name = "NUMBER", help_heading = "Project")]
    pub(crate) max_nodes: Option<usize>,
}

#[derive(Args, Debug)]
pub(crate) struct ConfigArguments {
    #[command(flatten)]
    pub(crate) project: ProjectArguments,

    /// Print only these services and what they depend on
    #[arg(long = "service", value_name = "NAME")]
    pub(crate) only: Vec<String>,

    /// How to print the project
    #[arg(long, value_enum, default_value = "yaml")]
    pub(crate) format: Format,

    #[command(flatten)]
    pub(crate) list: ListArguments,

    /// Leave variables as they are written
    #[arg(long)]
    pub(crate) no_interpolate: bool,

    #[command(flatten)]
    pub(crate) skip: SkipArguments,

    /// Keep networks, volumes, configs and secrets that no service uses
    #[arg(long)]
    pub(crate) all_resources: bool,

    /// Only check the project
    #[arg(short = 'q', long)]
    pub(crate) quiet: bool,
}

/// What of the loading is left out.
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of Docker Compose")]
#[derive(Args, Debug)]
pub(crate) struct SkipArguments {
    /// Add no implicit networks, dependencies and names
    #[arg(long, help_heading = "Leave out")]
    pub(crate) no_normalize: bool,

    /// Leave relative paths relative
    #[arg(long, help_heading = "Leave out")]
    pub(crate) no_path_resolution: bool,

    /// Read no environment files of services
    #[arg(long, help_heading = "Leave out")]
    pub(crate) no_env_resolution: bool,

    /// Do not check what names what
    #[arg(long, help_heading = "Leave out")]
    pub(crate) no_consistency: bool,
}

/// A list in place of the project.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a flag of Docker Compose, and at most one is given"
)]
#[derive(Args, Debug)]
#[group(multiple = false)]
pub(crate) struct ListArguments {
    /// Print the names of the services, one a line
    #[arg(long = "services", id = "list-services")]
    pub(crate) services: bool,

    /// Print the names of the volumes, one a line
    #[arg(long = "volumes", id = "list-volumes")]
    pub(crate) volumes: bool,

    /// Print the names of the networks, one a line
    #[arg(long = "networks", id = "list-networks")]
    pub(crate) networks: bool,

    /// Print the language models, one a line
    #[arg(long = "models", id = "list-models")]
    pub(crate) models: bool,

    /// Print the profiles, one a line
    #[arg(long = "profiles", id = "list-profiles")]
    pub(crate) profiles: bool,

    /// Print the images, one a line
    #[arg(long = "images", id = "list-images")]
    pub(crate) images: bool,

    /// Print the variables of the Compose files with their defaults, and where a value would come from
    #[arg(long = "variables", id = "list-variables")]
    pub(crate) variables: bool,

    /// Print the variables that interpolation sees
    #[arg(long = "environment", id = "list-environment")]
    pub(crate) environment: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// YAML
    Yaml,
    /// JSON
    Json,
}

#[derive(Args, Debug)]
pub(crate) struct GraphArguments {
    #[command(flatten)]
    pub(crate) project: ProjectArguments,

    /// How to draw the graph
    #[arg(long, value_enum, default_value = "svg")]
    pub(crate) format: GraphFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// A picture that stands on its own
    Svg,
    /// A Mermaid flowchart, for Markdown
    Mermaid,
    /// Graphviz
    Dot,
    /// Nodes, edges with their evidence, order, groups
    Json,
}

/// What the process says of itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    pub(crate) variables: std::collections::BTreeMap<String, String>,
    pub(crate) folder: PathBuf,
}

impl ProjectArguments {
    /// What is asked for.
    pub(crate) fn request(
        &self,
        around: &Surroundings,
        disk: &dyn FileSystem,
    ) -> Result<Request, Box<Finding>> {
        let mut process = around.variables.clone();
        let home = process.get("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        if self.no_os_env {
            process.clear();
        }
        let request = Request {
            working_directory: around.folder.clone(),
            home,
            process,
            files: self.files.clone(),
            project_directory: self.project_directory.clone(),
            project_name: self.project_name.clone(),
            profiles: self.profiles.clone(),
            env_files: self.env_files.clone(),
            max_nodes: self.max_nodes,
            ..Request::default()
        };
        match &self.project {
            Some(project) => request.for_project(project, disk),
            None => Ok(request),
        }
    }
}
