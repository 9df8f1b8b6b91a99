import ExactText
import OrderedCollections
import System
import YAML

/// What a configuration without `pipeline` or `policies` is trained with, written into its file as comments, so that people
/// see it and can make it theirs, as `rasa train` does.
package struct DefaultComments: Sendable {
    private let file: String

    package init(in file: String) { self.file = file }

    /// What was to be written of one section.
    package struct Addition: Sendable {
        /// The section's name.
        package let title: String
        /// For people: what was written, or that it could not be.
        package let sentence: String
    }

    /// Writes the comments of sections that are missing, unless they are there. What cannot be read at all is left to the
    /// training.
    package func ensure(_ part: TrainingPart) -> [Addition] {
        var sections: [(title: String, entries: String)] = []
        if part != .policies { sections.append(("pipeline", DefaultConfiguration.pipeline)) }
        if part != .understanding { sections.append(("policies", DefaultConfiguration.policies)) }
        return sections.compactMap { title, entries in
            ensure(title, entries).map { Addition(title: title, sentence: "\(file): there was no '\(title)'; \($0)") }
        }
    }

    private func ensure(_ title: String, _ entries: String) -> String? {
        guard var text = ConfigurationText(in: file), let keys = text.document.mapping else { return nil }
        let entry = keys[title]
        guard entry?.value.isNull ?? true else { return nil }
        let comments =
            ["# There is nothing here, so that a model is trained with what follows; to change it, remove the '# '."]
            + entries.exact.split(separator: "\n").map { "#   \($0)" }
        if let line = entry?.keyPlace.line {
            guard text[line: line] != nil, text[line: line + 1]?.exact.hasPrefix(comments[0]) != true else {
                return nil
            }
            text.insert(comments, after: line)
        } else {
            text.append(["\(title):"] + comments)
        }
        guard let changed = text.changed, changed.has(title), changed[title] == nil,
            changed.mapping?.count == keys.count + (entry == nil ? 1 : 0)
        else { return nil }
        do throws(SystemError) {
            try text.write()
        } catch {
            return "Rasa's default one is trained, and cannot be written there as comments: \(error)"
        }
        return "Rasa's default one is trained, and is written there as comments"
    }
}
