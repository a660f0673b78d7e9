//! Services and jobs: what runs, with its build, checks, ports, dependencies and hooks.

use indexmap::IndexMap;

use crate::compose::grammar::duration::Duration;
use crate::compose::model::build::Build;
use crate::compose::model::container::Container;
use crate::compose::model::deploy::Deploy;
use crate::compose::model::field::record;
use crate::compose::model::command::Command;
use crate::compose::model::scalar::Spelled;
use crate::compose::model::wrapper::{Always, Inline};
use crate::compose::model::special::{MultiMapping, Test, Variables};

record! {
    /// A service.
    pub struct Service {
        /// The profiles that switch it on; always on without.
        profiles: Vec<String> = "profiles",
        /// How it is deployed.
        deploy: Option<Deploy> = "deploy",
        /// How it is developed.
        develop: Option<Develop> = "develop",
        /// When it is restarted.
        restart: String = "restart",
        /// How many containers run.
        scale: Option<i64> = "scale",
        /// Whether its log is shown.
        attach: Option<bool> = "attach",
        /// A fixed name for its one container.
        container_name: String = "container_name",
        /// What else than a container provides it.
        provider: Option<Provider> = "provider",
        /// What it was made from; only there if that was empty.
        extends: Option<Extends> = "extends",
        /// Containers of other projects.
        external_links: Vec<String> = "external_links",
        /// Other services, under other names.
        links: Vec<String> = "links",
        /// Containers that run to their end before it starts.
        pre_start: Vec<PreStartHook> = "pre_start",
        /// Commands run in the container after it started.
        post_start: Vec<Hook> = "post_start",
        /// Commands run in the container before it stops.
        pre_stop: Vec<Hook> = "pre_stop",
    }
    beside {
        /// How its containers run.
        container: Container,
        /// What it has in common with jobs.
        workload: Workload,
    }
}

record! {
    /// What services and jobs have in common beside the container.
    pub struct Workload {
        /// How the image is built.
        build: Option<Build> = "build",
        /// What must be there first.
        depends_on: IndexMap<String, Dependency> = "depends_on",
        /// Ports that other services use.
        expose: Spelled = "expose",
        /// How its health is checked.
        healthcheck: Option<Healthcheck> = "healthcheck",
        /// Ports published on the host.
        ports: Vec<Port> = "ports",
        /// Whether standard input stays open.
        stdin_open: bool = "stdin_open",
        /// Whether there is a terminal.
        tty: bool = "tty",
    }
}

record! {
    /// A job: containers that run to their end.
    pub struct Job {
        /// The profiles that switch it on.
        profiles: Vec<String> = "profiles",
        /// What starts it.
        triggers: Option<Triggers> = "triggers",
    }
    beside {
        /// How its containers run.
        container: Container,
        /// What it has in common with services.
        workload: Workload,
    }
}

record! {
    /// What starts a job.
    pub struct Triggers {
        /// Whether a person may.
        manual: Option<bool> = "manual",
        /// Times.
        schedule: Vec<Schedule> = "schedule",
    }
}

record! {
    /// Times at which a job starts.
    pub struct Schedule {
        /// The crontab expression.
        cron: String = "cron",
        /// The time zone it is read in.
        timezone: String = "timezone",
        /// What happens if the last run is not over.
        concurrency: String = "concurrency",
        /// What happens with times that were missed.
        missed_fires: String = "missed_fires",
    }
}

record! {
    /// What a service waits for.
    pub struct Dependency {
        /// `service_started`, `service_healthy` or `service_completed_successfully`.
        condition: String = "condition",
        /// Whether a restart of the other one restarts this one.
        restart: bool = "restart",
        /// Whether it must be there at all.
        required: Always<bool> = "required",
    }
}

record! {
    /// How health is checked.
    pub struct Healthcheck {
        /// The command.
        test: Test = "test",
        /// How long a check may take.
        timeout: Option<Duration> = "timeout",
        /// How long it takes to the next check.
        interval: Option<Duration> = "interval",
        /// How many failures make it unhealthy.
        retries: Option<u64> = "retries",
        /// How long failures do not count after a start.
        start_period: Option<Duration> = "start_period",
        /// How long it takes to the next check in that time.
        start_interval: Option<Duration> = "start_interval",
        /// Whether there is no check, also none of the image.
        disable: bool = "disable",
    }
}

record! {
    /// A port published on the host.
    pub struct Port {
        /// A name for people.
        name: String = "name",
        /// `ingress` or `host`.
        mode: String = "mode",
        /// The address on the host.
        host_ip: String = "host_ip",
        /// The port of the container.
        target: u32 = "target",
        /// The port or the range on the host.
        published: String = "published",
        /// `tcp`, `udp` or `sctp`.
        protocol: String = "protocol",
        /// What is spoken on it.
        app_protocol: String = "app_protocol",
    }
}

record! {
    /// What else than a container provides a service.
    pub struct Provider {
        /// The program.
        kind: String = "type",
        /// Its options.
        options: MultiMapping = "options",
    }
}

record! {
    /// A service to begin from.
    pub struct Extends {
        /// Its file.
        file: String = "file",
        /// Its name.
        service: String = "service",
    }
}

record! {
    /// A command run in the container of a service.
    pub struct Hook {
        /// The command.
        command: Command = "command",
        /// The user.
        user: String = "user",
        /// Whether it has all rights.
        privileged: bool = "privileged",
        /// The working directory.
        working_dir: String = "working_dir",
        /// Variables.
        environment: Variables = "environment",
    }
}

record! {
    /// A container that runs to its end before the service starts.
    pub struct PreStartHook {
        /// Whether it runs for each container of the service.
        per_replica: bool = "per_replica",
    }
    beside {
        /// How it runs.
        container: Container,
    }
}

record! {
    /// How a service is developed.
    pub struct Develop {
        /// What happens when files change.
        watch: Vec<Watch> = "watch",
    }
}

record! {
    /// What happens when files change.
    pub struct Watch {
        /// The files.
        path: Always<String> = "path",
        /// What is done.
        action: Always<String> = "action",
        /// Where files are copied to.
        target: String = "target",
        /// The command that is run.
        exec: Inline<Hook> = "exec",
        /// Files that count.
        include: Vec<String> = "include",
        /// Files that do not count.
        ignore: Vec<String> = "ignore",
        /// Whether files are copied at the beginning.
        initial_sync: bool = "initial_sync",
    }
}

impl Service {
    /// How many containers run.
    #[must_use]
    pub fn replicas(&self) -> i64 {
        let deployed = self.deploy.as_ref().and_then(|deploy| deploy.replicas);
        self.scale.or(deployed).unwrap_or(1)
    }

    /// `scale` is `deploy.replicas` by another name.
    pub(crate) fn settle_replicas(&mut self) {
        if let (Some(scale), Some(deploy)) = (self.scale, &mut self.deploy) {
            deploy.replicas = Some(scale);
        }
    }
}
