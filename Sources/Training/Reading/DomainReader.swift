import Dialogue
import ExactText
package import JSON
import OrderedCollections
package import YAML

/// Reads domains and puts several together as Rasa does.
package enum DomainReader {
    package static let sections = [
        "slots", "forms", "actions", "entities", "intents", "responses", "e2e_actions", "session_config",
    ]

    /// The domain of a file, or of all domain files in a directory; empty where the path is nil.
    ///
    /// - Throws: ``TrainingError``.
    package static func read(path: String?, _ reader: YAMLReader) throws(TrainingError) -> JSONObject {
        guard let path else { return [:] }
        switch DataFiles.kind(of: path) {
        case .nothing:
            throw TrainingError(
                .inputOutput, at: SourcePlace(file: path),
                "there is no such domain file or directory; name the right one with --domain")
        case .file: return try domain(of: DataFiles.read(path, reader))
        case .directory:
            var combined: JSONObject = [:]
            for document in try DataFiles.read(try DataFiles.find([path], DataFiles.yaml), reader)
            where sections.contains(where: document.has) {
                combined = merge(try domain(of: document), into: combined)
            }
            return combined
        }
    }

    /// The domain in a document. What else the document holds stays with it, as in Rasa.
    package static func domain(of document: YAMLNode) throws(TrainingError) -> JSONObject {
        if document.isNull { return [:] }
        guard let mapping = document.mapping else {
            throw TrainingError(.badDomain, at: document.place, "a domain must be a group of keys, such as 'intents:'")
        }
        try DataShapes.checkVersion(of: document)
        try Responses.check(document)
        var domain: JSONObject = [:]
        for (name, entry) in mapping {
            let key = name.string
            if sections.contains(exact: key) || key == "config" {
                try check(key, entry)
                if key != "responses" { try DataShapes.check(key, of: document, .badDomain) }
            }
            domain[key] = entry.value.json
        }
        return domain
    }

    private static func check(_ key: String, _ entry: YAMLEntry) throws(TrainingError) {
        guard !entry.value.isNull else { return }
        let isList = ["actions", "entities", "intents", "e2e_actions"].contains(key)
        guard isList ? entry.value.sequence != nil : entry.value.mapping != nil else {
            throw TrainingError(
                .badDomain, at: entry.keyPlace, "'\(key)' must be a \(isList ? "list" : "group of keys")")
        }
        var names: Set<ExactString> = []
        for item in entry.value.sequence ?? [] {
            guard let name = item.text ?? item.mapping?.keys.first?.string, !names.insert(name).inserted else {
                continue
            }
            throw TrainingError(.badDomain, at: item.place, "'\(name)' appears twice in '\(key)'")
        }
        if key == "slots" { try SlotProperties.check(entry.value.mapping ?? [:]) }
        for (name, form) in key == "forms" ? entry.value.mapping ?? [:] : [:]
        where form.value.has("ignored_intents") && !form.value.has("required_slots") {
            throw TrainingError(
                .badDomain, at: form.keyPlace, "the form '\(name)' has 'ignored_intents', but no 'required_slots'")
        }
    }

    /// Puts another domain into one. Where both define something, what is there already stays, unless it is overridden.
    package static func merge(_ other: JSONObject, into domain: JSONObject, overriding: Bool = false) -> JSONObject {
        if other.isEmpty { return domain }
        if domain.isEmpty { return other }
        var combined = domain
        var other = other
        let defaults = defaultSession
        let current = combined["session_config"]
        if overriding || current == nil || current == defaults, let session = other["session_config"],
            session != defaults
        {
            combined["session_config"] = session
        }
        if let forms = combined["forms"]?.object, case .array(let actions)? = other["actions"] {
            other["actions"] = .array(actions.filter { $0.string.map { forms[$0] == nil } ?? true })
        }
        for key in ["intents", "entities", "actions"] {
            let (old, new) = (combined[key]?.array ?? [], other[key]?.array ?? [])
            combined[key] = .array(lists(old, new, overriding).values.map { $0 })
        }
        let texts = (combined["e2e_actions"]?.array ?? []) + (other["e2e_actions"]?.array ?? [])
        combined["e2e_actions"] = .array(Set<ExactString>(texts.compactMap(\.string)).pythonSorted.map(JSON.string))
        for key in ["forms", "responses", "slots"] {
            combined[key] = .object(
                dictionaries(combined[key]?.object ?? [:], other[key]?.object ?? [:], overriding))
        }
        return combined
    }

    private static func lists(_ old: [JSON], _ new: [JSON], _ overriding: Bool) -> JSONObject {
        func named(_ items: [JSON]) -> JSONObject {
            JSONObject(
                items.map { ($0.string ?? $0.object?.keys.pythonSorted.first ?? "", $0) },
                uniquingKeysWith: { _, last in last })
        }
        return dictionaries(named(old), named(new), overriding)
    }

    /// Members of both; as in Rasa those of the one that wins come last, unless the other has them too.
    private static func dictionaries(_ old: JSONObject, _ new: JSONObject, _ overriding: Bool) -> JSONObject {
        let (loser, winner) = overriding ? (old, new) : (new, old)
        return loser.merging(winner) { _, winner in winner }
    }

    private static let defaultSession: JSON = [
        "session_expiration_time": 60, "carry_over_slots_to_new_session": true,
    ]

    /// The domain as an archive has it: defaults filled in, intents sorted, nothing empty.
    package static func finished(_ domain: JSONObject) -> JSONObject {
        Domain.document(.object(domain)).object ?? [:]
    }
}
