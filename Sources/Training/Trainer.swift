import Dialogue
import ExactText
import Glibc
import JSON
package import System
package import YAML

/// Trains models, into archives that Parley and Rasa 3.6 load.
package struct Trainer: Sendable {
    let request: TrainingRequest
    let report: @Sendable (TrainingProgress) -> Void

    /// A trainer for one request.
    ///
    /// - Parameter progress: Is told how far training is.
    package init(_ request: TrainingRequest, progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in }) {
        self.request = request
        report = progress
    }

    /// Trains from files.
    ///
    /// - Throws: ``TrainingError``.
    package func train() throws(TrainingError) -> TrainedModel {
        let (configuration, domain, files) = try read()
        return try train(configuration, domain, files)
    }

    /// Looks at the files as the request's check says, and trains nothing.
    ///
    /// - Returns: What is probably not meant.
    /// - Throws: ``TrainingError`` for what cannot be trained.
    package func validate() throws(TrainingError) -> [TrainingWarning] {
        let (configuration, domain, files) = try read()
        return try prepare(configuration, domain, files).warnings
    }

    private func read() throws(TrainingError) -> (Configuration, JSONObject, [DataFile]) {
        report(.reading)
        let reader = YAMLReader(environment: request.environment)
        let configuration = try Configuration(path: request.configuration, environment: request.environment)
        if request.part != .policies { try configuration.checkLanguage(file: request.configuration) }
        let domain = try DomainReader.read(path: request.part == .understanding ? nil : request.domain, reader)
        let language = configuration.language.string
        var files: [DataFile] = []
        for path in try DataFiles.find(request.data, DataFiles.training) {
            files.append(try DataFile(path: path, reader, language: language))
        }
        return (configuration, domain, files)
    }

    /// Trains from one YAML text that holds configuration, domain and training data: the body of `POST /model/train`.
    ///
    /// - Throws: ``TrainingError``.
    package func train(_ text: [UInt8], file: String) throws(TrainingError) -> TrainedModel {
        report(.reading)
        let document = try Trainer.document(text, file: file, request.environment)
        // Rasa looks at the training data before anything else of a body.
        _ = try UnderstandingReader.read([.document(document)])
        return try train(
            try Configuration(document), try DomainReader.domain(of: document), [.document(document)])
    }

    /// The document of a request's body.
    ///
    /// - Throws: ``TrainingError`` with `.badData` where it is no YAML, or not a group of keys.
    package static func document(
        _ text: [UInt8], file: String, _ environment: EnvironmentVariables
    ) throws(TrainingError) -> YAMLNode {
        do throws(SourceError) {
            let document = try YAMLReader(environment: environment).read(text, file: file)
            guard document.mapping != nil else {
                throw SourceError(.badValue, at: document.place, "it is not a group of keys, such as 'nlu:'")
            }
            return document
        } catch {
            throw TrainingError(error)
        }
    }

    private func train(
        _ configuration: Configuration, _ writtenDomain: JSONObject, _ sources: [DataFile]
    ) throws(TrainingError) -> TrainedModel {
        var (plan, domain, warnings) = try prepare(configuration, writtenDomain, sources)
        let scratch = request.writes ? try TrainingScratch(in: request.output) : nil
        let earlier = try earlier(for: plan, scratch)
        var files: [ArchiveFile] = []
        var jobs: [NetworkJob] = []
        let texts = try trainUnderstanding(plan, writtenDomain, earlier, &files, &jobs, &warnings)
        try trainPolicies(plan, domain, texts, earlier, &files, &jobs, &warnings)
        try run(jobs, &files, &warnings, scratch)
        var model = try write(plan, configuration, domain, files, warnings, scratch)
        model.stories = plan.written
        if !request.writes, !request.isForced { model.mustLearn = try mustLearn(jobs) }
        return model
    }

    /// The model that is gone on from, which must be one of the same components; nil to begin anew.
    private func earlier(for plan: Plan, _ scratch: TrainingScratch?) throws(TrainingError) -> EarlierModel? {
        guard let path = request.finetuned else { return nil }
        // Where nothing is to be written, the disk of the models holds the weights for the moment all the same.
        let place: TrainingScratch
        if let scratch { place = scratch } else { place = try TrainingScratch(in: request.output) }
        let earlier = try EarlierModel(path: path, besides: Directory.path("earlier", in: place.path))
        try earlier.check(plan)
        return earlier
    }

    /// Puts the parts of a project together, and holds them against each other.
    ///
    /// - Returns: What is to be trained, the whole domain, and what is probably not meant.
    private func prepare(
        _ configuration: Configuration, _ writtenDomain: JSONObject, _ sources: [DataFile]
    ) throws(TrainingError) -> (plan: Plan, domain: JSONObject, warnings: [TrainingWarning]) {
        let documents = sources.compactMap(\.document)
        var (data, warnings) = try UnderstandingReader.read(sources)
        var stories = StoryReader(nil)
        if request.part != .understanding {
            for document in documents { try stories.take(document) }
        }
        let hasDomain = writtenDomain.contains {
            DomainReader.sections.contains(exact: $0.key) && !$0.value.isEmptyValue
        }
        let texts = Set<ExactString>(stories.steps.flatMap(\.events).compactMap(\.saidText))
        // A model for understanding alone knows no domain.
        let domainJSON =
            request.part == .understanding
            ? DomainReader.finished([:]) : try DomainReader.complete(writtenDomain, with: data, texts: texts)
        let domain = try DomainReader.model(domainJSON)
        if request.part != .understanding, hasDomain {
            // Read again: only with the domain is it known what a slot's name stands for.
            stories = StoryReader(domain)
            for document in documents { try stories.take(document) }
            warnings += stories.warnings
        }
        let steps = remaining(of: stories.steps)
        if request.part == .everything { data.addMessages(of: steps) }
        let type = try trainingType(data, steps, hasDomain: hasDomain, &warnings)
        if request.part == .policies { data = UnderstandingData() }
        var plan = try Plan(configuration, type, data, steps, domain, told: request.toldDefaults)
        plan.written = stories.steps.count
        if request.finetuned != nil { plan.takeEpochs(times: request.epochShare) }
        if !request.writesLogs { warnings += plan.removeLogs() }
        try inspect(plan, hasDomain: hasDomain, &warnings)
        warnings += plan.notices
        return (plan, domainJSON, warnings)
    }

    /// The parts of stories and rules without those that are left out at random.
    private func remaining(of steps: [StoryStep]) -> [StoryStep] {
        let count = Int((Double(request.leftOut) / 100 * Double(steps.count)).rounded(.toNearestOrEven))
        guard count > 0 else { return steps }
        let kept = Set(steps.indices.shuffled().dropFirst(count))
        return steps.indices.filter(kept.contains).map { steps[$0] }
    }

    private func trainingType(
        _ data: UnderstandingData, _ steps: [StoryStep], hasDomain: Bool, _ warnings: inout [TrainingWarning]
    ) throws(TrainingError) -> TrainingType {
        let isEndToEnd = steps.contains { $0.events.contains { $0.saidText != nil || $0.isHeardTextOnly } }
        switch request.part {
        case .understanding:
            guard !data.isEmpty else {
                throw TrainingError(.nothingToTrain, "there is no NLU data; name files with an 'nlu' section")
            }
            return .understanding
        case .policies:
            guard hasDomain else {
                throw TrainingError(.nothingToTrain, "there is no domain; name the right one with --domain")
            }
            guard !steps.isEmpty else {
                throw TrainingError(.nothingToTrain, "there are no stories and rules; name files that have some")
            }
            guard !isEndToEnd else {
                throw TrainingError(
                    .badStories,
                    "there are stories with texts instead of intents or actions, which policies learn only "
                        + "together with understanding; train both")
            }
            return .policies
        case .everything:
            if steps.isEmpty, data.isEmpty {
                throw TrainingError(
                    .nothingToTrain, "there is no training data; name files with 'nlu', 'stories' or 'rules'")
            }
            if !hasDomain {
                warnings.append(TrainingWarning("without a domain only understanding is trained"))
                return .understanding
            }
            if steps.isEmpty {
                warnings.append(TrainingWarning("without stories and rules only understanding is trained"))
                return .understanding
            }
            if isEndToEnd || data.examples.contains(where: \.isTextAlone) { return .endToEnd }
            if data.isEmpty {
                warnings.append(TrainingWarning("without NLU data only policies are trained"))
                return .policies
            }
            return .both
        }
    }
}

extension JSON {
    /// Whether this is null, or a list or group without anything in it.
    var isEmptyValue: Bool {
        switch self {
        case .null: true
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        default: false
        }
    }
}

extension Event.Body {
    /// The text that a story has the assistant say.
    var saidText: String? {
        guard case .action(let action) = self, case .text(let text) = action.reference, !text.isEmpty else {
            return nil
        }
        return text
    }

    /// Whether this is a message that a story has by its text alone.
    var isHeardTextOnly: Bool {
        guard case .user(let message) = self else { return false }
        return (message.intentName ?? "").isEmpty && message.text != nil
    }
}
