import ExactText
import Glibc
package import System
package import YAML

/// What a model is held against, from files and directories.
package enum TestData {
    /// The stories of files and of those in directories.
    ///
    /// - Parameter isEndToEnd: Whether of the files in directories only those count whose names begin with `test_`.
    /// - Throws: ``TrainingError``; names the file.
    package static func stories(
        _ paths: [String], isEndToEnd: Bool, environment: EnvironmentVariables = .process
    ) throws(TrainingError) -> [YAMLNode] {
        let reader = YAMLReader(environment: environment)
        let named = Set<ExactString>(paths)
        var documents: [YAMLNode] = []
        for path in try DataFiles.find(paths, DataFiles.yaml) {
            if isEndToEnd, !named.contains(path.exact), !name(of: path).utf8.starts(with: "test_".utf8) { continue }
            let document = try DataFiles.read(path, reader)
            if document["stories"] != nil { documents.append(document) }
        }
        return documents
    }

    /// The examples of files and of those in directories.
    ///
    /// - Throws: ``TrainingError``; names the file.
    package static func examples(
        _ paths: [String], environment: EnvironmentVariables = .process
    ) throws(TrainingError) -> UnderstandingData {
        let reader = YAMLReader(environment: environment)
        var files: [DataFile] = []
        for path in try DataFiles.find(paths, DataFiles.training) {
            files.append(try DataFile(path: path, reader, language: nil))
        }
        return try UnderstandingReader.read(files).data
    }

    private static func name(of path: String) -> String {
        path.unicodeScalars.split(separator: "/").last.map { String($0) } ?? path
    }
}
