package import ExactText
package import JSON
package import YAML

/// One entry of a pipeline or of the policies.
package struct PipelineStep: Sendable {
    /// The name as it was written: a class, perhaps with its module.
    package let name: String
    package let component: String
    let entry: ComponentCatalog.Entry
    package internal(set) var config: JSONObject
    /// Its place in its list.
    package let index: Int
    /// Where it is written; nil where it is Rasa's own choice.
    package var place: SourcePlace?
    /// Where its options are written.
    package var optionPlaces: [ExactString: SourcePlace] = [:]

    /// The class with its module.
    package var uses: String { "\(entry.module).\(component)" }
    /// The node that trains it, whose name its directory has too.
    package var trainNode: String { "train_\(name)\(index)" }
    package var runNode: String { "run_\(name)\(index)" }

    /// Where the option is written that a sentence names in quotes; else where the component is.
    func place(ofOptionIn sentence: String) -> SourcePlace? {
        optionPlaces.first { sentence.exact.contains(text: "'\($0.key)'") }?.value ?? place
    }

    /// Options that the component does not have. Rasa passes over them in silence.
    var unknownOptions: [TrainingWarning] {
        guard let known = entry.options else { return [] }
        return config.keys.filter { !known.contains($0) }.map { option in
            TrainingWarning(
                at: optionPlaces[option] ?? place, "\(component): the option '\(option)' is not known; ignored")
        }
    }
}
