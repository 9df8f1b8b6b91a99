import ExactText
import System
import YAML

/// The `assistant_id` of a configuration. Trained models carry it into every event, so that it should stay the same; a
/// configuration that has none is given one, as `rasa train` does.
package struct AssistantName: Sendable {
    /// What Rasa's templates have in its place.
    private static let placeholder = "placeholder_default"

    private let file: String

    package init(in file: String) { self.file = file }

    /// Writes a name into the file where it has none.
    ///
    /// - Returns: A sentence for people if the file was changed.
    /// - Throws: ``TrainingError`` for a file that cannot be changed. What cannot be read at all is left to the
    ///   training.
    package func ensure() throws(TrainingError) -> String? {
        guard let bytes = try? File.read(file), let document = try? YAMLReader().read(bytes, file: file),
            let keys = document.mapping
        else { return nil }
        let entry = keys["assistant_id"]
        if let value = entry?.value, !value.isNull, value.text != Self.placeholder { return nil }
        let name = ModelName.stamped()
        let line = "assistant_id: \(name)"
        var lines = String(decoding: bytes, as: UTF8.self).exact.split(
            separator: "\n", omittingEmptySubsequences: false
        )
        .map(String.init)
        // Lines end as the others of the file do.
        let ending = lines.first?.exact.hasSuffix("\r") == true ? "\r" : ""
        if let entry, lines.indices.contains(entry.keyPlace.line - 1) {
            lines[entry.keyPlace.line - 1] = line + ending
        } else {
            if lines.last == "" { lines.removeLast() }
            lines += [line + ending, ""]
        }
        let changed = Array(lines.joined(separator: "\n").utf8)
        guard (try? YAMLReader().read(changed, file: file))?.mapping?["assistant_id"]?.value.text == name else {
            throw TrainingError(
                .badConfiguration, at: SourcePlace(file: file), "there is no 'assistant_id'; add '\(line)'")
        }
        do throws(SystemError) {
            try File.write(changed, to: file)
        } catch {
            throw TrainingError(
                .inputOutput, at: SourcePlace(file: file),
                "there is no 'assistant_id', and it cannot be added: \(error); add '\(line)'")
        }
        return "\(file): there was no 'assistant_id' of its own; '\(line)' is written there"
    }
}
