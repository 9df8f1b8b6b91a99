internal import ExactText
internal import JSON
internal import Understanding

/// Collects the n-grams of all messages (Rasa's `CountVectorsFeaturizer` on scikit-learn's `CountVectorizer`).
struct CountVectorsTrainer {
    private let grams: TrainingGrams
    private let tokenizer: TrainingTokenizer
    private let config: JSONObject

    init(_ config: JSONObject, _ tokenizer: TrainingTokenizer, node: String) throws(TrainingError) {
        self.config = config
        self.tokenizer = tokenizer
        if let limit = config["max_features"], !limit.isNull, limit.int.map({ $0 < 1 }) ?? true {
            throw TrainingError(
                .badConfiguration, "\(node): 'max_features' must be a whole number above 0, or null for all")
        }
        grams = try Components.checked { () throws(LoadError) in try TrainingGrams(config, node: node) }
    }

    func files(_ messages: [TrainingMessage]) throws(TrainingError) -> [ArchiveFile] {
        let attributes = grams.isOfWords ? TrainingMessage.names : TrainingMessage.texts
        var documents: [ExactString: [String]] = [:]
        for attribute in attributes { documents[attribute] = messages.map { document($0, attribute) } }
        let vocabularies: JSON
        if grams.sharesVocabulary {
            let all = attributes.flatMap { documents[$0] ?? [] }
            guard let vocabulary = try vocabulary(all, leastDocuments: config["min_df"]) else { return [] }
            vocabularies = vocabulary
        } else {
            var members: JSONObject = [:]
            for attribute in attributes {
                let least = attribute == "text" ? config["min_df"] : nil
                members[attribute] = try vocabulary(documents[attribute] ?? [], leastDocuments: least) ?? .null
            }
            guard members.values.contains(where: { !$0.isNull }) else { return [] }
            vocabularies = .object(members)
        }
        return [
            ArchiveFile("vocabularies.json", vocabularies),
            ArchiveFile("oov_words.json", .array(grams.unknownWords.map(JSON.string))),
        ]
    }

    private func document(_ message: TrainingMessage, _ attribute: String) -> String {
        guard let value = message.attributes[attribute] else { return "" }
        let words: [String]
        switch attribute {
        case "intent_response_key":
            words = value.exact.split(separator: "/", maxSplits: 1).flatMap { tokenizer.parts(ofName: String($0)) }
        case "intent", "action_name": words = tokenizer.parts(ofName: value)
        default:
            words = grams.prepared(grams.usesLemma ? tokenizer.lemmas(of: value) : tokenizer.words(of: value))
        }
        return words.joined(separator: " ")
    }

    /// N-grams with their columns, in sorted order; nil where there are none.
    private func vocabulary(_ documents: [String], leastDocuments: JSON?) throws(TrainingError) -> JSON? {
        var occurrences: [ExactString: Int] = [:]
        var containing: [ExactString: Int] = [:]
        for document in documents where !document.isEmpty {
            let found = grams.grams(of: document)
            for gram in found { occurrences[gram, default: 0] += 1 }
            for gram in Set<ExactString>(found) { containing[gram, default: 0] += 1 }
        }
        let least = Self.count(leastDocuments, of: documents.count, otherwise: 1)
        let most = Self.count(config["max_df"], of: documents.count, otherwise: Double(documents.count))
        var kept = containing.filter { Double($0.value) >= least && Double($0.value) <= most }.map(\.key).pythonSorted
        if let limit = config["max_features"]?.int, kept.count > limit {
            let frequent = kept.indices.sorted {
                (-(occurrences[kept[$0]] ?? 0), $0) < (-(occurrences[kept[$1]] ?? 0), $1)
            }
            kept = frequent.prefix(limit).sorted().map { kept[$0] }
        }
        guard !kept.isEmpty else {
            if containing.isEmpty { return nil }
            throw TrainingError(
                .badConfiguration, "CountVectorsFeaturizer: 'min_df' and 'max_df' leave nothing to be counted")
        }
        var columns: JSONObject = [:]
        for (column, gram) in kept.enumerated() { columns[gram] = .int(column) }
        return .object(columns)
    }

    /// A whole number of documents, or a share of all.
    private static func count(_ value: JSON?, of all: Int, otherwise: Double) -> Double {
        switch value {
        case .int(let count): Double(count)
        case .double(let share): share * Double(all)
        default: otherwise
        }
    }
}
