import System

/// What a service manager should know of the server at one time.
struct ServiceCondition: Equatable {
    enum Course: Equatable { case starting, serving, reloading, stopping }

    var course: Course
    /// How often the server was asked to read its configuration again.
    var hangUps: Int
    var status: String
    /// Whether the workers do what they are there for; while there are none yet, or none any more, it is the
    /// supervisor that counts.
    var isAlive: Bool
}

extension SupervisorMachine {
    /// - Parameters:
    ///   - model: What people call the model in use.
    ///   - lastHeartbeat: The last sign of life in a slot of the scoreboard.
    func serviceCondition(
        at now: MonotonicInstant, model: String, lastHeartbeat: (Int) -> MonotonicInstant
    ) -> ServiceCondition {
        ServiceCondition(
            course: course, hangUps: hangUps, status: status(model: model),
            isAlive: isAlive(at: now, lastHeartbeat: lastHeartbeat))
    }

    private var course: ServiceCondition.Course {
        switch phase {
        case .idle, .loading: .starting
        case .serving where !saidReady: .starting
        case .serving: reload != nil || waitingSignals.contains(.hangUp) ? .reloading : .serving
        case .stopping, .ended: .stopping
        }
    }

    private func status(model: String) -> String {
        let serving = members.count { slots[$0].isServing }
        let workers = "\(serving) of \(members.count) workers serve, generation \(generation)"
        if phase == .serving, let upgrade, upgrade.isServing {
            let left = slots.count(where: \.isOccupied)
            return "A new binary serves, as process \(upgrade.pid); workers of the old one that have not ended: \(left)"
        }
        return switch course {
        case .starting: phase == .serving ? "Starting: \(workers)" : "Preparing the model"
        case .serving: active.isEmpty ? "\(workers), without a model" : "\(workers), model: \(model)"
        case .reloading: "Reading the configuration again: \(workers)"
        case .stopping: "Stopping; workers that have not ended: \(slots.count(where: \.isOccupied))"
        }
    }

    private func isAlive(at now: MonotonicInstant, lastHeartbeat: (Int) -> MonotonicInstant) -> Bool {
        guard phase == .serving, !members.isEmpty, now >= lenientUntil else { return true }
        return slots.indices.contains { index in
            switch slots[index].state {
            case .starting(let since), .serving(let since):
                now.since(max(since, lastHeartbeat(index))) <= limits.heartbeatLimit
            case .retiring: now.since(lastHeartbeat(index)) <= limits.heartbeatLimit
            case .waiting, .aborting, .empty: false
            }
        }
    }
}
