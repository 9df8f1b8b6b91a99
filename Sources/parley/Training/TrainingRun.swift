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
        let display = TrainingDisplay()
        do throws(TrainingError) {
            let model = try Trainer(request, progress: display.show).train()
            display.clear()
            for warning in model.warnings { Output.write("warning: \(warning)\n", to: STDERR_FILENO) }
            if failsOnWarnings, !model.warnings.isEmpty {
                throw TrainingError(.badData, "there are warnings, with which --fail-on-validation-warnings fails")
            }
            Output.write(
                request.writes
                    ? "Your model is trained and saved at '\(model.path)'.\n" : "Everything can be trained.\n",
                to: STDOUT_FILENO)
        } catch {
            display.clear()
            throw BootFailure(error.description, status: 1)
        }
    }
}

/// Shows how far training is: one line that changes, and only on a terminal.
struct TrainingDisplay: Sendable {
    private let isTerminal = isatty(STDERR_FILENO) == 1

    @Sendable func show(_ progress: TrainingProgress) {
        guard isTerminal else { return }
        let text =
            switch progress {
            case .reading: "reading"
            case .component(let name, let step, let count): "\(bar(step, count)) \(step)/\(count) \(name)"
            case .stories: "going through stories and rules"
            case .writing: "writing the model"
            }
        Output.write("\r\u{1B}[2K\(text)", to: STDERR_FILENO)
    }

    /// Takes the line away.
    func clear() {
        if isTerminal { Output.write("\r\u{1B}[2K", to: STDERR_FILENO) }
    }

    private func bar(_ step: Int, _ count: Int) -> String {
        let width = 20
        let full = count > 0 ? width * step / count : width
        return "[" + String(repeating: "#", count: full) + String(repeating: " ", count: width - full) + "]"
    }
}
