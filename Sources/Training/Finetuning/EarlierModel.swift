import Dialogue
import ExactText
import JSON
import ModelArchive
import Networks
import System

/// The model that a training goes on from (`--finetune`): its networks begin with what they have learned, and its
/// featurizers keep the columns that they have given.
struct EarlierModel: Sendable {
    private let path: String
    private let saved: SavedModel

    /// - Parameters:
    ///   - path: An archive, or a directory, whose newest counts.
    ///   - directory: Beside which its weights wait on disk.
    /// - Throws: ``TrainingError`` where there is none, or it is not of this version.
    init(path: String, besides directory: String) throws(TrainingError) {
        do throws(ArchiveError) {
            self.path = try ModelLocator.archive(at: path)
            saved = try SavedModel(archive: self.path, besides: directory)
        } catch {
            throw TrainingError(
                .inputOutput,
                "there is no model to go on from: \(error.message); name one with --finetune, or train anew")
        }
    }

    /// A file of a component, as JSON; null where it has none.
    func json(_ step: PipelineStep, _ file: String) throws(TrainingError) -> JSON {
        do throws(ArchiveError) {
            return try saved.files.json(step.trainNode, file, .anything) ?? .null
        } catch {
            throw refuse(step, error.message)
        }
    }

    /// What a component's network has learned.
    ///
    /// - Throws: ``TrainingError`` where it has none.
    func network(_ step: PipelineStep, stem: String) throws(TrainingError) -> TrainedNetwork {
        let network: SavedNetwork?
        do throws(ArchiveError) {
            network = try saved.network(step.trainNode, stem)
        } catch {
            throw refuse(step, error.message)
        }
        guard let network else { throw refuse(step, "it has no network") }
        return TrainedNetwork(
            variables: network.variables.map {
                NetworkVariable(
                    path: $0.name, shape: $0.shape, values: $0.values, firstMoments: $0.firstMoments,
                    secondMoments: $0.secondMoments)
            }, steps: network.steps)
    }

    func refuse(_ step: PipelineStep, _ what: String) -> TrainingError {
        TrainingError(
            .badConfiguration, at: step.place,
            "\(step.component) cannot go on from '\(path)': \(what); train without --finetune")
    }

    // MARK: Checks

    /// Holds a configuration and a domain against the model's: but for `epochs` and responses they must be the same.
    func check(_ plan: Plan) throws(TrainingError) {
        let steps = (plan.pipeline ?? []) + (plan.policies ?? [])
        let nodes = saved.metadata.predictGraph
        for step in steps {
            guard let node = nodes[step.runNode], node.uses.exact == step.uses.exact else {
                throw refuse(step, "that model has no such component at this place")
            }
            try check(step, node.config)
        }
        let names = Set<ExactString>(steps.map(\.runNode))
        for node in saved.metadata.understandingPipeline + saved.metadata.policies
        where node.name.exact.hasPrefix("run_") && node.name.exact != "run_RegexMessageHandler" {
            // A part that is not trained now may be there.
            let isPolicy = saved.metadata.policies.contains { $0.name.exact == node.name.exact }
            guard isPolicy ? plan.policies != nil : plan.pipeline != nil, !names.contains(node.name) else { continue }
            throw TrainingError(
                .badConfiguration,
                "'\(path)' has the component \(node.component), which the configuration does not have any more; only "
                    + "'epochs' may change with --finetune")
        }
        if plan.policies != nil { try check(plan.domain) }
    }

    private func check(_ step: PipelineStep, _ earlier: JSONObject) throws(TrainingError) {
        let defaults = step.entry.defaults
        for option in Set<ExactString>(earlier.keys + step.config.keys).sorted() where !Self.mayChange(option) {
            let (old, new) = (earlier[option.string], step.config[option.string])
            let fallback = defaults[option.string]
            guard (old ?? fallback) != (new ?? fallback) else { continue }
            let was = old.map { "was \($0.text())" } ?? "was not given"
            throw TrainingError(
                .badConfiguration, at: step.optionPlaces[option] ?? step.place,
                "\(step.component): '\(option)' \(was) in '\(path)'; only 'epochs' may change with --finetune")
        }
    }

    private static func mayChange(_ option: ExactString) -> Bool {
        option == "epochs" || option == "finetuning_epoch_fraction"
    }

    private func check(_ domain: Domain) throws(TrainingError) {
        let earlier: Domain
        do {
            earlier = try Domain(json: saved.metadata.domain)
        } catch {
            throw TrainingError(.badDomain, "the domain of '\(path)' cannot be read: \(error)")
        }
        guard StateColumns(earlier).json == StateColumns(domain).json else {
            throw TrainingError(
                .badDomain,
                "the domain has other intents, entities, slots, actions or forms than '\(path)'; only responses may change "
                    + "with --finetune")
        }
    }
}
