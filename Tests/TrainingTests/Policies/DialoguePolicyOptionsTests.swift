import JSON
import Networks
import Testing

@testable import Training

@Suite("Policies with networks have the options that Rasa gives them")
struct DialoguePolicyOptionsTests {
    private func options(_ entry: String) throws -> DialoguePolicyOptions {
        let step = try StoryProject.step(entry)
        return try DialoguePolicyOptions(step, try #require(DialoguePolicy(rawValue: step.component)))
    }

    @Test func whatIsNotWrittenHasItsDefault() throws {
        let options = try options("{name: TEDPolicy}")
        let network = options.network
        #expect(network.learning.epochs == 1)
        #expect(network.learning.batchSizes == BatchSizes(first: 64, last: 256))
        #expect(network.learning.regularization == 0.001)
        #expect(network.similarity.scalesLoss && !network.similarity.isConstrained)
        #expect(network.transformer.units == 128 && network.transformer.layers == 1)
        #expect(network.encoders[.turn(.intent)]?.denseDimension == 20)
        #expect(network.encoders[.label(.actionName)]?.dropout.dropsSparseInput == false)
        #expect(network.dropout == 0.1)
        #expect(options.featurizer.kind == .maxHistory && options.featurizer.maxHistory == nil)
        #expect(options.meta["similarity_type"] == "inner")
        #expect(options.meta["dense_dimension"]?["slots"] == 20)
    }

    @Test func groupsAreMerged() throws {
        let options = try options("{name: TEDPolicy, transformer_size: {dialogue: 64}, dense_dimension: {slots: 5}}")
        #expect(options.network.transformer.units == 64)
        #expect(options.network.encoders[.turn(.slots)]?.denseDimension == 5)
        #expect(options.meta["transformer_size"]?["text"] == 128)
    }

    @Test func someFollowFromOthers() throws {
        let margin = try options("{name: TEDPolicy, loss_type: margin, evaluate_every_number_of_epochs: -1, epochs: 7}")
        #expect(margin.meta["similarity_type"] == "cosine")
        #expect(margin.meta["model_confidence"] == "auto")
        #expect(margin.meta["evaluate_every_number_of_epochs"] == 7)
        var bounds = MarginOptions()
        bounds.negative = -0.2
        #expect(margin.network.similarity.loss == .margin(bounds))
        let kept = try options("{name: TEDPolicy, checkpoint_model: true}")
        #expect(kept.meta["checkpoint_model"] == false)
        #expect(kept.warnings.contains { $0.message.contains("'checkpoint_model'") })
        let unexpected = try options("{name: UnexpecTEDIntentPolicy, loss_type: margin, max_history: 3}")
        #expect(unexpected.meta["loss_type"] == "cross_entropy")
        #expect(unexpected.meta["max_history"] == 3)
        #expect(unexpected.network.aim == .several)
    }

    @Test func unknownOnesAreWarnedOf() throws {
        let options = try options("{name: TEDPolicy, constrain_similarities: true, epoch: 5}")
        #expect(
            options.warnings.map(\.description) == ["config.yml:2: TEDPolicy: the option 'epoch' is not known; ignored"]
        )
    }

    @Test(
        arguments: [
            ("epochs: 0", "'epochs' is 0, but must be a whole number of at least 1"),
            ("epochs: many", "'epochs'"),
            ("learning_rate: .nan", "'learning_rate'"),
            ("learning_rate: -1", "'learning_rate'"),
            ("batch_size: [64]", "'batch_size'"),
            ("drop_rate_dialogue: 1", "'drop_rate_dialogue'"),
            ("transformer_size: 128", "'transformer_size' is 128, but must be a group of numbers"),
            ("transformer_size: {dialogue: 130}", "'dialogue' of 'transformer_size' is 130, but must be a multiple"),
            ("dense_dimension: {intent: 0}", "'intent' of 'dense_dimension'"),
            ("batch_strategy: random", "one of 'balanced', 'sequence'"),
            ("similarity_type: cosine", "'similarity_type'"),
            ("random_seed: -3", "'random_seed'"),
            ("max_history: -3", "'max_history'"),
            ("evaluate_every_number_of_epochs: 0", "'evaluate_every_number_of_epochs'"),
            ("priority: high", "'priority'"),
            ("featurizer: [{name: MaxHistoryTrackerFeaturizer}]", "state_featurizer: [{name: SingleStateFeaturizer}]"),
            ("featurizer: [{name: IntentMaxHistoryTrackerFeaturizer}]", "'featurizer'"),
            (
                "featurizer: [{name: MaxHistoryTrackerFeaturizer, turns: 3, state_featurizer: "
                    + "[{name: SingleStateFeaturizer}]}]", "without 'turns'"
            ),
        ])
    func wrongOnesAreRefused(_ option: String, _ reason: String) throws {
        #expect {
            _ = try options("{name: TEDPolicy, \(option)}")
        } throws: { error in
            let text = "\(error)"
            return text.contains("config.yml:2: TEDPolicy: ") && text.contains(reason)
        }
    }

    @Test func widthsOfTextsMatterOnlyWithTexts() throws {
        _ = try options("{name: TEDPolicy, number_of_attention_heads: 3, transformer_size: {dialogue: 96}}")
    }
}
