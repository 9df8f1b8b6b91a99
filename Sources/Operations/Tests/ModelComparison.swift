import Evaluation
import ExactText
import Glibc
import JSON
import Prefork
import System
import Training
import YAML

/// How many stories each of several models gets right.
enum ModelComparison {
    /// What stands between the configuration's name and a number in the names of a comparison's models.
    static let separator = "__percentage__"

    /// By the archive's name.
    static func models(_ paths: [String], _ test: StoryTest, _ documents: [YAMLNode]) throws -> JSON {
        var results: JSONObject = [:]
        for path in paths {
            let model = try TestedModel(path)
            let right = try test.evaluate(model, documents).stories.count(where: \.isRight)
            results[model.name] = .array((results[model.name]?.array ?? []) + [.int(right)])
            Output.line("\(model.name): \(right) right")
        }
        return .object(results)
    }

    /// By the configuration's name: a list for each run, with a number for each share of the stories.
    static func directory(_ path: String, _ test: StoryTest, _ documents: [YAMLNode]) throws -> JSON {
        var results: JSONObject = [:]
        var isEmpty = true
        for run in try names(in: path) {
            let directory = Directory.path(run, in: path)
            var ofRun: JSONObject = [:]
            // A file beside the runs is none of them.
            guard let archives = try? Directory.names(in: directory) else { continue }
            for archive in archives.sorted() where archive.exact.hasSuffix(".tar.gz") {
                let name = archive.components(separator).first ?? archive
                let model = try TestedModel(Directory.path(archive, in: directory))
                let right = try test.evaluate(model, documents).stories.count(where: \.isRight)
                ofRun[name] = .array((ofRun[name]?.array ?? []) + [.int(right)])
                Output.line("\(run)/\(archive): \(right) right")
                isEmpty = false
            }
            for (name, numbers) in ofRun { results[name] = .array((results[name]?.array ?? []) + [numbers]) }
        }
        guard !isEmpty else {
            throw BootFailure(
                "'\(path)' has no directories with models; 'parley train core' with several --config makes them",
                status: ExitStatus.noInput)
        }
        return .object(results)
    }

    private static func names(in directory: String) throws(BootFailure) -> [String] {
        do throws(SystemError) {
            return try Directory.names(in: directory).sorted()
        } catch {
            throw BootFailure("'\(directory)' cannot be read: \(error)", status: ExitStatus.noInput)
        }
    }
}
