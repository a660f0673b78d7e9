//! What services share: networks, volumes, configs, secrets, models.

use indexmap::IndexMap;

use crate::compose::model::field::record;
use crate::compose::model::wrapper::Inline;
use crate::compose::model::special::Mapping;

record! {
    /// A network.
    pub struct Network {
        /// Its name in the engine.
        name: String = "name",
        /// The driver.
        driver: String = "driver",
        /// Options of the driver.
        driver_opts: Mapping = "driver_opts",
        /// Its addresses.
        ipam: Inline<Ipam> = "ipam",
        /// Whether it is there already.
        external: bool = "external",
        /// Whether nothing outside can be reached.
        internal: bool = "internal",
        /// Whether other containers may join.
        attachable: bool = "attachable",
        /// Labels.
        labels: Mapping = "labels",
        /// Whether it has IPv4.
        enable_ipv4: Option<bool> = "enable_ipv4",
        /// Whether it has IPv6.
        enable_ipv6: Option<bool> = "enable_ipv6",
    }
}

record! {
    /// The addresses of a network.
    pub struct Ipam {
        /// The driver.
        driver: String = "driver",
        /// The ranges.
        config: Vec<IpamPool> = "config",
        /// Options of the driver.
        options: Mapping = "options",
    }
}

record! {
    /// A range of addresses.
    pub struct IpamPool {
        /// The range.
        subnet: String = "subnet",
        /// The gateway.
        gateway: String = "gateway",
        /// The part that containers get.
        ip_range: String = "ip_range",
        /// Addresses that are taken.
        aux_addresses: Mapping = "aux_addresses",
    }
}

record! {
    /// A volume.
    pub struct Volume {
        /// Its name in the engine.
        name: String = "name",
        /// The driver.
        driver: String = "driver",
        /// Options of the driver.
        driver_opts: Mapping = "driver_opts",
        /// Whether it is there already.
        external: bool = "external",
        /// Labels.
        labels: Mapping = "labels",
    }
}

record! {
    /// A config or a secret.
    pub struct FileObject {
        /// Its name in the engine.
        name: String = "name",
        /// The file it is made from.
        file: String = "file",
        /// The variable it is made from.
        environment: String = "environment",
        /// What is in it; only shown for configs that were written so.
        content: String = "content",
        /// Whether it is there already.
        external: bool = "external",
        /// Labels.
        labels: Mapping = "labels",
        /// The driver.
        driver: String = "driver",
        /// Options of the driver.
        driver_opts: IndexMap<String, String> = "driver_opts",
        /// The driver of its template.
        template_driver: String = "template_driver",
    }
}

record! {
    /// A language model.
    pub struct Model {
        /// Its name.
        name: String = "name",
        /// Where it comes from.
        model: String = "model",
        /// The size of its context.
        context_size: i64 = "context_size",
        /// Options of what runs it.
        runtime_flags: Vec<String> = "runtime_flags",
    }
}
