//! What says how a container runs: the keys that services, jobs and the hooks before a start have in common.

use indexmap::IndexMap;

use crate::compose::grammar::duration::Duration;
use crate::compose::model::field::record;
use crate::compose::model::mount::{FileReference, Mount};
use crate::compose::model::command::Command;
use crate::compose::model::scalar::{Bytes, Number};
use crate::compose::model::wrapper::{Always, Capitals, OptOut};
use crate::compose::model::special::{DeviceCount, Hosts, Mapping, Ulimit, Variables};

record! {
    /// The keys of every container.
    pub struct Container {
        /// Annotations for the container runtime.
        annotations: Mapping = "annotations",
        /// Weights and caps of disk access.
        blkio_config: Option<BlkioConfig> = "blkio_config",
        /// Capabilities beside the default ones.
        cap_add: Vec<String> = "cap_add",
        /// Default capabilities that are taken away.
        cap_drop: Vec<String> = "cap_drop",
        /// The parent of the control group.
        cgroup_parent: String = "cgroup_parent",
        /// The namespace of the control group.
        cgroup: String = "cgroup",
        /// Processors, on Windows.
        cpu_count: i64 = "cpu_count",
        /// Share of the processors, on Windows.
        cpu_percent: Number = "cpu_percent",
        /// Microseconds in which the quota counts.
        cpu_period: i64 = "cpu_period",
        /// Microseconds of processor time in a period.
        cpu_quota: i64 = "cpu_quota",
        /// Microseconds in which the real-time budget counts.
        cpu_rt_period: i64 = "cpu_rt_period",
        /// Microseconds of real-time scheduling in a period.
        cpu_rt_runtime: i64 = "cpu_rt_runtime",
        /// Processors that may be used.
        cpus: Number = "cpus",
        /// Processors by number.
        cpuset: String = "cpuset",
        /// Weight under contention.
        cpu_shares: i64 = "cpu_shares",
        /// What takes the place of the image's command.
        command: Command = "command",
        /// Configs that are mounted.
        configs: Vec<FileReference> = "configs",
        /// Credentials of a Windows container.
        credential_spec: Option<CredentialSpec> = "credential_spec",
        /// Rules of the device control group.
        device_cgroup_rules: Vec<String> = "device_cgroup_rules",
        /// Devices of the host.
        devices: Vec<Device> = "devices",
        /// Name servers.
        dns: Vec<String> = "dns",
        /// Options of name resolution.
        dns_opt: Vec<String> = "dns_opt",
        /// Search domains.
        dns_search: Vec<String> = "dns_search",
        /// The domain part of the host name.
        domainname: String = "domainname",
        /// What takes the place of the image's entrypoint.
        entrypoint: Command = "entrypoint",
        /// Variables.
        environment: Variables = "environment",
        /// Files with variables.
        env_file: Vec<EnvFile> = "env_file",
        /// Lines of the hosts file.
        extra_hosts: Hosts = "extra_hosts",
        /// Groups beside the user's own.
        group_add: Vec<String> = "group_add",
        /// Graphics processors.
        gpus: Vec<DeviceRequest> = "gpus",
        /// The host name.
        hostname: String = "hostname",
        /// The image.
        image: String = "image",
        /// Whether a small init process runs first.
        init: Option<bool> = "init",
        /// The namespace of shared memory.
        ipc: String = "ipc",
        /// The isolation of a Windows container.
        isolation: String = "isolation",
        /// Labels.
        labels: Mapping = "labels",
        /// Files with labels.
        label_file: Vec<String> = "label_file",
        /// Where the log goes.
        logging: Option<Logging> = "logging",
        /// The memory that may be used.
        mem_limit: Bytes = "mem_limit",
        /// The memory that is set aside.
        mem_reservation: Bytes = "mem_reservation",
        /// Memory and swap together.
        memswap_limit: Bytes = "memswap_limit",
        /// How readily memory is swapped.
        mem_swappiness: Bytes = "mem_swappiness",
        /// The hardware address.
        mac_address: String = "mac_address",
        /// Language models.
        models: IndexMap<String, Option<ServiceModel>> = "models",
        /// A network mode in place of networks.
        network_mode: String = "network_mode",
        /// Networks.
        networks: IndexMap<String, Option<ServiceNetwork>> = "networks",
        /// Whether the kernel spares the container when memory runs out.
        oom_kill_disable: bool = "oom_kill_disable",
        /// How readily the kernel kills the container when memory runs out.
        oom_score_adj: i64 = "oom_score_adj",
        /// The namespace of processes.
        pid: String = "pid",
        /// How many processes there may be.
        pids_limit: i64 = "pids_limit",
        /// The platform of the image.
        platform: String = "platform",
        /// Whether the container has all rights.
        privileged: bool = "privileged",
        /// When the image is pulled.
        pull_policy: String = "pull_policy",
        /// After what time the image is pulled again.
        pull_refresh_after: String = "pull_refresh_after",
        /// Whether the root file system is read-only.
        read_only: bool = "read_only",
        /// The container runtime.
        runtime: String = "runtime",
        /// Secrets that are mounted.
        secrets: Vec<FileReference> = "secrets",
        /// Options of the security modules.
        security_opt: Vec<String> = "security_opt",
        /// The size of shared memory.
        shm_size: Bytes = "shm_size",
        /// How long a stop may take.
        stop_grace_period: Option<Duration> = "stop_grace_period",
        /// The signal that asks for a stop.
        stop_signal: String = "stop_signal",
        /// Options of the storage driver.
        storage_opt: IndexMap<String, String> = "storage_opt",
        /// Kernel parameters.
        sysctls: Mapping = "sysctls",
        /// File systems in memory.
        tmpfs: Vec<String> = "tmpfs",
        /// Limits of the kernel.
        ulimits: IndexMap<String, Ulimit> = "ulimits",
        /// Whether the engine's socket is mounted.
        use_api_socket: bool = "use_api_socket",
        /// The user.
        user: String = "user",
        /// The namespace of users.
        userns_mode: String = "userns_mode",
        /// The namespace of the host name.
        uts: String = "uts",
        /// Mounts.
        volumes: Vec<Mount> = "volumes",
        /// Services and containers whose mounts are taken over.
        volumes_from: Vec<String> = "volumes_from",
        /// The working directory.
        working_dir: String = "working_dir",
    }
}

