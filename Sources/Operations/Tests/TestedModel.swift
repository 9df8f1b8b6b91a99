import Evaluation
import ModelArchive
import Prefork
import Server
import System

/// A model that is to be held against data.
struct TestedModel {
    let archive: String

    /// - Parameter path: An archive, or a directory whose newest one is meant.
    /// - Throws: ``BootFailure`` where there is none.
    init(_ path: String) throws(BootFailure) {
        do throws(ArchiveError) {
            archive = try ModelLocator.archive(at: path)
        } catch {
            throw BootFailure("\(error); 'parley train' makes one, --model names it", status: ExitStatus.noInput)
        }
    }

    /// The name without the directory.
    var name: String { archive.unicodeScalars.split(separator: "/").last.map { String($0) } ?? archive }

    /// Prepares the model for the time of a test.
    ///
    /// - Throws: What the test throws; ``BootFailure`` for a model that cannot be used.
    func evaluating<Result>(_ test: (Evaluator) throws -> Result) throws -> Result {
        let directory = try TemporaryDirectory(environment: .process)
        defer { directory.delete() }
        let prepared = "\(directory.path)/model"
        let evaluator: Evaluator
        do {
            try ModelPreparer().prepare(archive: archive, into: prepared)
            evaluator = try Evaluator(try PreparedModel.open(prepared))
        } catch {
            throw BootFailure("the model '\(archive)' cannot be used: \(error)", status: ExitStatus.data)
        }
        return try test(evaluator)
    }
}
