import JSON

extension Trainer {
    /// Trains understanding alone, as cross-validation does.
    ///
    /// - Returns: The archive's path.
    package func trainUnderstanding(
        _ configuration: Configuration, _ data: UnderstandingData
    ) throws(TrainingError) -> String {
        let domain = DomainReader.finished([:])
        var warnings: [TrainingWarning] = []
        var files: [ArchiveFile] = []
        var jobs: [NetworkJob] = []
        var plan = try Plan(configuration, .understanding, data, [], try DomainReader.model(domain))
        if !request.writesLogs { warnings += plan.removeLogs() }
        try trainUnderstanding(plan, domain, nil, &files, &jobs, &warnings)
        let scratch = try TrainingScratch(in: request.output)
        try run(jobs, &files, &warnings, scratch)
        return try write(plan, configuration, domain, files, warnings, scratch).path
    }
}
