import JSON
import System
package import YAML

/// What one file of training data holds.
package enum DataFile {
    case document(YAMLNode)
    /// Examples that were written in a JSON form.
    case examples(UnderstandingData, [TrainingWarning])

    /// How long a file in JSON may be, in bytes.
    private static let maxJSONBytes = 256 << 20

    /// Reads a file.
    ///
    /// - Parameter language: The code of the configuration's language, which names files of some forms.
    /// - Throws: ``TrainingError``.
    package init(path: String, _ reader: YAMLReader, language: String?) throws(TrainingError) {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try File.read(path, atMost: Self.maxJSONBytes)
        } catch {
            throw TrainingError(.inputOutput, at: SourcePlace(file: path), "cannot be read: \(error)")
        }
        if let examples = try DataFile(json: bytes, file: path, language: language) {
            self = examples
        } else if DataFiles.has(path, DataFiles.yaml) {
            self = .document(try DataFiles.read(path, reader))
        } else {
            let warning = TrainingWarning(at: SourcePlace(file: path), "ignored: it is not training data in JSON")
            self = .examples(UnderstandingData(), [warning])
        }
    }

    /// Reads examples in one of the JSON forms; nil for everything else.
    ///
    /// - Throws: ``TrainingError`` for one of the forms that is not as it must be.
    package init?(json bytes: [UInt8], file: String, language: String?) throws(TrainingError) {
        // Most files are YAML, and long.
        guard bytes.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "{"),
            let json = try? JSON(parsing: bytes), let form = JSONForm(of: json, file: file)
        else { return nil }
        var source = JSONSource(file: file)
        let data: UnderstandingData =
            switch form {
            case .rasa: try RasaJSON.read(json, &source)
            case .wit: try WitJSON.read(json, &source)
            case .luis: try LUISJSON.read(json, &source)
            case .dialogflowIntent: try DialogflowJSON(language: language).intent(json, &source)
            case .dialogflowEntity: try DialogflowJSON(language: language).entity(json, &source)
            case .dialogflowPart: UnderstandingData()
            }
        self = .examples(data, source.warnings)
    }

    package var document: YAMLNode? {
        guard case .document(let document) = self else { return nil }
        return document
    }
}
