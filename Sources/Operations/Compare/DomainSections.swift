import ExactText
import JSON

/// What of a domain decides how an assistant behaves; the order of its lists does not.
enum DomainSections {
    private static let names = ["intents", "entities", "slots", "responses", "actions", "forms", "e2e_actions"]

    static func comparable(_ domain: JSON) -> JSON {
        var sections: JSONObject = [:]
        for name in names {
            guard let section = domain[name] else { continue }
            sections[name] = name == "responses" ? section : sorted(section)
        }
        return .object(sections)
    }

    private static func sorted(_ section: JSON) -> JSON {
        guard case .array(let elements) = section else { return section }
        let texts = elements.map { ($0, $0.text(.pythonSorted).exact) }
        return .array(texts.sorted { $0.1 < $1.1 }.map(\.0))
    }
}
