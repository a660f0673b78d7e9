//! The variables that interpolation sees, and where each value came from.
//!
//! What was set first wins: the process, then environment files in their order.

use std::collections::BTreeMap;

use crate::source::node::VariableSource;

/// A variable's value and origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The value.
    pub value: String,
    /// Where it came from.
    pub source: VariableSource,
}

/// All variables of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<String, Variable>);

impl Environment {
    /// The variables of a process.
    #[must_use]
    pub fn of_process(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let own = |(name, value)| (name, Variable { value, source: VariableSource::Process });
        Self(variables.into_iter().map(own).collect())
    }

    /// A variable, if it is set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.0.get(name)
    }

    /// The value of a variable, if it is set.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|variable| variable.value.as_str())
    }

    /// The value of a variable, if it is set and not empty.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.value(name).filter(|value| !value.is_empty())
    }

    /// Sets a variable whatever it was.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>, source: VariableSource) {
        self.0.insert(name.into(), Variable { value: value.into(), source });
    }

    /// Sets a variable that is not set.
    pub fn set_if_absent(&mut self, name: &str, value: &str, source: &VariableSource) {
        if !self.0.contains_key(name) {
            self.set(name, value, source.clone());
        }
    }

    /// Keeps the variables that pass the test.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &Variable) -> bool) {
        self.0.retain(|name, variable| keep(name, variable));
    }

    /// All variables by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Variable)> {
        self.0.iter().map(|(name, variable)| (name.as_str(), variable))
    }
}
