import ExactText
import Glibc
import JSON
import Networks
import Synchronization
import System
import Training

/// Shows how far a training is: on a terminal a line for each network that learns, elsewhere lines of JSON.
final class TrainingDisplay: Sendable {
    /// A network that learns or has learned.
    private struct Learner {
        let component: String
        let began: ContinuousClock.Instant
        var latest: EpochReport?
        var ended: ContinuousClock.Instant?
        /// When a line of JSON was written last.
        var told: ContinuousClock.Instant?
    }

    private struct State {
        /// By the directory of their files, which is told once for each.
        var learners: [(directory: String, learner: Learner)] = []
        var stage = ""
        /// How many lines of the terminal are taken.
        var lines = 0
        var drawn: ContinuousClock.Instant?
    }

    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state = Mutex(State())

    private static let drawPause = Duration.milliseconds(100)
    private static let tellPause = Duration.seconds(5)

    @Sendable
    func show(_ progress: TrainingProgress) {
        state.withLock { state in
            let now = ContinuousClock.now
            switch progress {
            case .reading: stage("reading", &state)
            case .stories: stage("going through stories and rules", &state)
            case .writing: stage("writing the model", &state)
            case .component(let name, let step, let count):
                stage("\(StatusLine.bar(step, of: count)) \(name)", &state)
            case .epoch(let component, let directory, let epoch):
                let place = place(of: component, directory, &state)
                state.learners[place].learner.latest = epoch
                tell(&state.learners[place].learner, now)
            case .trained(let component, let directory):
                let place = place(of: component, directory, &state)
                state.learners[place].learner.ended = now
            case .found(let component, _): stage("\(component.visible) has nothing new to learn", &state)
            }
            if isTerminal { draw(&state, now, isForced: progress.isStage) }
        }
    }

    /// Takes everything off the terminal again.
    func end() {
        state.withLock { state in
            if isTerminal { Output.write(Self.erase(state.lines), to: STDERR_FILENO) }
            state.lines = 0
        }
    }

    /// A line for each network: its component, its epochs, its time, and the last figures.
    var table: [String] {
        state.withLock { state in
            state.learners.map { _, learner in
                let took = (learner.ended ?? .now) - learner.began
                let epochs = learner.latest.map { "\($0.epoch) epochs" } ?? ""
                return [learner.component, epochs, Self.time(took), Self.figures(learner.latest)]
                    .filter { !$0.isEmpty }.joined(separator: "  ")
            }
        }
    }

    private func stage(_ text: String, _ state: inout State) {
        state.stage = text
        if !isTerminal { Output.write(JSON.object(["stage": .string(text)]).text() + "\n", to: STDERR_FILENO) }
    }

    private func place(of component: String, _ directory: String, _ state: inout State) -> Int {
        if let place = state.learners.firstIndex(where: { $0.directory.exact == directory.exact }) { return place }
        state.learners.append((directory, Learner(component: component.visible, began: .now)))
        return state.learners.count - 1
    }

    /// Writes a line of JSON now and then, and for the last epoch.
    private func tell(_ learner: inout Learner, _ now: ContinuousClock.Instant) {
        guard !isTerminal, let latest = learner.latest else { return }
        let isDue = learner.told.map { now - $0 >= Self.tellPause } ?? true
        guard isDue || latest.epoch == latest.epochs else { return }
        learner.told = now
        var members: JSONObject = [
            "component": .string(learner.component), "epoch": .int(latest.epoch), "epochs": .int(latest.epochs),
        ]
        for figure in latest.figures { members[figure.name] = .double(Double(figure.value)) }
        Output.write(JSON.object(members).text() + "\n", to: STDERR_FILENO)
    }

    private func draw(_ state: inout State, _ now: ContinuousClock.Instant, isForced: Bool) {
        guard isForced || state.drawn.map({ now - $0 >= Self.drawPause }) ?? true else { return }
        state.drawn = now
        var lines = [state.stage]
        for (_, learner) in state.learners {
            guard let latest = learner.latest else { continue }
            let rest =
                learner.ended == nil
                ? (now - learner.began) / latest.epoch * (latest.epochs - latest.epoch) : .zero
            let time = learner.ended.map { Self.time($0 - learner.began) } ?? "\(Self.time(rest)) left"
            lines.append(
                "\(StatusLine.bar(latest.epoch, of: latest.epochs)) \(learner.component)  \(time)  "
                    + Self.figures(latest))
        }
        Output.write(Self.erase(state.lines) + lines.joined(separator: "\n"), to: STDERR_FILENO)
        state.lines = lines.count
    }

    private static func erase(_ lines: Int) -> String {
        lines == 0 ? "" : "\r" + String(repeating: "\u{1B}[2K\u{1B}[1A", count: lines - 1) + "\u{1B}[2K"
    }

    private static func figures(_ report: EpochReport?) -> String {
        (report?.figures ?? []).map { figure in
            let thousandths = Int((figure.value * 1000).rounded(.toNearestOrAwayFromZero).clamped)
            let digits = String(1000 + abs(thousandths) % 1000).dropFirst()
            return "\(figure.name) \(thousandths < 0 ? "-" : "")\(abs(thousandths) / 1000).\(digits)"
        }.joined(separator: " ")
    }

    private static func time(_ duration: Duration) -> String {
        let tenths = max(0, Int(duration / .milliseconds(100)))
        return tenths < 600 ? "\(tenths / 10).\(tenths % 10) s" : "\(tenths / 600) min \(tenths / 10 % 60) s"
    }
}

extension TrainingProgress {
    /// Whether it is not one of many alike.
    fileprivate var isStage: Bool {
        if case .epoch = self { return false }
        return true
    }
}

extension Float {
    /// What fits into a whole number.
    fileprivate var clamped: Float { isNaN ? 0 : Swift.min(Swift.max(self, -1e9), 1e9) }
}
