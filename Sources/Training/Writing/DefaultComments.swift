import ExactText
import OrderedCollections
import System
import YAML

/// What a configuration without `pipeline` or `policies` is trained with, written into its file as comments, so that people
/// see it and can make it theirs, as `rasa train` does.
package struct DefaultComments: Sendable {
    private let file: String

    package init(in file: String) { self.file = file }

    /// Writes the comments of sections that are missing, unless they are there.
    ///
    /// - Returns: A sentence for people for each section that was written, or could not be. What cannot be read at all is
    ///   left to the training.
    package func ensure(_ part: TrainingPart) -> [String] {
        var sentences: [String] = []
        if part != .policies { sentences += ensure("pipeline", DefaultConfiguration.pipeline) }
        if part != .understanding { sentences += ensure("policies", DefaultConfiguration.policies) }
        return sentences
    }

    private func ensure(_ title: String, _ entries: String) -> [String] {
        guard let bytes = try? File.read(file), let document = try? YAMLReader().read(bytes, file: file),
            let keys = document.mapping
        else { return [] }
        let entry = keys[title]
        guard entry?.value.isNull ?? true else { return [] }
        var lines = String(decoding: bytes, as: UTF8.self).exact.split(
            separator: "\n", omittingEmptySubsequences: false
        ).map(String.init)
        // Lines end as the others of the file do.
        let ending = lines.first?.exact.hasSuffix("\r") == true ? "\r" : ""
        let comments =
            ["# There is nothing here, so that a model is trained with what follows; to change it, remove the '# '."]
            + entries.exact.split(separator: "\n").map { "#   \($0)" }
        let place: Int
        if let entry {
            place = entry.keyPlace.line
            guard lines.indices.contains(place - 1) else { return [] }
            if lines.indices.contains(place), lines[place].exact.hasPrefix(comments[0]) { return [] }
        } else {
            if lines.last == "" { lines.removeLast() }
            lines.append("\(title):\(ending)")
            place = lines.count
            lines.append("")
        }
        lines.insert(contentsOf: comments.map { $0 + ending }, at: place)
        let changed = Array(lines.joined(separator: "\n").utf8)
        guard let reread = try? YAMLReader().read(changed, file: file), reread.has(title), reread[title] == nil,
            reread.mapping?.count == keys.count + (entry == nil ? 1 : 0)
        else { return [] }
        do throws(SystemError) {
            try File.write(changed, to: file)
        } catch {
            return ["\(file): the default '\(title)' cannot be written there as comments: \(error)"]
        }
        return ["\(file): there was no '\(title)'; the default one is written there as comments"]
    }
}
