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
        guard var text = ConfigurationText(in: file) else { return nil }
        let entry = text.document.mapping?["assistant_id"]
        if let value = entry?.value, !value.isNull, value.text != Self.placeholder { return nil }
        let name = ModelName.stamped()
        let line = "assistant_id: \(name)"
        if let number = entry?.keyPlace.line, text[line: number] != nil {
            text.replace(line: number, with: line)
        } else {
            text.append([line])
        }
        guard text.changed?["assistant_id"]?.text == name else {
            throw TrainingError(
                .badConfiguration, at: SourcePlace(file: file), "there is no 'assistant_id'; add '\(line)'")
        }
        do throws(SystemError) {
            try text.write()
        } catch {
            throw TrainingError(
                .inputOutput, at: SourcePlace(file: file),
                "there is no 'assistant_id', and it cannot be added: \(error); add '\(line)'")
        }
        return "\(file): there was no 'assistant_id' of its own; '\(line)' is written there"
    }
}
