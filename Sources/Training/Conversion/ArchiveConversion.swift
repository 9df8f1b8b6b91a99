import ExactText
import Glibc
import ModelArchive
package import RasaCompatibility
import System

/// Writes an archive of an older version in the form of 3.6.21.
package struct ArchiveConversion {
    private let source: String
    private let target: String
    private let data: [String]

    /// - Parameters:
    ///   - target: The archive to write, `NAME.tar.gz`. It must not exist.
    ///   - data: The files with the examples that the model was trained on, which a `CRFEntityExtractor` needs.
    package init(_ source: String, to target: String, data: [String]) {
        (self.source, self.target, self.data) = (source, target, data)
    }

    /// Converts. The new archive appears whole or not at all, and only once it could be loaded.
    ///
    /// - Returns: The version that trained the model.
    /// - Throws: ``TrainingError``.
    package func run() throws(TrainingError) -> RasaVersion {
        guard target.exact.hasSuffix(".tar.gz") else {
            throw TrainingError(.badConfiguration, "'\(target)' must end in .tar.gz, by which Rasa finds models")
        }
        guard !File.exists(target) else {
            throw TrainingError(.inputOutput, "'\(target)' is there already; name another archive")
        }
        let output = target.exact.split(separator: "/", omittingEmptySubsequences: false).dropLast().map(String.init)
            .joined(separator: "/")
        let scratch = try TrainingScratch(in: output.isEmpty ? (target.exact.hasPrefix("/") ? "/" : ".") : output)
        let current: CurrentMembers
        do throws(ArchiveError) {
            current = try CurrentMembers(of: source, besides: Directory.path("read", in: scratch.path))
        } catch {
            throw TrainingError(.inputOutput, "'\(source)' cannot be converted: \(error.message)")
        }
        let networks = try OlderNetworks(of: source, current, scratch: scratch.path).files()
        var files = current.members.map { path, content in
            if let file = networks[path] { return file }
            return switch content {
            case .bytes(let bytes): ArchiveFile(path, bytes: bytes)
            case .mapped(let file): ArchiveFile(path, file)
            }
        }
        // Metadata come last, as Rasa has them.
        files.insert(contentsOf: try FieldData(current, from: data, archive: source).files(), at: files.count - 1)
        try ArchiveWriter.write(
            files, to: target, scratch: scratch.path, time: time(nil), check: ServingCheck.check)
        return current.metadata.rasaVersion
    }
}
