extension Scoreboard {
    /// Counts what the supervisor has noticed.
    func note(_ notice: SupervisorNotice) {
        switch notice {
        case .modelRefused, .modelNotRefreshed: count(.modelsRefused)
        case .modelSwapped: count(.modelsSwapped)
        case .workerEnded: count(.workersRestarted)
        case .reloaded(_, let generation): set(.generation, to: generation)
        default: break
        }
    }
}
