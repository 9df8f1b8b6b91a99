import Glibc
import Prefork
import Training

/// One training from the command line, with what people see of it.
struct TrainingRun {
    private let request: TrainingRequest
    private let flags: TrainFlags
    private let failsOnWarnings: Bool

    init(_ request: TrainingRequest, _ flags: TrainFlags, failsOnWarnings: Bool = false) {
        self.request = request
        self.flags = flags
        self.failsOnWarnings = failsOnWarnings
    }

    /// - Throws: ``BootFailure`` with the place and what to change.
    func run() throws(BootFailure) {
        guard !flags.finetune else {
            throw BootFailure("'--finetune' is not part of Parley; train anew without it", status: ExitStatus.usage)
        }
        guard !flags.persistNluData else {
            throw BootFailure("'--persist-nlu-data' is not part of Parley; leave it out", status: ExitStatus.usage)
        }
        let line = StatusLine()
        do throws(TrainingError) {
            let model = try Trainer(request, progress: { line.show($0.text) }).train()
            line.clear()
            for warning in model.warnings { Output.write("warning: \(warning)\n", to: STDERR_FILENO) }
            if failsOnWarnings, !model.warnings.isEmpty {
                throw TrainingError(.badData, "there are warnings, with which --fail-on-validation-warnings fails")
            }
            Output.write(
                request.writes
                    ? "Your model is trained and saved at '\(model.path)'.\n" : "Everything can be trained.\n",
                to: STDOUT_FILENO)
        } catch {
            line.clear()
            throw BootFailure(error.description, status: 1)
        }
    }
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
