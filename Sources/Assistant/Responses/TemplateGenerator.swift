import Dialogue
import ExactText
import JSON
import OrderedCollections
import PythonSemantics

/// Picks one of a response's variations at random and puts slot values in: Rasa's
/// `TemplatedNaturalLanguageGenerator`.
struct TemplateGenerator: ResponseGenerator {
    let responses: OrderedDictionary<ExactString, [JSON]>

    func generate(_ request: ResponseRequest) async throws -> JSONObject? {
        guard let variations = responses[request.response] else { return nil }
        let fitting = TemplateGenerator.fitting(variations, channel: request.channel, tracker: request.tracker)
        guard var chosen = fitting.randomElement()?.object else { return nil }
        func value(_ name: String) -> JSON? { request.values[name] ?? request.tracker.slots.value(of: name) }
        for key in ["text", "image", "custom", "buttons", "attachment", "quick_replies"] {
            guard let part = chosen[key] else { continue }
            chosen[key] = try Template.fill(part, value)
        }
        return chosen
    }

    /// The variations to choose from: those for the channel before those for any, and with equal right those whose
    /// condition holds before those without one.
    static func fitting(_ variations: [JSON], channel: String, tracker: Tracker) -> [JSON] {
        let unconditional = variations.filter { ($0["condition"] ?? .null).isNull }
        let conditional = variations.filter { variation in
            guard let conditions = variation["condition"]?.array, !conditions.isEmpty else { return false }
            return conditions.allSatisfy { holds($0, tracker) }
        }
        let isForChannel = { (variation: JSON) in variation["channel"]?.string?.exact == channel.exact }
        let isForAny = { (variation: JSON) in (variation["channel"] ?? .null).isNull }
        for choice in [
            conditional.filter(isForChannel), unconditional.filter(isForChannel), conditional.filter(isForAny),
        ] where !choice.isEmpty {
            return choice
        }
        return unconditional.filter(isForAny)
    }

    private static func holds(_ condition: JSON, _ tracker: Tracker) -> Bool {
        let wanted = condition["value"] ?? .null
        let actual = condition["name"]?.string.map(tracker.slot) ?? .null
        if case .string(let wanted) = wanted, case .string(let actual) = actual {
            return wanted.caseFolded.exact == actual.caseFolded.exact
        }
        return wanted.isPythonEqual(to: actual)
    }
}

extension String {
    /// Upper and lower case made the same, with `ß` as `ss`.
    fileprivate var caseFolded: String { uppercased().lowercased() }
}
