import JSON
package import Prefork
import System
import Training

/// `parley data convert nlu`: puts examples of all the forms that are read into one file.
package struct DataConversion: Sendable {
    package enum Form: String, Sendable, CaseIterable {
        case json, yaml
    }

    private let paths: [String]
    private let form: Form
    private let output: String

    package init(_ paths: [String], to form: Form, output: String) {
        (self.paths, self.form, self.output) = (paths, form, output)
    }

    /// - Throws: ``BootFailure``; names the file.
    package func run() throws(BootFailure) {
        do throws(TrainingError) {
            let data = try TestData.examples(paths)
            guard !data.isEmpty else {
                throw TrainingError(.nothingToTrain, "there are no examples; name files that have some with --data")
            }
            let bytes = form == .yaml ? data.yaml : data.json.indented
            do throws(SystemError) {
                try File.write(bytes, to: output, permissions: 0o644)
            } catch {
                throw TrainingError(.inputOutput, "'\(output)' cannot be written: \(error)")
            }
            Output.line("\(data.examples.count) examples are in '\(output)'.")
        } catch {
            throw BootFailure("\(error)", status: ExitStatus.data)
        }
    }
}
