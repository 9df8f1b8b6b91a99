import ExactText
import JSON
package import Prefork
import System
package import Training

/// `parley train core` with several configurations: a model of each for each share of the stories, several times, which
/// `parley test core --evaluate-model-directory` compares.
package struct ComparedTrainings {
    private let request: TrainingRequest
    private let configurations: [String]
    private let percentages: [Int]
    private let runs: Int

    /// - Parameters:
    ///   - request: What all of them have in common.
    ///   - percentages: The shares of the stories that are left out.
    ///   - runs: How often each model is trained, on other stories each time.
    package init(_ request: TrainingRequest, configurations: [String], percentages: [Int], runs: Int) {
        (self.request, self.configurations) = (request, configurations)
        (self.percentages, self.runs) = (percentages, runs)
    }

    /// - Throws: ``BootFailure`` where the numbers of stories cannot be written, ``ReportedFailure`` where a model cannot
    ///   be trained.
    package func run() throws {
        var stories = 0
        for run in 1...runs {
            for configuration in configurations {
                for (index, percentage) in percentages.enumerated() {
                    var request = request
                    request.configuration = configuration
                    request.output = Directory.path("run_\(run)", in: self.request.output)
                    request.fixedName = "\(Self.name(of: configuration))\(ModelComparison.separator)\(index + 1)"
                    request.leftOut = percentage
                    stories = try TrainingRun(request).run().stories
                }
            }
        }
        let counts = percentages.map { stories - Int((Double($0) / 100 * Double(stories)).rounded(.toNearestOrEven)) }
        let path = Directory.path("num_stories.json", in: request.output)
        do throws(SystemError) {
            try File.write(JSON.array(counts.map { .int($0) }).encoded(), to: path, permissions: 0o644)
        } catch {
            throw BootFailure("'\(path)' cannot be written: \(error)", status: ExitStatus.noInput)
        }
    }

    /// The file's name without its ending.
    private static func name(of configuration: String) -> String {
        let name = configuration.exact.split(separator: "/").last.map(String.init) ?? configuration
        let parts = name.exact.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count > 1 ? parts.dropLast().joined(separator: ".") : name
    }
}
