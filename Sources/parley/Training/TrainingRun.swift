import ArgumentParser
import Glibc
import Prefork
import Training

/// One training from the command line, with what people see of it.
struct TrainingRun {
    private let request: TrainingRequest
    private let flags: TrainFlags

    init(_ request: TrainingRequest, _ flags: TrainFlags) {
        self.request = request
        self.flags = flags
    }

    /// - Throws: ``BootFailure`` for flags that are not served; `ExitCode(1)` after a failure that people were told of.
    func run() throws {
        guard !flags.finetune else {
            throw BootFailure("'--finetune' is not part of Parley; train anew without it", status: ExitStatus.usage)
        }
        guard !flags.persistNluData else {
            throw BootFailure("'--persist-nlu-data' is not part of Parley; leave it out", status: ExitStatus.usage)
        }
        let line = StatusLine()
        do throws(TrainingError) {
            if let changed = try AssistantName(in: request.configuration).ensure() { warn(changed) }
            let model = try Trainer(request, progress: { line.show($0.text) }).train()
            line.clear()
            for warning in model.warnings { warn("\(warning)") }
            Output.write(
                request.writes
                    ? "Your model is trained and saved at '\(model.path)'.\n" : "Everything can be trained.\n",
                to: STDOUT_FILENO)
        } catch {
            line.clear()
            // Of rules that contradict each other it has a line each.
            Output.write("parley: \(error)\n", to: STDERR_FILENO)
            throw ExitCode(1)
        }
    }

    private func warn(_ message: String) { Output.write("warning: \(message)\n", to: STDERR_FILENO) }
}

extension TrainingProgress {
    /// What is shown of it.
    fileprivate var text: String {
        switch self {
        case .reading: "reading"
        case .component(let name, let step, let count): "\(StatusLine.bar(step, of: count)) \(name)"
        case .stories: "going through stories and rules"
        case .writing: "writing the model"
        }
    }
}
