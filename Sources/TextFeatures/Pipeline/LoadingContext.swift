package import ExactText
package import JSON
package import ModelArchive
import PythonSemantics
package import Tensors

/// What a component is made from: its node, the archive, and what the components before it produce.
package struct LoadingContext {
    package let node: GraphNode
    package let options: ComponentOptions
    /// Intents and entities of the domain, for the short form of messages.
    package let domainIntents: Set<ExactString>
    package let domainEntities: Set<ExactString>
    /// Columns of the features of the components before this one, in order; a featurizer adds its own.
    package var layout: [FeatureWidths] = []
    var attributes: [TextFeaturizer.Attribute] = [.text]
    /// Whether the features are those that networks learn from, which a few featurizers make of more attributes.
    var isTraining = false
    private let files: any ComponentFiles

    package init(
        node: GraphNode, files: any ComponentFiles, domainIntents: Set<ExactString>, domainEntities: Set<ExactString>
    ) {
        self.node = node
        self.files = files
        self.domainIntents = domainIntents
        self.domainEntities = domainEntities
        options = ComponentOptions(node: node.name, values: node.config)
    }

    /// A JSON file of the component, which has this shape; nil if there is none, which means that there was nothing to
    /// train.
    package func json(_ file: String, _ shape: FileShape) throws(LoadError) -> JSON? {
        guard let resource = node.resource else { return nil }
        do throws(ArchiveError) {
            return try files.json(resource, file, shape)
        } catch {
            throw LoadError(error)
        }
    }

    /// The bytes of a file of the component; nil if there is none.
    package func bytes(_ file: String) -> [UInt8]? {
        node.resource.flatMap { files.bytes($0, file) }
    }

    /// The feature arrays of the component under a stem; nil if there are none.
    package func featureArrays(_ stem: String) throws(LoadError) -> FeatureArrayTable? {
        guard let resource = node.resource else { return nil }
        do throws(ArchiveError) {
            return try files.featureArrays(resource, stem)
        } catch {
            throw LoadError(error)
        }
    }

    /// The weights of the component's network; nil if it is not trained.
    package func weights(_ stem: String) -> (any WeightSource)? {
        node.resource.flatMap { files.weights($0, stem) }
    }

    /// Compiles a regular expression of the training data.
    package func pattern(_ expression: String, ignoringCase: Bool = false) throws(LoadError) -> Pattern {
        do throws(PatternError) {
            return try Pattern(expression, ignoringCase: ignoringCase)
        } catch {
            throw LoadError(.badPattern, "Node \(node.name): \(error).")
        }
    }

    /// An error of one of the component's files.
    package func bad(_ file: String, _ reason: String) -> LoadError {
        LoadError(.badFile, "Node \(node.name): \(file) \(reason).")
    }

    /// Notes the features that the component makes, under its alias or else its node's name. Returns its place among
    /// the featurizers.
    mutating func addFeatures(sequence: Int, sentence: Int) -> Int {
        let alias = options["alias"].flatMap { $0.isPythonTrue ? $0 : nil as JSON? }
        layout.append(FeatureWidths(name: alias ?? .string(node.name), sequence: sequence, sentence: sentence))
        return layout.count - 1
    }
}

/// How many columns the features of a featurizer have; 0 where it makes none.
package struct FeatureWidths: Sendable, Hashable {
    /// What networks choose the features by: a text, unless the alias is something else.
    package let name: JSON
    let sequence: Int
    package let sentence: Int
}
