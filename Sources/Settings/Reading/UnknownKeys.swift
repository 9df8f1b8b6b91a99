import ExactText
import OrderedCollections
package import YAML

/// Keys that have no meaning where they stand.
package enum UnknownKeys {
    /// Says which keys are passed over.
    ///
    /// - Parameters:
    ///   - mapping: What stands under the section's name.
    ///   - name: The section's name for messages.
    ///   - known: The keys that have a meaning there.
    ///   - guarded: Those of them without which something would be lost or open to others.
    /// - Throws: ``SourceError`` with `.unknownKey` for what is most likely a guarded key that is misspelt.
    package static func warnings(
        of mapping: YAMLMapping, in name: String, known: [String], guarded: [String] = []
    ) throws(SourceError) -> [SettingsWarning] {
        var warnings: [SettingsWarning] = []
        for (key, entry) in mapping where !known.contains(exact: key.string) {
            let nearest = Suggestion.nearest(to: key.string, in: known)
            let question = nearest.map { "; did you mean '\($0)'?" } ?? ""
            let list = known.isEmpty ? "" : " (known: \(Section.list(known)))"
            if let nearest, guarded.contains(exact: nearest), mapping[nearest] == nil {
                throw SourceError(
                    .unknownKey, at: entry.keyPlace,
                    "unknown key '\(key)' in '\(name)'\(question) It is not ignored, because that one protects"
                        + " what would be lost or open without it\(list)")
            }
            warnings.append(
                SettingsWarning(
                    at: entry.keyPlace, "unknown key '\(key)' in '\(name)' is ignored\(question)\(list)"))
        }
        return warnings
    }
}
