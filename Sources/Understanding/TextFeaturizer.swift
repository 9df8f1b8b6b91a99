import ExactText
import JSON
package import ModelArchive
import Offloading
package import Tensors

/// The tokenizer and featurizers of a pipeline by themselves, for policies that look at texts (the nodes before Rasa's
/// `CoreFeaturizationCollector`).
package final class TextFeaturizer: Sendable {
    /// What a text is.
    package enum Attribute: String, Sendable, Hashable, CaseIterable {
        /// What a user said.
        case text
        /// The name of an intent.
        case intent
        /// The name of an action.
        case actionName = "action_name"
        /// What the assistant said, where stories have that instead of an action.
        case actionText = "action_text"

        var isName: Bool { self == .intent || self == .actionName }
    }

    /// The features of one text.
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
    package init(model: PreparedModel, nodes: [GraphNode]) throws(LoadError) {
        var components: [any Component] = []
        var layout: [FeatureWidths] = []
        for node in nodes {
            guard let type = KnownComponents.byName[node.component] else {
                throw LoadError(
                    .unknownComponent,
                    "The policies' node \(node.name) is of the component \(node.uses), which is not known.")
            }
            var context = LoadingContext(node: node, model: model, domainIntents: [], domainEntities: [])
            context.layout = layout
            context.attributes = Attribute.allCases
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
        let blocks = process(text, as: attribute).features.filter { featurizers.contains(names[$0.origin]) }
        guard !blocks.isEmpty else { return nil }
        return Features(
            sequence: FeatureSelection.stack(blocks.map(\.sequence)),
            sentence: FeatureSelection.stack(blocks.compactMap(\.sentence)))
    }

    /// How many words a text has.
    package func wordCount(of text: String) -> Int {
        process(text, as: .text).tokens.count
    }

    func process(_ text: String, as attribute: Attribute) -> Message {
        var message = Message(text: MessageText(text), attribute: attribute)
        scratch.use { scratch in
            scratch.patterns.begin(.whole)
            for component in components { component.process(&message, using: scratch) }
        }
        return message
    }
}
