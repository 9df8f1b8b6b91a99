import ExactText
import JSON
package import ModelArchive
import Offloading
package import Tensors

/// The tokenizer and featurizers of a pipeline by themselves, for policies that look at texts (the nodes before Rasa's
/// `CoreFeaturizationCollector`).
package final class TextFeaturizer: Sendable {
    package enum Attribute: String, Sendable, Hashable, CaseIterable {
        case text
        case intent
        case actionName = "action_name"
        /// What the assistant said, where stories have that instead of an action.
        case actionText = "action_text"
        /// The text of a response, and the intent and key that ask for it: what response selectors choose from.
        case response
        case responseKey = "intent_response_key"

        /// Those that policies look at.
        static let ofPolicies: [Attribute] = [.text, .intent, .actionName, .actionText]

        var isName: Bool { self == .intent || self == .actionName || self == .responseKey }
    }

    package struct Features: Sendable {
        /// One row per word; nil if no featurizer made any.
        package let sequence: FeatureSet?
        /// One row; nil likewise.
        package let sentence: FeatureSet?
    }

    private let components: [any Component]
    private let names: [JSON]
    private let scratch = ReusePool { Scratch() }

    /// Loads the tokenizer and featurizers that a policy needs.
    ///
    /// - Parameter nodes: See ``ModelMetadata/textFeaturization(for:)``.
    /// - Throws: ``LoadError``; names the node that is at fault.
    package convenience init(model: PreparedModel, nodes: [GraphNode]) throws(LoadError) {
        try self.init(nodes, model, Attribute.ofPolicies, isTraining: false)
    }

    /// The tokenizer and featurizers of a pipeline that is being trained, as they make the features of its training
    /// data (`process_training_data` of Rasa's components).
    ///
    /// - Parameters:
    ///   - nodes: The tokenizer and the featurizers in the order of the pipeline.
    ///   - files: What they have just learned.
    /// - Throws: ``LoadError``; names the node that is at fault.
    package convenience init(training nodes: [GraphNode], files: any ComponentFiles) throws(LoadError) {
        try self.init(nodes, files, Attribute.allCases, isTraining: true)
    }

    private init(
        _ nodes: [GraphNode], _ files: any ComponentFiles, _ attributes: [Attribute], isTraining: Bool
    ) throws(LoadError) {
        var components: [any Component] = []
        var layout: [FeatureWidths] = []
        for node in nodes {
            guard let type = FeatureComponents.byName[node.component] else {
                throw LoadError(
                    .unknownComponent,
                    "The policies' node \(node.name) is of the component \(node.uses), which is not known.")
            }
            var context = LoadingContext(node: node, files: files, domainIntents: [], domainEntities: [])
            context.layout = layout
            context.attributes = attributes
            context.isTraining = isTraining
            components.append(try type.init(&context))
            layout = context.layout
        }
        self.components = components
        names = layout.map(\.name)
    }

    /// The features of a text, of all featurizers or those with certain names; nil if there are none.
    package func features(
        of text: String, as attribute: Attribute, by featurizers: NameSelection = .all
    ) -> Features? {
        features(of: process(text, as: attribute), by: featurizers)
    }

    /// The same of a message that was processed.
    package func features(of message: Message, by featurizers: NameSelection = .all) -> Features? {
        let blocks = blocks(of: message, by: featurizers)
        guard !blocks.isEmpty else { return nil }
        return Features(
            sequence: FeatureSelection.stack(blocks.map(\.sequence)),
            sentence: FeatureSelection.stack(blocks.compactMap(\.sentence)))
    }

    /// How many columns each featurizer made of a message, for its words and for the whole.
    package func widths(
        of message: Message, by featurizers: NameSelection = .all
    ) -> (sequence: [Int], sentence: [Int]) {
        let blocks = blocks(of: message, by: featurizers)
        return (blocks.map(\.sequence.columns), blocks.compactMap { $0.sentence?.columns })
    }

    private func blocks(of message: Message, by featurizers: NameSelection) -> [FeatureBlock] {
        message.features.filter { featurizers.contains(names[$0.origin]) }
    }

    /// How many words a text has.
    package func wordCount(of text: String) -> Int { process(text, as: .text).tokens.count }

    /// A text with its words and features.
    package func process(_ text: String, as attribute: Attribute) -> Message {
        var message = Message(text: MessageText(text), attribute: attribute)
        scratch.use { scratch in
            scratch.patterns.begin(.whole)
            for component in components { component.process(&message, using: scratch) }
        }
        return message
    }
}
