import ExactText
import JSON
import PythonSemantics
import TextFeatures

/// Collects the n-grams of all messages (Rasa's `CountVectorsFeaturizer` on scikit-learn's `CountVectorizer`).
struct CountVectorsTrainer {
    private let grams: TrainingGrams
    private let tokenizer: TrainingTokenizer
    private let minimum: DocumentFrequency
    private let maximum: DocumentFrequency
    /// How many n-grams are kept; nil for all.
    private let limit: Int?

    init(_ config: JSONObject, _ tokenizer: TrainingTokenizer, node: String) throws(TrainingError) {
        self.tokenizer = tokenizer
        let options = ComponentOptions(node: node, values: config)
        (minimum, maximum, limit) = try Components.checked { () throws(LoadError) in
            (
                try DocumentFrequency("min_df", options, default: .count(1)),
                try DocumentFrequency("max_df", options, default: .share(1)), try Self.limit(options)
            )
        }
        grams = try Components.checked { () throws(LoadError) in try TrainingGrams(config, node: node) }
    }

    private static func limit(_ options: ComponentOptions) throws(LoadError) -> Int? {
        guard let written = options["max_features"], !written.isNull else { return nil }
        guard let limit = written.pythonInteger, limit > 0 else {
            throw options.refuse("max_features", "a whole number above 0, or null for all")
        }
        return limit
    }

    /// - Parameter earlier: The vocabularies to go on from, whose n-grams keep their columns; null to begin anew.
    func files(_ messages: [TrainingMessage], earlier: JSON = .null) throws(TrainingError) -> [ArchiveFile] {
        let attributes = grams.isOfWords ? TrainingMessage.names : TrainingMessage.texts
        var documents: [ExactString: [String]] = [:]
        for attribute in attributes { documents[attribute] = messages.map { document($0, attribute) } }
        let vocabularies: JSON
        if grams.sharesVocabulary {
            let all = attributes.flatMap { documents[$0] ?? [] }
            vocabularies = try vocabulary(all, of: "text", earlier: earlier) ?? .null
        } else {
            var members: JSONObject = [:]
            for attribute in attributes {
                members[attribute] =
                    try vocabulary(documents[attribute] ?? [], of: attribute, earlier: earlier[attribute] ?? .null)
                    ?? .null
            }
            guard members.values.contains(where: { !$0.isNull }) else { return [] }
            vocabularies = .object(members)
        }
        return [
            ArchiveFile("vocabularies.json", vocabularies),
            ArchiveFile("oov_words.json", grams.unknownWords),
        ]
    }

    private func document(_ message: TrainingMessage, _ attribute: String) -> String {
        guard let value = message.attributes[attribute] else { return "" }
        let words: [String]
        switch attribute {
        case "intent_response_key":
            words = tokenizer.parts(ofResponseKey: value)
        case "intent", "action_name": words = tokenizer.parts(ofName: value)
        default:
            words = grams.prepared(grams.usesLemma ? tokenizer.lemmas(of: value) : tokenizer.words(of: value))
        }
        return words.joined(separator: " ")
    }

    /// N-grams with their columns, in sorted order; nil where there are none.
    ///
    /// - Throws: ``TrainingError`` where there are none although there are texts. Names can do without.
    private func vocabulary(
        _ documents: [String], of attribute: String, earlier: JSON
    ) throws(TrainingError) -> JSON? {
        guard documents.contains(where: { !$0.isEmpty }) else { return earlier.isNull ? nil : earlier }
        if let known = earlier.object { return .object(try grown(known, documents)) }
        var occurrences: [ExactString: Int] = [:]
        var containing: [ExactString: Int] = [:]
        for document in documents where !document.isEmpty {
            let found = grams.grams(of: document)
            for gram in found { occurrences[gram, default: 0] += 1 }
            for gram in Set<ExactString>(found) { containing[gram, default: 0] += 1 }
        }
        let minimum = (attribute == "text" ? minimum : .count(1)).count(of: documents.count)
        let maximum = maximum.count(of: documents.count)
        var kept = containing.filter { Double($0.value) >= minimum && Double($0.value) <= maximum }.map(\.key)
            .pythonSorted
        if let limit, kept.count > limit {
            let frequent = kept.indices.sorted {
                (-(occurrences[kept[$0]] ?? 0), $0) < (-(occurrences[kept[$1]] ?? 0), $1)
            }
            kept = frequent.prefix(limit).sorted().map { kept[$0] }
        }
        guard !kept.isEmpty else {
            guard TrainingMessage.texts.contains(attribute) else { return nil }
            throw TrainingError(
                .badConfiguration,
                "CountVectorsFeaturizer: of the \(attribute == "text" ? "examples" : "responses") there is nothing "
                    + "to be counted; look at 'min_df', 'max_df', 'stop_words' and 'analyzer'")
        }
        var columns: JSONObject = [:]
        for (column, gram) in kept.enumerated() { columns[gram] = .int(column) }
        return .object(columns)
    }
}

extension CountVectorsTrainer {
    /// A vocabulary with all n-grams that have come since behind its own; as in Rasa no bound holds for them.
    private func grown(_ known: JSONObject, _ documents: [String]) throws(TrainingError) -> JSONObject {
        var columns = known
        let new = Set<ExactString>(documents.flatMap { grams.grams(of: $0) }).filter { known[$0.string] == nil }
        guard new.isEmpty || !grams.sharesVocabulary else {
            throw TrainingError(
                .badConfiguration,
                "CountVectorsFeaturizer: a vocabulary with 'use_shared_vocab' cannot grow, and there are new words such as "
                    + "'\(new.pythonSorted[0])'; train without --finetune")
        }
        for gram in new.pythonSorted { columns[gram] = .int(columns.count) }
        return columns
    }
}

/// A bound for the documents that an n-gram occurs in: their number, or their share of all.
private enum DocumentFrequency {
    case count(Int)
    case share(Double)

    init(_ key: String, _ options: ComponentOptions, default value: DocumentFrequency) throws(LoadError) {
        guard let written = options[key] else {
            self = value
            return
        }
        if let count = written.pythonInteger, count >= 0 {
            self = .count(count)
        } else if case .double(let share) = written, 0...1 ~= share {
            self = .share(share)
        } else {
            throw options.refuse(key, "a whole number of documents, or a share of them from 0.0 to 1.0")
        }
    }

    func count(of all: Int) -> Double {
        switch self {
        case .count(let count): Double(count)
        case .share(let share): share * Double(all)
        }
    }
}
