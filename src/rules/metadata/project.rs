//! What directs the loading and is used up by it, the project's name, and extension keys.

use crate::finding::Severity;
use crate::plan::name::label;
use crate::rules::draft::Draft;
use crate::rules::{Context, Rule};
use crate::source::path::{ComposePath, Step};

/// Accounts for keys that no object shows.
pub(super) struct ProjectKeys;

/// Namespaces that belong to the cluster.
const RESERVED: &[&str] = &["default", "kube-node-lease", "kube-public", "kube-system"];

impl Rule for ProjectKeys {
    fn id(&self) -> &'static str {
        "project-keys"
    }

    fn project(&self, cx: &Context<'_>, out: &mut Draft<'_>) {
        let wanted = cx.policy.namespace.as_deref().unwrap_or(&cx.loaded.project.name);
        let namespace = label(wanted);
        let path = ComposePath::of(["name"]);
        if RESERVED.contains(&namespace.as_str()) {
            let title = format!("the namespace `{namespace}` belongs to the cluster");
            out.find_as(
                Severity::Error,
                &path,
                &title,
                "objects of a project among those of the cluster get in each other's way",
            );
        }
        if namespace != wanted {
            out.approximated_as(
                &path,
                &format!("the namespace is `{namespace}`, as Kubernetes allows no other characters"),
            );
        } else {
            out.consumed(&path);
        }
        renamed(cx, out);
        let anchored = cx.loaded.anchored();
        let is_used = |leaf: &ComposePath| {
            let span = cx.loaded.locate(leaf);
            anchored.iter().any(|whole| whole.contains(span))
        };
        for leaf in out.leaves(&ComposePath::root()) {
            let is_extension =
                leaf.steps().iter().any(|step| matches!(step, Step::Key(key) if key.starts_with("x-")));
            let is_ours = leaf.steps().iter().any(|step| *step == Step::Key("x-cutover".to_owned()));
            if is_ours || is_extension && is_used(&leaf) {
                out.consumed(&leaf);
            } else if is_extension {
                out.dropped_as(&leaf, "extension keys mean nothing to Docker Compose");
            } else if leaf != path {
                out.consumed(&leaf);
            }
        }
    }
}

/// Names that could not stay as they are.
fn renamed(cx: &Context<'_>, out: &mut Draft<'_>) {
    const HELP: &str =
        "give it a name of small letters, digits and dashes, or use the new one wherever it is named";
    for subject in cx.subjects.iter().filter(|subject| subject.object != subject.name) {
        let title =
            format!("its objects are called `{}`, as Kubernetes allows no other characters", subject.object);
        out.find_with(Severity::Note, &subject.path, &title, HELP);
    }
    for (section, names) in [("secrets", &cx.secrets), ("configs", &cx.configs)] {
        for (raw, name) in names.changed() {
            let title = format!("its object is called `{name}`, as Kubernetes allows no other characters");
            out.find_with(Severity::Note, &ComposePath::of([section, raw]), &title, HELP);
        }
    }
}