record! {
    /// Weights and caps of disk access.
    pub struct BlkioConfig {
        /// Relative weight.
        weight: u16 = "weight",
        /// Weight by device.
        weight_device: Vec<Capitals<WeightDevice>> = "weight_device",
        /// Bytes read in a second, by device.
        device_read_bps: Vec<Capitals<ThrottleDevice>> = "device_read_bps",
        /// Reads in a second, by device.
        device_read_iops: Vec<Capitals<ThrottleDevice>> = "device_read_iops",
        /// Bytes written in a second, by device.
        device_write_bps: Vec<Capitals<ThrottleDevice>> = "device_write_bps",
        /// Writes in a second, by device.
        device_write_iops: Vec<Capitals<ThrottleDevice>> = "device_write_iops",
    }
}

record! {
    /// The weight of one device.
    pub struct WeightDevice {
        /// The device.
        path: Always<String> = "path",
        /// Its weight.
        weight: Always<u16> = "weight",
    }
}

record! {
    /// The cap of one device.
    pub struct ThrottleDevice {
        /// The device.
        path: Always<String> = "path",
        /// Bytes or operations in a second.
        rate: Always<Bytes> = "rate",
    }
}

record! {
    /// Credentials of a Windows container.
    pub struct CredentialSpec {
        /// The config that holds them.
        config: String = "config",
        /// The file that holds them.
        file: String = "file",
        /// The registry entry that holds them.
        registry: String = "registry",
    }
}

record! {
    /// A device of the host.
    pub struct Device {
        /// Its path on the host.
        source: String = "source",
        /// Its path in the container.
        target: String = "target",
        /// What may be done with it: `r`, `w`, `m`.
        permissions: String = "permissions",
    }
}

record! {
    /// Devices that a driver hands out.
    pub struct DeviceRequest {
        /// What they must be able to do.
        capabilities: Vec<String> = "capabilities",
        /// The driver.
        driver: String = "driver",
        /// How many.
        count: DeviceCount = "count",
        /// Which ones.
        device_ids: Vec<String> = "device_ids",
        /// Options of the driver.
        options: Mapping = "options",
    }
}

record! {
    /// A file with variables.
    pub struct EnvFile {
        /// Its path.
        path: String = "path",
        /// Whether it must exist.
        required: OptOut = "required",
        /// Its grammar.
        format: String = "format",
    }
}

record! {
    /// Where the log goes.
    pub struct Logging {
        /// The driver.
        driver: String = "driver",
        /// Its options.
        options: Mapping = "options",
    }
}

record! {
    /// A language model that a service uses.
    pub struct ServiceModel {
        /// The variable that holds its address.
        endpoint_var: String = "endpoint_var",
        /// The variable that holds its name.
        model_var: String = "model_var",
    }
}

record! {
    /// What a service is in a network.
    pub struct ServiceNetwork {
        /// More names.
        aliases: Vec<String> = "aliases",
        /// Options of the driver.
        driver_opts: Mapping = "driver_opts",
        /// Which network has the default gateway.
        gw_priority: i64 = "gw_priority",
        /// The name of the interface.
        interface_name: String = "interface_name",
        /// The address.
        ipv4_address: String = "ipv4_address",
        /// The address.
        ipv6_address: String = "ipv6_address",
        /// Link-local addresses.
        link_local_ips: Vec<String> = "link_local_ips",
        /// The hardware address.
        mac_address: String = "mac_address",
        /// The order in which networks are joined.
        priority: i64 = "priority",
    }
}
