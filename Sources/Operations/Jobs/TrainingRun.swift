import ExactText
import Glibc
import System
package import Training

/// One training from the command line, with what people see of it.
package struct TrainingRun {
    private let request: TrainingRequest

    package init(_ request: TrainingRequest) { self.request = request }

    /// - Throws: ``ReportedFailure`` after a failure that people were told of.
    @discardableResult
    package func run() throws -> TrainedModel {
        let display = TrainingDisplay()
        let interruption = Interruption(of: request)
        defer { interruption.end() }
        do throws(TrainingError) {
            let request = request.writes ? try completedConfiguration() : request
            let model = try Trainer(request, progress: display.show).train()
            display.end()
            for warning in model.warnings { Output.warn("\(warning)") }
            guard request.writes else {
                let learns = request.isForced || model.mustLearn
                Output.line("Everything can be trained\(learns ? "" : "; no network has anything new to learn").")
                return model
            }
            for line in display.table { Output.line(line) }
            Output.line("Your model is trained and saved at '\(model.path)'\(Self.size(of: model.path)).")
            return model
        } catch {
            display.end()
            Output.fail("\(error)")
            throw ReportedFailure(status: 1)
        }
    }

    /// Writes into the configuration what a training gives it.
    ///
    /// - Returns: The request that takes into account what people were told of it.
    private func completedConfiguration() throws(TrainingError) -> TrainingRequest {
        if let changed = try AssistantName(in: request.configuration).ensure() { Output.warn(changed) }
        var request = request
        for addition in DefaultComments(in: request.configuration).ensure(request.part) {
            Output.warn(addition.sentence)
            request.toldDefaults.insert(addition.title.exact)
        }
        return request
    }

    private static func size(of path: String) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { return "" }
        let kilobytes = (status.st_size + 999) / 1000
        return kilobytes < 1000 ? ", \(kilobytes) kB" : ", \(kilobytes / 1000).\(kilobytes % 1000 / 100) MB"
    }
}
