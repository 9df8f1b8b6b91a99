import ExactText
import JSON
import PythonSemantics

extension PipelineStep {
    /// What of its options is probably not meant. Rasa passes over all of it in silence, so that the training goes on.
    var doubts: [TrainingWarning] {
        config.compactMap { name, value in
            let option = name.exact
            return (truthDoubt(option, value) ?? historyDoubt(option, value) ?? thresholdDoubt(option, value)).map {
                TrainingWarning(
                    at: optionPlaces[option] ?? place, "\(component): '\(option)' is \(value.text()), \($0)")
            }
        }
    }

    /// Texts, lists and groups count as true unless they are empty, which is what `"false"` and `no` are not.
    private func truthDoubt(_ option: ExactString, _ value: JSON) -> String? {
        guard case .bool? = entry.defaults[option] else { return nil }
        switch value {
        case .string, .array: break
        case .object:
            // The one that may be a group.
            guard option != "split_entities_by_comma" else { return nil }
        default: return nil
        }
        return "which counts as \(value.isPythonTrue); write true or false, without quotes"
    }

    private func historyDoubt(_ option: ExactString, _ value: JSON) -> String? {
        guard option == "max_history", component != "RulePolicy", !value.isNull, !value.isPythonTrue else { return nil }
        return "which counts as all of the history; write a number above 0, or null for all"
    }

    /// A threshold that no confidence can be compared with.
    private func thresholdDoubt(_ option: ExactString, _ value: JSON) -> String? {
        guard value.pythonNumber == nil else { return nil }
        switch component {
        case "FallbackClassifier":
            guard ["threshold", "ambiguity_threshold"].contains(option) else { return nil }
            return "but must be a number, such as 0.3; messages cannot be understood with it"
        case "RulePolicy":
            guard option == "core_fallback_threshold",
                config["enable_fallback_prediction"]?.isPythonTrue ?? true
            else { return nil }
            return "but must be a number, such as 0.3; actions cannot be predicted with it"
        default: return nil
        }
    }
}
