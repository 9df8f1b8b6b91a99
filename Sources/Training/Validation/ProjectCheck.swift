/// How closely a project is looked at before it is trained.
package struct ProjectCheck: Sendable {
    package enum Part: Sendable {
        case everything
        /// Whether stories contradict each other, and nothing else.
        case stories
    }

    package var part: Part
    /// Whether what is probably not meant keeps the project from being trained.
    package var failsOnWarnings: Bool
    /// How many states count when stories are compared with each other; nil for all.
    package var maxHistory: Int?

    package init(failsOnWarnings: Bool = false, maxHistory: Int? = nil, part: Part = .everything) {
        self.part = part
        self.failsOnWarnings = failsOnWarnings
        self.maxHistory = maxHistory
    }
}

extension Trainer {
    /// Holds the parts of a project against each other.
    ///
    /// - Throws: ``TrainingError`` for what cannot be trained, and for all that the request has looked for.
    func inspect(_ plan: Plan, hasDomain: Bool, _ warnings: inout [TrainingWarning]) throws(TrainingError) {
        var inspector = ProjectInspector(plan)
        if case .stories? = request.check?.part {
            try inspector.checkConflicts(maxHistory: request.check?.maxHistory)
            return try settle(inspector, &warnings)
        }
        if plan.policies != nil { try inspector.checkActions() }
        if let check = request.check {
            guard hasDomain else {
                throw TrainingError(
                    .badDomain,
                    "the domain is empty; name the right one with --domain, or leave out the check with "
                        + "--skip-validation")
            }
            inspector.checkDomain()
            inspector.checkExamples()
            try inspector.checkStories(maxHistory: check.maxHistory)
            try inspector.refuseFaults()
        }
        inspector.checkComponents()
        try settle(inspector, &warnings)
    }

    /// Takes over what an inspector found.
    private func settle(
        _ inspector: ProjectInspector, _ warnings: inout [TrainingWarning]
    ) throws(TrainingError) {
        warnings += inspector.warnings
        guard request.check?.failsOnWarnings ?? false, let doubt = warnings.first(where: \.isDoubt) else { return }
        throw TrainingError(
            .badData, at: doubt.place, "\(doubt.message) (no warning is tolerated: --fail-on-validation-warnings)")
    }
}
