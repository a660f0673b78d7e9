//! Whose word something is, and whether that suffices for the level of a service.
//!
//! The table of fields is `hardening` in `mappings/security.yaml`; it counts at `balanced` only.

use crate::mapping::images::{Confidence, Profile};
use crate::mapping::security::Security;
use crate::plan::decision::Evidence;
use crate::policy::Hardening;

/// From the best to the weakest.
const ALL: [Evidence; 5] =
    [Evidence::Compose, Evidence::Policy, Evidence::Catalogue, Evidence::Default, Evidence::Assumed];

/// How good the word of a profile is.
pub(super) fn trust(profile: &Profile) -> Evidence {
    match profile.confidence {
        Confidence::Assumed => Evidence::Assumed,
        Confidence::Deduced | Confidence::Read => Evidence::Catalogue,
    }
}

/// Whether a field gets its hardened value on this evidence.
pub(super) fn suffices(field: &str, evidence: Evidence, hardening: Hardening) -> bool {
    match hardening {
        Hardening::Compatible => evidence <= Evidence::Policy,
        Hardening::Balanced => weakest(field).is_some_and(|weakest| evidence <= weakest),
        Hardening::Restricted => true,
    }
}

fn weakest(field: &str) -> Option<Evidence> {
    let word = Security::embedded().hardening.get(field)?;
    ALL.into_iter().find(|evidence| evidence.as_str() == word)
}

#[cfg(test)]
mod tests {
    use super::suffices;
    use crate::plan::decision::Evidence;
    use crate::policy::Hardening;

    #[test]
    fn each_level_asks_for_its_evidence() {
        assert!(suffices("non-root", Evidence::Catalogue, Hardening::Balanced));
        assert!(!suffices("non-root", Evidence::Assumed, Hardening::Balanced));
        assert!(!suffices("non-root", Evidence::Catalogue, Hardening::Compatible));
        assert!(suffices("non-root", Evidence::Policy, Hardening::Compatible));
        assert!(suffices("non-root", Evidence::Assumed, Hardening::Restricted));
    }
}
