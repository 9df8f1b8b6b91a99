import ExactText
import JSON
import PythonSemantics
import YAML

/// The options of a component of a configuration over the defaults of its class, as training takes them: what is
/// wrong is an error that names component, option and line.
struct OptionReader: Sendable {
    let component: String
    /// What is written over the defaults, in Rasa's order.
    private(set) var values: JSONObject
    private let place: SourcePlace?
    private let places: [ExactString: SourcePlace]

    /// Groups are merged by their keys, as Rasa merges them.
    ///
    /// - Throws: ``TrainingError`` where an option that has a group as its default is something else.
    init(_ step: PipelineStep, defaults: JSONObject) throws(TrainingError) {
        component = step.component
        (place, places) = (step.place, step.optionPlaces)
        values = defaults
        for (key, value) in step.config {
            guard case .object(var members)? = values[key] else {
                values[key] = value
                continue
            }
            guard let written = value.object else {
                throw wrong(key, found: value, "a group of numbers, such as {\(members.keys.first ?? "text"): 20}")
            }
            members.merge(written) { _, new in new }
            values[key] = .object(members)
        }
    }

    mutating func set(_ key: String, to value: JSON) { values[key] = value }

    subscript(_ key: String) -> JSON { values[key] ?? .null }

    /// An error about an option.
    func wrong(
        _ key: String, found: JSON? = nil, part: String? = nil, _ wanted: String
    ) -> TrainingError {
        let name = part.map { "'\($0)' of '\(key)'" } ?? "'\(key)'"
        let found = found ?? self[key]
        // JSON has no word for numbers that are none.
        var text = found.text()
        if case .double(let number) = found, !number.isFinite { text = "\(number)" }
        return TrainingError(
            .badConfiguration, at: places[key] ?? place,
            "\(component): \(name) is \(text), but must be \(wanted)")
    }

    /// A warning about an option.
    func warning(_ key: String, _ message: String) -> TrainingWarning {
        TrainingWarning(at: places[key] ?? place, "\(component): '\(key)' \(message)")
    }

    /// Whether an option is true to Python.
    func flag(_ key: String) -> Bool { self[key].isPythonTrue }

    func whole(_ key: String, from minimum: Int = 1) throws(TrainingError) -> Int {
        try whole(self[key], key, nil, from: minimum)
    }

    private func whole(_ value: JSON, _ key: String, _ part: String?, from minimum: Int) throws(TrainingError) -> Int {
        guard let number = value.pythonInteger, number >= minimum else {
            throw wrong(key, found: value, part: part, "a whole number of at least \(minimum)")
        }
        guard number <= Int(Int32.max) else {
            throw wrong(key, found: value, part: part, "a whole number of at most \(Int32.max)")
        }
        return number
    }

    /// A number in a range; `wanted` says what it is.
    func number(
        _ key: String, in range: some RangeExpression<Double>, _ wanted: String
    ) throws(TrainingError) -> Float {
        guard let number = self[key].pythonNumber, number.isFinite, range.contains(number) else {
            throw wrong(key, wanted)
        }
        return Float(number)
    }

    /// A share of what is left out.
    func rate(_ key: String) throws(TrainingError) -> Float {
        try number(key, in: 0..<1, "a number from 0 to below 1")
    }

    /// One of some words.
    func choice(_ key: String, _ choices: [String]) throws(TrainingError) -> String {
        guard let choice = self[key].string, choices.contains(exact: choice) else {
            throw wrong(key, "one of " + choices.map { "'\($0)'" }.joined(separator: ", "))
        }
        return choice
    }

    /// A whole number of a group; nil where the group lacks it.
    func whole(_ key: String, _ part: String, from minimum: Int = 1) throws(TrainingError) -> Int? {
        guard let value = self[key][part] else { return nil }
        return try whole(value, key, part, from: minimum)
    }

    /// A list of widths of a group; empty where the group lacks it.
    func widths(_ key: String, _ part: String) throws(TrainingError) -> [Int] {
        guard let value = self[key][part] else { return [] }
        guard let elements = value.array else {
            throw wrong(key, found: value, part: part, "a list of whole numbers, such as [256, 128]")
        }
        var widths: [Int] = []
        for element in elements { widths.append(try whole(element, key, part, from: 1)) }
        return widths
    }

    /// How long what policies look at is: a number of states, or nil for all.
    func history(_ written: JSON, _ key: String = "max_history") throws(TrainingError) -> Int? {
        guard written.isPythonTrue else { return nil }
        guard let count = written.pythonInteger, count > 0 else {
            throw wrong(key, found: written, "a whole number above 0, or null for all of the history")
        }
        return count
    }
}
